/// Why a ciphertext could not be opened. Nothing of the secret or of a key is in it.
package struct SealingError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of failure, for programs.
    package enum Code: Sendable, Hashable {
        /// It was sealed with a key that this program was not given.
        case unknownKey
        /// It is not what was sealed for this place: damaged, forged, or moved from elsewhere.
        case altered
    }

    package let code: Code
    package let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
