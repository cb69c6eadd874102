/// Why it is not known which server to ask, or with which key, and what to do.
package struct ProfileFailure: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
