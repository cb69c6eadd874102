/// What the checks of a column and of its domain say, as far as it can be said in JSON Schema. The database checks all
/// of it; this is for telling people beforehand, and for saying which value was wrong.
package struct ValueRule: Sendable, Equatable {
    /// The values that there are; any when there are none.
    package var allowed: [String] = []
    /// A regular expression that texts match.
    package var pattern: String?
    package var mostCharacters: Int?
    package var leastCharacters: Int?
    /// Bounds of numbers, as PostgreSQL writes them.
    package var minimum: String?
    package var maximum: String?
    package var isAboveMinimum = false

    package init() {}

    /// - Parameters:
    ///   - checks: as PostgreSQL writes them: `CHECK (VALUE >= 1 AND VALUE <= 3600)`.
    ///   - subject: what they call the value: `VALUE` in a domain, the column's name in a table.
    init(checks: [String], subject: String) {
        for check in checks {
            for clause in Self.clauses(check) { read(clause, subject) }
        }
    }

    /// The parts of a check that all have to be true; nothing of one that has alternatives.
    private static func clauses(_ check: String) -> [String] {
        guard check.hasPrefix("CHECK ("), check.hasSuffix(")") else { return [] }
        let text = String(check.dropFirst("CHECK (".count).dropLast())
        var clauses: [String] = []
        var clause = ""
        var depth = 0
        var isQuoted = false
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            if depth == 0, !isQuoted, word == "OR" { return [] }
            if depth == 0, !isQuoted, word == "AND" {
                clauses.append(clause)
                clause = ""
                continue
            }
            for character in word {
                if character == "'" { isQuoted.toggle() }
                if !isQuoted { depth += character == "(" ? 1 : character == ")" ? -1 : 0 }
            }
            clause += (clause.isEmpty ? "" : " ") + word
        }
        return clauses + [clause]
    }

    private mutating func read(_ clause: String, _ subject: String) {
        let name = clause.replacing("::text", with: "")
        guard let rest = Self.rest(of: name, after: subject) else {
            if let rest = Self.rest(of: name, after: "length(\(subject))") { readLength(rest) }
            return
        }
        let words = rest.split(separator: " ", maxSplits: 1).map(String.init)
        guard words.count == 2 else { return }
        switch words[0] {
        case "~": pattern = pattern ?? Self.quoted(words[1]).flatMap(Self.portable)
        case "=" where words[1].hasPrefix("ANY (ARRAY["):
            allowed = words[1].dropFirst("ANY (ARRAY[".count).dropLast(2).split(separator: ", ").compactMap {
                Self.quoted(String($0))
            }
        case "=": if let value = Self.quoted(words[1]) { allowed = [value] }
        case ">=": minimum = Self.number(words[1]) ?? minimum
        case ">":
            minimum = Self.number(words[1]) ?? minimum
            isAboveMinimum = minimum != nil
        case "<=": maximum = Self.number(words[1]) ?? maximum
        default: break
        }
    }

    private mutating func readLength(_ rest: String) {
        let words = rest.split(separator: " ")
        guard words.count == 2, let number = Int(words[1]) else { return }
        if words[0] == "<=" { mostCharacters = number }
        if words[0] == ">=" { leastCharacters = number }
    }

    private static func rest(of clause: String, after subject: String) -> String? {
        clause.hasPrefix(subject + " ") ? String(clause.dropFirst(subject.count + 1)) : nil
    }

    /// The text in quotes, if it is one text and nothing else.
    private static func quoted(_ text: String) -> String? {
        guard text.count >= 2, text.first == "'", text.last == "'" else { return nil }
        let inner = text.dropFirst().dropLast()
        guard !inner.replacing("''", with: "").contains("'") else { return nil }
        return String(inner.replacing("''", with: "'"))
    }

    private static func number(_ text: String) -> String? {
        let text = text.replacing("::numeric", with: "").replacing("(", with: "").replacing(")", with: "")
        return text.wholeMatch(of: /'?(-?[0-9]+(\.[0-9]+)?)'?/).map { String($0.1) }
    }

    /// An expression that means the same to PostgreSQL and to JSON Schema (ECMA 262).
    private static func portable(_ pattern: String) -> String? {
        ["[[", "\\m", "\\M", "\\y", "(?", "\\A"].contains { pattern.contains($0) } ? nil : pattern
    }

    /// Both hold.
    func and(_ other: ValueRule) -> ValueRule {
        var both = self
        if both.allowed.isEmpty { both.allowed = other.allowed }
        both.pattern = both.pattern ?? other.pattern
        both.mostCharacters = both.mostCharacters ?? other.mostCharacters
        both.leastCharacters = both.leastCharacters ?? other.leastCharacters
        if both.minimum == nil {
            both.minimum = other.minimum
            both.isAboveMinimum = other.isAboveMinimum
        }
        both.maximum = both.maximum ?? other.maximum
        return both
    }
}
