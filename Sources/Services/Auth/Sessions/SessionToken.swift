import Crypto
package import Foundation

/// What somebody shows who logged in, or who was sent a link: which tenant it is of, and 32 bytes that nobody can
/// guess. Only its SHA-256 is kept.
///
/// ```
/// | mark (hs_, ht_ or hp_) | base64url of: tenant (16) | random (32) |
/// ```
package struct SessionToken: Sendable {
    /// What it opens.
    package enum Kind: String, Sendable, CaseIterable {
        /// A session.
        case session = "hs_"
        /// One thing, once: a link.
        case link = "ht_"
        /// An operator that staff of the platform entered.
        case support = "hp_"
    }

    package let kind: Kind
    package let tenant: UUID
    /// The token itself, a secret.
    package let text: String

    private static let byteCount = 48

    /// A new one. The generator is the system's, which is one for secrets.
    package static func make(_ kind: Kind, of tenant: UUID) -> SessionToken {
        var generator = SystemRandomNumberGenerator()
        let random = (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let bytes = Array(hex: tenant.text) + random
        return SessionToken(kind: kind, tenant: tenant, text: kind.rawValue + Data(bytes).base64URL)
    }

    private init(kind: Kind, tenant: UUID, text: String) {
        self.kind = kind
        self.tenant = tenant
        self.text = text
    }

    /// - Returns: `nil` when a text cannot be one.
    package init?(_ text: String) {
        guard let kind = Kind.allCases.first(where: { text.hasPrefix($0.rawValue) }), text.utf8.count == 67,
            let bytes = Data(base64URL: String(text.dropFirst(kind.rawValue.count))).map({ Array($0) }),
            bytes.count == Self.byteCount,
            let tenant = Self.tenant(Array(bytes.prefix(16)))
        else { return nil }
        self.init(kind: kind, tenant: tenant, text: text)
    }

    private static func tenant(_ bytes: [UInt8]) -> UUID? {
        let digits = bytes.hex
        let marks = [8, 12, 16, 20]
        let text = digits.enumerated().map { marks.contains($0.offset) ? "-\($0.element)" : "\($0.element)" }.joined()
        return UUID(text: text)
    }

    /// What is kept of it.
    var sha256: [UInt8] { Array(SHA256.hash(data: Array(text.utf8))) }
    var hash: String { sha256.hex }
}

extension SessionToken: CustomStringConvertible {
    /// What may be shown.
    package var description: String { "\(kind.rawValue)…" }
}
