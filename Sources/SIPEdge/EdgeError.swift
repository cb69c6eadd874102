/// Why the edge, or the router behind it, cannot work; the message says what to do.
package struct EdgeError: Error, Sendable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
