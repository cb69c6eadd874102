/// Why a file of reference data was not taken, in a sentence. Nothing was changed.
package struct ReferenceFailure: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
}
