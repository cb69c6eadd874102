import Foundation

/// Where a Heddle serves its API, as `https://heddle.example.net`; perhaps with a path before `/v1`.
package struct ServerAddress: Sendable, Equatable {
    /// Without a slash at its end.
    package let text: String
    /// Whether others can read what is sent there: it goes without TLS, and not to this machine.
    package let isReadableOnTheWay: Bool

    private static let longest = 2_048

    /// - Throws: `RequestFault`. It repeats nothing of a text that may have a password in it.
    package init(_ text: String) throws(RequestFault) {
        guard text.utf8.count <= Self.longest, let parts = URLComponents(string: text),
            let scheme = parts.scheme?.lowercased(), scheme == "https" || scheme == "http",
            let host = parts.host?.trimmingCharacters(in: CharacterSet(charactersIn: "[]")), !host.isEmpty
        else { throw RequestFault("the address is none of a server, expected https://HOST or https://HOST:PORT") }
        guard parts.user == nil, parts.password == nil, parts.query == nil, parts.fragment == nil else {
            throw RequestFault(
                "the address has more than a server has, expected https://HOST, perhaps with a port and a path")
        }
        var bare = text
        while bare.hasSuffix("/") { bare.removeLast() }
        self.text = bare
        isReadableOnTheWay = scheme == "http" && !Self.isLoopback(host.lowercased())
    }

    private static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127"
            && parts.allSatisfy { part in part.utf8.allSatisfy { (0x30...0x39).contains($0) } && UInt8(part) != nil }
    }
}
