import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Services

/// The key by which a request is known that may be sent twice (draft-ietf-httpapi-idempotency-key-header).
enum IdempotencyKey {
    private static let longest = 255

    /// - Parameter route: method and path of what is asked.
    /// - Returns: `nil` when the request has none.
    /// - Throws: `Problem` when it can be none.
    static func of(_ request: Request, _ caller: APICaller, route: String) throws -> KeptAnswers.Key? {
        guard let text = request.headers[.idempotencyKey] else { return nil }
        // The draft has it as a text in quotation marks, most clients as it is.
        let bare =
            text.count >= 2 && text.hasPrefix("\"") && text.hasSuffix("\"") ? String(text.dropFirst().dropLast()) : text
        guard (1...longest).contains(bare.count), bare.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw Problem.wrong("Idempotency-Key", text, expected: "1 to \(longest) letters, digits and marks")
        }
        // A person who logged in again sends it again in another session.
        let principal = caller.kind == .key ? caller.id : caller.user ?? caller.id
        return KeptAnswers.Key(principal: principal, route: route, text: bare)
    }

    /// What tells one request from another under the same key, as hexadecimal digits.
    /// - Parameter body: SHA-256 of the body; nothing without one.
    static func digest(_ request: Request, body: [UInt8]) -> String {
        var bytes = Array(request.uri.string.utf8)
        for line in ["\n", request.headers[.contentType] ?? "", "\n"] { bytes += line.utf8 }
        if let account = request.headers[.heddleAccount] { bytes += "for \(account)\n".utf8 }
        if let version = request.headers[.ifMatch] { bytes += "\(version)\n".utf8 }
        bytes += body
        return Array(SHA256.hash(data: bytes)).hex
    }
}
