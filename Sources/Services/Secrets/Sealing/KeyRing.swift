package import Crypto

/// Seals secrets that we issue or must compare, and opens them again.
///
/// To rotate the key: make the new one the current, keep the old one as retired, open and seal again every secret whose
/// key is not current (``isCurrent(_:)``), then drop the old one.
package struct KeyRing: Sendable {
    private let current: SealingKey
    private let keys: [String: SealingKey]

    /// - Parameters:
    ///   - current: seals from now on.
    ///   - retired: still open what they sealed.
    package init(current: SealingKey, retired: [SealingKey] = []) {
        self.current = current
        keys = Dictionary((retired + [current]).map { ($0.id, $0) }, uniquingKeysWith: { $1 })
    }

    /// A ring of keys that are kept elsewhere.
    package static func load(
        current: SecretReference, retired: [SecretReference] = [], with resolve: ResolveSecret
    ) async throws(SecretError) -> KeyRing {
        let key = try SealingKey(await resolve(current), from: current)
        var others: [SealingKey] = []
        for reference in retired { others.append(try SealingKey(await resolve(reference), from: reference)) }
        return KeyRing(current: key, retired: others)
    }

    /// The id of the key that seals from now on.
    package var currentID: String { current.id }

    /// Keys for another purpose, one from each of the ring (RFC 5869): whoever has one of them has none of the ring.
    package func derived(for purpose: String) -> [(id: String, key: SymmetricKey)] {
        keys.values.map { key in
            (key.id, HKDF<SHA256>.deriveKey(inputKeyMaterial: key.key, info: Array(purpose.utf8), outputByteCount: 32))
        }
    }

    /// Whether a secret with this key's id needs no sealing again.
    package func isCurrent(_ keyID: String) -> Bool { keyID == current.id }

    /// Seals a secret for one place; it opens at no other.
    ///
    /// The nonce is random: a key is good for 2^32 secrets (NIST SP 800-38D, 8.3).
    /// - Parameter place: names the row, such as `routing.trunk_credentials/<tenant>/<trunk>/<user>`. It is not stored;
    ///   who opens says it again.
    package func seal(_ secret: Secret, for place: String) throws -> Sealed {
        let nonce = Array(AES.GCM.Nonce())
        let bytes = try Self.seal(secret.bytes, key: current, nonce: nonce, place: Array(place.utf8))
        return Sealed(keyID: current.id, bytes: bytes)
    }

    /// The secret that was sealed for this place.
    package func open(_ sealed: Sealed, for place: String) throws(SealingError) -> Secret {
        guard let key = keys[sealed.keyID] else {
            throw SealingError(
                .unknownKey,
                "\(place): sealed with the key \(sealed.keyID), which is not among those given "
                    + "(\(keys.keys.sorted().joined(separator: ", "))); give it as a retired key")
        }
        guard let bytes = Self.open(sealed.bytes, key: key, place: Array(place.utf8)) else {
            throw SealingError(
                .altered,
                "\(place): this is not what was sealed here with the key \(sealed.keyID): "
                    + "it was changed, or moved from elsewhere")
        }
        return Secret(bytes)
    }

    // MARK: AES-256-GCM

    static func seal(_ bytes: [UInt8], key: SealingKey, nonce: [UInt8], place: [UInt8]) throws -> [UInt8] {
        let box = try AES.GCM.seal(bytes, using: key.key, nonce: AES.GCM.Nonce(data: nonce), authenticating: place)
        return nonce + Array(box.ciphertext) + Array(box.tag)
    }

    /// `nil` when the bytes are not of this key and place; why not is nobody's business.
    static func open(_ bytes: [UInt8], key: SealingKey, place: [UInt8]) -> [UInt8]? {
        guard let box = try? AES.GCM.SealedBox(combined: bytes),
            let opened = try? AES.GCM.open(box, using: key.key, authenticating: place)
        else { return nil }
        return Array(opened)
    }
}

extension KeyRing: CustomStringConvertible, CustomReflectable {
    /// Says the current key's id and nothing of a key.
    package var description: String { "KeyRing(current: \(current.id), keys redacted)" }
    /// Shows the current key's id only, so that `dump` leaks nothing.
    package var customMirror: Mirror { Mirror(self, children: ["current": current.id]) }
}
