import Crypto
package import Foundation

/// Access tokens that programs get for their key, for what speaks OAuth (RFC 6749, section 4.4; the form is RFC
/// 9068's).
///
/// A token counts a quarter of an hour, and no longer than its key: what a key may is looked up with each request. They
/// are signed (HS256, RFC 7518, section 3.2) with keys that are derived from those that seal secrets, so that every
/// process reads the tokens of the others. Only the one header that we write is read: there is no algorithm to choose.
package struct BearerTokens: Sendable {
    private let keys: [String: SymmetricKey]
    private let current: String

    package static let seconds = 900
    private static let issuer = "heddle"

    package init(_ ring: KeyRing) {
        keys = Dictionary(ring.derived(for: "heddle access tokens"), uniquingKeysWith: { first, _ in first })
        current = ring.currentID
    }

    /// What a token says.
    package struct Grant: Sendable {
        let keyPrefix: String
        let keyID: UUID
        let scopes: Set<String>
        let endsAt: Date
    }

    private static func header(_ key: String) -> String { #"{"alg":"HS256","kid":"\#(key)","typ":"at+jwt"}"# }

    private static func signature(_ text: String, _ key: SymmetricKey) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key))
    }

    /// - Parameter scopes: what it permits, of what the key does.
    package func make(for caller: APICaller, key: APIKeyText, scopes: Set<String>, at time: Date) -> String {
        let now = Int(time.timeIntervalSince1970)
        let claims = JSONWriter.object { json in
            json.text("iss", Self.issuer)
            json.text("aud", Self.issuer)
            json.text("sub", caller.id.text)
            json.text("client_id", key.prefix)
            json.text("jti", UUID().text)
            json.number("iat", now)
            json.number("exp", now + Self.seconds)
            json.text("scope", scopes.sorted().joined(separator: " "))
        }
        let signed = [Self.header(current), claims].map { Data($0.utf8).base64URL }.joined(separator: ".")
        guard let key = keys[current] else { return "" }
        return "\(signed).\(Data(Self.signature(signed, key)).base64URL)"
    }

    /// - Throws: `APIRefusal`.
    func read(_ text: String, at time: Date = Date()) throws(APIRefusal) -> Grant {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, text.utf8.count <= 8_192,
            let key = keys.first(where: { String(parts[0]) == Data(Self.header($0.key).utf8).base64URL }),
            let signature = Data(base64URL: String(parts[2])).map({ Array($0) }),
            ConstantTime.areEqual(signature, Self.signature("\(parts[0]).\(parts[1])", key.value)),
            let bytes = Data(base64URL: String(parts[1])).map({ Array($0) }), let claims = try? JSONValue(bytes),
            claims["aud"] == .text(Self.issuer), let id = claims["sub"].flatMap({ UUID(text: $0.shown) }),
            let prefix = claims["client_id"]?.shown, let scopes = claims["scope"]?.shown,
            let end = claims["exp"].flatMap({ Int($0.shown) })
        else { throw .unknown }
        guard Double(end) > time.timeIntervalSince1970 else { throw .expired }
        return Grant(
            keyPrefix: prefix, keyID: id, scopes: Set(scopes.split(separator: " ").map(String.init)),
            endsAt: Date(timeIntervalSince1970: TimeInterval(end)))
    }
}
