/// Why a file was not taken, in a sentence. Nothing was changed.
package struct ImportFailure: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String
    /// Whether another import is at it, and nothing is wrong with the file.
    package let isBusy: Bool

    init(_ description: String, isBusy: Bool = false) {
        self.description = description
        self.isBusy = isBusy
    }
}
