import Foundation

/// The header rules of a trunk: `[{"action": "add", "header": "X-Plan", "value": "gold"}]`.
struct HeaderRules {
    private struct Rule: Decodable {
        let action: String
        let header: String
        let value: String?
    }

    /// Whole lines of the headers to add, each ending in CR LF. A rule whose text could end a line is left out: it
    /// would let a setting write headers of its own choice.
    let added: String

    init(_ json: String) {
        let rules = (try? JSONDecoder().decode([Rule].self, from: Data(json.utf8))) ?? []  // a CHECK keeps it a list
        added = rules.filter { $0.action == "add" }.compactMap { rule in
            guard let value = rule.value, Self.isToken(rule.header),
                !value.unicodeScalars.contains(where: { $0.value < 32 })
            else { return nil }
            return "\(rule.header): \(value)\r\n"
        }.joined()
    }

    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7a || $0 == 0x2d }
    }
}
