/// As much of SQL's lexical rules as it takes to see statements and words: comments, quotes and dollar quotes are left
/// out, whatever stands in them (PostgreSQL 15, section 4.1).
enum SQLText {
    /// The statements of a script, without comments, with the contents of quotes removed.
    static func statements(of script: String) -> [String] {
        strip(script).split(separator: ";").map { $0.trimming() }.filter { !$0.isEmpty }
    }

    /// The words of a statement in lower case.
    static func words(of statement: String) -> [String] {
        statement.lowercased().split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == ".") }.map(String.init)
    }

    private static func strip(_ script: String) -> String {
        var rest = Substring(script)
        var result = ""
        while let character = rest.first {
            if rest.hasPrefix("--") {
                rest = rest.drop { $0 != "\n" }
            } else if rest.hasPrefix("/*") {
                rest = after("*/", in: rest.dropFirst(2))
            } else if character == "'" {
                rest = after("'", in: rest.dropFirst())
                result += "''"
            } else if character == "$", let tag = dollarTag(rest) {
                rest = after(tag, in: rest.dropFirst(tag.count))
                result += "''"
            } else {
                result.append(character)
                rest.removeFirst()
            }
        }
        return result
    }

    /// `$$` or `$name$` at the start; `$1` is a parameter.
    private static func dollarTag(_ text: Substring) -> String? {
        let body = text.dropFirst().prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        guard body.first?.isNumber != true, text.dropFirst(1 + body.count).first == "$" else { return nil }
        return "$\(body)$"
    }

    private static func after(_ mark: String, in text: Substring) -> Substring {
        var rest = text
        while !rest.isEmpty {
            if rest.hasPrefix(mark) { return rest.dropFirst(mark.count) }
            rest.removeFirst()
        }
        return rest
    }
}

extension StringProtocol {
    fileprivate func trimming() -> String {
        let start = drop { $0.isWhitespace }
        return String(String(start.reversed()).drop { $0.isWhitespace }.reversed())
    }
}
