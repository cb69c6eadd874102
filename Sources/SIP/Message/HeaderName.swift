/// A header field name that this module knows, with its compact form (RFC 3261 section 7.3.3 and the registry).
package enum HeaderName: UInt8, Sendable, Hashable, CaseIterable {
    case via, from, to, callID, cseq, maxForwards, contact, contentLength, contentType, contentEncoding
    case route, recordRoute, require, proxyRequire, supported, unsupported, allow, accept
    case authorization, proxyAuthorization, proxyAuthenticate, wwwAuthenticate
    case assertedIdentity, preferredIdentity, remotePartyID, privacy, identity, diversion, historyInfo
    case reason, retryAfter, subject, expires, userAgent, server, date, event, replaces, referTo, referredBy
    case sessionExpires, allowEvents, warning
    /// A name that is none of these; its text is in the message.
    case other

    /// The name as it is written, in the usual case.
    package var text: String { Self.names[Int(rawValue)] }

    /// Whether a message may carry the header only once and would be ambiguous with two.
    var isSingle: Bool {
        switch self {
        case .from, .to, .callID, .cseq, .maxForwards, .contentLength, .contentType: true
        default: false
        }
    }

    private static let names = [
        "Via", "From", "To", "Call-ID", "CSeq", "Max-Forwards", "Contact", "Content-Length", "Content-Type",
        "Content-Encoding", "Route", "Record-Route", "Require", "Proxy-Require", "Supported", "Unsupported", "Allow",
        "Accept", "Authorization", "Proxy-Authorization", "Proxy-Authenticate", "WWW-Authenticate",
        "P-Asserted-Identity", "P-Preferred-Identity", "Remote-Party-ID", "Privacy", "Identity", "Diversion",
        "History-Info", "Reason",
        "Retry-After", "Subject", "Expires", "User-Agent", "Server", "Date", "Event", "Replaces", "Refer-To",
        "Referred-By", "Session-Expires", "Allow-Events", "Warning", "Header",
    ]

    /// The header whose name fills the range, `other` when it is not known here.
    static func named(_ text: Span<UInt8>, from start: Int, to end: Int) -> HeaderName {
        let count = end - start
        if count == 1 { return compact(Span<UInt8>.lowercase(text[start])) }
        guard count < byLength.count else { return .other }
        let initial = Span<UInt8>.lowercase(text[start])
        let final = Span<UInt8>.lowercase(text[end - 1])
        for candidate in byLength[count] where candidate.initial == initial && candidate.final == final {
            if text.matches(candidate.name.text, from: start, to: end) { return candidate.name }
        }
        return .other
    }

    /// A name with its first and last letter in lower case, which tell most names of one length apart.
    private struct Candidate {
        let name: HeaderName
        let initial: UInt8
        let final: UInt8
    }

    /// Known names by their length, so that few are compared with each line.
    private static let byLength: [[Candidate]] = {
        let longest = names.map(\.utf8.count).max() ?? 0
        var table = [[Candidate]](repeating: [], count: longest + 1)
        for name in allCases where name != .other {
            let letters = name.text.lowercased().utf8
            guard let initial = letters.first, let final = letters.last else { continue }
            table[letters.count].append(Candidate(name: name, initial: initial, final: final))
        }
        return table
    }()

    private static func compact(_ letter: UInt8) -> HeaderName {
        switch letter {
        case UInt8(ascii: "v"): .via
        case UInt8(ascii: "f"): .from
        case UInt8(ascii: "t"): .to
        case UInt8(ascii: "i"): .callID
        case UInt8(ascii: "m"): .contact
        case UInt8(ascii: "l"): .contentLength
        case UInt8(ascii: "c"): .contentType
        case UInt8(ascii: "e"): .contentEncoding
        case UInt8(ascii: "k"): .supported
        case UInt8(ascii: "s"): .subject
        case UInt8(ascii: "y"): .identity
        case UInt8(ascii: "o"): .event
        case UInt8(ascii: "r"): .referTo
        case UInt8(ascii: "b"): .referredBy
        case UInt8(ascii: "x"): .sessionExpires
        case UInt8(ascii: "u"): .allowEvents
        default: .other
        }
    }
}
