/// The hash of user, realm and password that digest authentication works with, for one algorithm.
///
/// It is as good as the password in its realm: no description or mirror shows it.
package struct HA1: Sendable {
    /// The hash it was made with; one for MD5 does not serve SHA-256.
    package let algorithm: DigestAlgorithm
    /// Lower-case hex digits.
    let digits: [UInt8]

    /// H(user:realm:password). User and realm are not normalised; clients hash what they show.
    package init(user: String, realm: String, password: String, algorithm: DigestAlgorithm) {
        self.algorithm = algorithm
        digits = algorithm.hexHash(Array("\(user):\(realm):\(password)".utf8))
    }

    /// A stored hash; nil unless it is as many hex digits as the algorithm makes.
    package init?(hex: String, algorithm: DigestAlgorithm) {
        guard let bytes = Hex.bytes(of: hex.utf8), bytes.count == algorithm.byteCount else { return nil }
        self.algorithm = algorithm
        digits = Hex.digits(of: bytes)
    }

    /// The hex digits, for storing. Spelled loudly because the value is a secret.
    package var secretHex: String { String(decoding: digits, as: UTF8.self) }
}

extension HA1: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Says the algorithm and nothing of the secret.
    package var description: String { "HA1(\(algorithm.rawValue), redacted)" }
    /// As ``description``.
    package var debugDescription: String { description }
    /// Shows the algorithm only, so that `dump` leaks nothing.
    package var customMirror: Mirror { Mirror(self, children: ["algorithm": algorithm.rawValue]) }
}
