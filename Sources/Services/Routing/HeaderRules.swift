import Foundation
import Telecom

extension HeaderRules {
    /// A rule as `routing.header_rules` keeps it: `{"action": "add", "header": "X-Plan", "value": "gold"}`.
    private struct Rule: Decodable {
        let action: String
        let header: String
        let value: String?
    }

    /// Reads the rules of a trunk. The domain has refused what is not a rule; here only a rule that could end its line,
    /// or a pattern, is left out once more, because the edge takes the text as it comes.
    init(json: String) {
        let rules = (try? JSONDecoder().decode([Rule].self, from: Data(json.utf8))) ?? []  // the domain's check
        self.init()
        for rule in rules where Self.isName(rule.header) {
            switch (rule.action, rule.value) {
            case ("add", let value?) where value.utf8.allSatisfy({ (0x20...0x7e).contains($0) }):
                added += "\(rule.header): \(value)\r\n"
            case ("remove", _):
                removed.append(rule.header)
                if let short = Self.shortForms[rule.header.lowercased()] { removed.append(short) }
            default: continue
            }
        }
    }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 == UInt8(ascii: "-") || isLetterOrDigit($0) }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    /// By the IANA registry of SIP header fields; those that no rule may name are not among them.
    private static let shortForms = [
        "accept-contact": "a", "allow-events": "u", "event": "o", "identity": "y", "refer-to": "r",
        "referred-by": "b", "reject-contact": "j", "request-disposition": "d", "session-expires": "x", "subject": "s",
        "supported": "k",
    ]
}
