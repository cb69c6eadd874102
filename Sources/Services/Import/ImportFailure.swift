/// Why a file was not taken, in a sentence. Nothing was changed.
package struct ImportFailure: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
}
