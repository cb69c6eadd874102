import Crypto
import Foundation

/// A key that secrets are sealed with: 32 bytes, and an id that goes with every ciphertext.
///
/// The id is derived from the key, so that it can be neither forgotten nor given to two keys, and tells nothing of it.
package struct SealingKey: Sendable {
    /// Sixteen hex digits.
    package let id: String
    let key: SymmetricKey

    static let byteCount = 32

    /// Reads a key: 32 bytes as they are, or as base64.
    /// - Parameter reference: where it came from, for errors.
    package init(_ secret: Secret, from reference: SecretReference) throws(SecretError) {
        let bytes = secret.bytes
        let decoded = bytes.count == Self.byteCount ? bytes : Data(base64Encoded: Data(bytes)).map(Array.init)
        guard let decoded, decoded.count == Self.byteCount else {
            throw SecretError(
                .damaged, reference,
                "a key is \(Self.byteCount) random bytes, as base64 or as they are; "
                    + "make one with: head -c \(Self.byteCount) /dev/urandom | base64")
        }
        self.init(bytes: decoded)
    }

    /// A new key, that is kept nowhere.
    package static func random() -> SealingKey {
        var generator = SystemRandomNumberGenerator()
        return SealingKey(bytes: (0..<byteCount).map { _ in UInt8.random(in: 0...255, using: &generator) })
    }

    /// - Parameter bytes: 32 of them.
    init(bytes: [UInt8]) {
        key = SymmetricKey(data: bytes)
        let code = HMAC<SHA256>.authenticationCode(for: Array("heddle key id".utf8), using: key)
        id = code.prefix(8).hex
    }
}

extension SealingKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Says the id and nothing of the key.
    package var description: String { "SealingKey(\(id), redacted)" }
    /// As ``description``.
    package var debugDescription: String { description }
    /// Shows the id only, so that `dump` leaks nothing.
    package var customMirror: Mirror { Mirror(self, children: ["id": id]) }
}
