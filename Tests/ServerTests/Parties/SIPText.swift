import Foundation

/// A SIP message, for what a test looks at in it.
struct SIPText: Sendable {
    let text: String

    init(_ text: String) { self.text = text }

    /// The first INVITE in a message log of SIPp.
    init?(firstInviteIn log: String) {
        guard let start = log.range(of: "INVITE sip:"),
            let end = log[start.lowerBound...].range(of: "\r\n\r\n")
        else { return nil }
        text = String(log[start.lowerBound..<end.lowerBound])
    }

    private var lines: [String] { text.components(separatedBy: "\r\n") }
    private var startLine: [Substring] { lines[0].split(separator: " ", maxSplits: 2) }

    /// The code of an answer; 0 for a request.
    var code: Int { text.hasPrefix("SIP/2.0 ") ? Int(startLine[1]) ?? 0 : 0 }
    var reason: String { startLine.count > 2 ? String(startLine[2]) : "" }
    /// The method of a request; `SIP/2.0` for an answer.
    var method: String { String(startLine[0]) }
    var uri: String { startLine.count > 1 ? String(startLine[1]) : "" }
    /// The user part of the request URI.
    var user: String { uri.firstMatch(of: /^sip:([^@]*)@/).map { String($0.1) } ?? "" }
    var contact: String? { self["Contact"].first?.firstMatch(of: /<([^>]+)>/).map { String($0.1) } }
    /// What names the transaction.
    var branch: String { self["Via"].first?.firstMatch(of: /branch=([^;,\s]+)/).map { String($0.1) } ?? "" }

    /// The values under a name, as it is written.
    subscript(name: String) -> [String] {
        lines.dropFirst().compactMap { line in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            guard line[..<colon].trimmingCharacters(in: .whitespaces).lowercased() == name.lowercased() else {
                return nil
            }
            return line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        }
    }

    /// Whole lines of a request that an answer to it repeats.
    func repeated(_ names: Set<String>) -> [String] {
        lines.dropFirst().filter { line in names.contains(String(line.prefix { $0 != ":" })) }
    }
}
