/// Why a secret could not be had: which reference, and what to do about it. Nothing of the secret is in it.
package struct SecretError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of failure, for who decides whether to try again.
    package enum Code: Sendable, Hashable {
        /// The text is not a reference.
        case malformed
        /// There is nothing where the reference points.
        case missing
        /// There is something already where a new key was to go.
        case exists
        /// Users of this machine who should not can read or change the file.
        case unprotected
        /// It is there, and we may not read it.
        case refused
        /// It is larger than a secret may be.
        case tooLarge
        /// The service did not answer, or not within its time. It may work later.
        case unavailable
        /// What came is not what was stored, or not a secret at all.
        case damaged
        /// The resolver itself is set up wrongly.
        case configuration
        /// The task was cancelled.
        case cancelled
    }

    package let code: Code
    /// Where the secret was to come from; `nil` when the text is no reference.
    package let reference: SecretReference?
    package let description: String

    init(_ code: Code, _ message: String) {
        self.code = code
        reference = nil
        description = message
    }

    init(_ code: Code, _ reference: SecretReference, _ message: String) {
        self.code = code
        self.reference = reference
        description = "\(reference): \(message)"
    }
}
