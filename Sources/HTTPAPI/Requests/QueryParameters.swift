import Foundation
import Hummingbird

/// The parameters of a request's address, in their order, decoded (RFC 3986, section 2.1). A plus is a plus: times with
/// a zone have one.
enum QueryParameters {
    /// - Throws: `Problem` when one cannot be decoded.
    static func of(_ request: Request) throws -> [(name: String, value: String)] {
        guard let query = request.uri.query else { return [] }
        return try query.utf8.split(separator: UInt8(ascii: "&")).map { pair in
            let name = pair.prefix { $0 != UInt8(ascii: "=") }
            return (try decoded(Substring(name)), try decoded(Substring(pair[name.endIndex...].dropFirst())))
        }
    }

    /// A part of an address without its percent signs.
    static func decoded(_ text: some StringProtocol) throws -> String {
        if !text.utf8.contains(UInt8(ascii: "%")) { return String(text) }
        guard let decoded = text.removingPercentEncoding, !decoded.utf8.contains(0) else {
            throw Problem.wrong(
                "address", String(text), expected: "percent signs with two hexadecimal digits, in UTF-8")
        }
        return decoded
    }
}
