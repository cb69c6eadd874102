import Crypto

/// Makes nonces that carry their own proof, so that nothing is remembered for a challenge that nobody answers.
///
/// ```
/// | seconds since 1970 (8) | unique (8) | HMAC-SHA256 of both, realm and scope, first 16 bytes |   64 hex digits
/// ```
/// All servers with one key take each other's nonces.
package struct NonceMint: Sendable {
    private let key: SymmetricKey
    private let realm: String
    /// How long a nonce may be used.
    package let lifetimeSeconds: Int64

    /// What a nonce is worth.
    enum Standing: Sendable, Hashable {
        case good(Nonce)
        /// Ours, and its time is over.
        case expired
        /// Not made with this key, realm and scope.
        case foreign
    }

    /// A nonce that was taken apart.
    struct Nonce: Sendable, Hashable {
        let issuedAtSeconds: Int64
        let unique: UInt64
    }

    /// - Parameter secret: at least 32 random bytes.
    package init(secret: [UInt8], realm: String, lifetimeSeconds: Int64 = 300) {
        key = SymmetricKey(data: secret)
        self.realm = realm
        self.lifetimeSeconds = lifetimeSeconds
    }

    /// A new nonce.
    ///
    /// - Parameters:
    ///   - now: seconds since 1970, by a clock the servers share.
    ///   - unique: a number not used before in the same second, such as a random one.
    ///   - scope: what the nonce is bound to, such as the client's address; it must be the same when it comes back.
    package func nonce(at now: Int64, unique: UInt64, scope: String = "") -> String {
        let head = Self.bytes(UInt64(bitPattern: now)) + Self.bytes(unique)
        return String(decoding: Hex.digits(of: head + seal(head, scope: scope)), as: UTF8.self)
    }

    func standing(of text: Text, at now: Int64, scope: String) -> Standing {
        guard text.count == 64, let bytes = Hex.bytes(of: text.bytes) else { return .foreign }
        let head = Array(bytes.prefix(16))
        guard equalInConstantTime(Array(bytes.suffix(16)), seal(head, scope: scope)) else { return .foreign }
        let issued = Int64(bitPattern: Self.number(head.prefix(8)))
        // A clock that is a little behind the issuer's is no reason to refuse.
        guard now >= issued &- 60, now <= issued &+ lifetimeSeconds else { return .expired }
        return .good(Nonce(issuedAtSeconds: issued, unique: Self.number(head.suffix(8))))
    }

    private func seal(_ head: [UInt8], scope: String) -> [UInt8] {
        var mac = HMAC<SHA256>(key: key)
        mac.update(data: head)
        mac.update(data: Array("\(realm)\u{0}\(scope)".utf8))
        return Array(mac.finalize().prefix(16))
    }

    private static func bytes(_ number: UInt64) -> [UInt8] {
        stride(from: UInt64(56), through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> $0) }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
}

extension NonceMint: CustomStringConvertible, CustomReflectable {
    /// Says the realm and nothing of the key.
    package var description: String { "NonceMint(realm: \(realm), key redacted)" }
    /// Shows the realm only, so that `dump` leaks nothing.
    package var customMirror: Mirror { Mirror(self, children: ["realm": realm]) }
}
