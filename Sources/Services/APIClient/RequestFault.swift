/// Why a request cannot be made of what was said, or an answer not be used, in a sentence.
package struct RequestFault: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
