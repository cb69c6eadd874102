import Crypto
import Foundation

/// Signs what is sent, so that its receiver knows that it is from us (Standard Webhooks 1.0.0): HMAC-SHA-256 of id,
/// time and body.
package enum EventSignature {
    private static let mark = "whsec_"
    private static let byteCount = 32

    /// A new secret, as it is shown: `whsec_` and base64.
    package static func makeSecret() -> String {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<byteCount).map { _ in UInt8.random(in: 0...255, using: &generator) }
        return mark + Data(bytes).base64EncodedString()
    }

    /// - Parameters:
    ///   - secrets: the one that counts, and until it ends the one before it.
    ///   - seconds: since 1970, of this attempt.
    /// - Returns: the header `webhook-signature`: one signature for each secret.
    package static func header(secrets: [String], id: String, seconds: Int, body: [UInt8]) -> String {
        let message = Array("\(id).\(seconds).".utf8) + body
        return secrets.map { secret in
            let code = HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: key(secret)))
            return "v1,\(Data(code).base64EncodedString())"
        }.joined(separator: " ")
    }

    /// The bytes of a secret; one that is not written as ours are is what it is.
    private static func key(_ secret: String) -> Data {
        guard secret.hasPrefix(mark), let bytes = Data(base64Encoded: String(secret.dropFirst(mark.count))) else {
            return Data(secret.utf8)
        }
        return bytes
    }
}
