/// A secret as it is stored: ciphertext, and which key opens it.
///
/// ```
/// | nonce (12) | ciphertext (as long as the secret) | tag (16) |   AES-256-GCM (NIST SP 800-38D)
/// ```
package struct Sealed: Sendable, Hashable {
    /// The ``SealingKey/id`` of the key that it was sealed with.
    package let keyID: String
    package let bytes: [UInt8]

    /// What was stored.
    package init(keyID: String, bytes: [UInt8]) {
        self.keyID = keyID
        self.bytes = bytes
    }
}
