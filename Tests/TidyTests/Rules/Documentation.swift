/// A type or a function that another target may use says what it is for. Properties and initializers do so where the
/// name leaves a question open, which no machine can tell.
enum Documentation {
    private static let access: Set<String> = ["package", "public", "open"]
    private static let modifiers: Set<String> = [
        "static", "final", "mutating", "nonmutating", "override", "required", "convenience", "indirect", "lazy", "weak",
        "nonisolated", "isolated", "consuming", "borrowing", "dynamic", "class",
    ]
    private static let declarations: Set<String> = [
        "func", "struct", "class", "enum", "actor", "protocol", "typealias",
    ]
    /// Requirements of well-known protocols, which say it for them.
    private static let known: Set<String> = [
        "hash", "encode", "enqueue", "checkIsolated", "isIsolatingCurrentContext", "StringInterpolation",
        "appendLiteral",
    ]

    static func check(_ file: SwiftFile) -> [Violation] {
        let tokens = file.tokens
        return tokens.indices.compactMap { index in
            guard access.contains(tokens[index].text), index == 0 || tokens[index - 1].text != "." else { return nil }
            let line = tokens[index].line
            guard let found = declaration(tokens, after: index), !isDocumented(file, line: line) else { return nil }
            return Violation(
                path: file.path, line: line, advice: "\(found) has no doc comment; say what it is for, and how it fails"
            )
        }
    }

    /// The word and name of the declaration; nil for other kinds, `package import` and known names.
    private static func declaration(_ tokens: [Token], after index: Int) -> String? {
        var at = index + 1
        while at + 1 < tokens.count, modifiers.contains(tokens[at].text), tokens[at + 1].isWord { at += 1 }
        guard at + 1 < tokens.count, declarations.contains(tokens[at].text) else { return nil }
        let next = tokens[at + 1]
        let isKnown = !next.isWord || known.contains(next.text)  // an operator is known as well
        return isKnown ? nil : "\(tokens[at].text) \(next.text)"
    }

    /// Looks up from a declaration, past its attributes.
    private static func isDocumented(_ file: SwiftFile, line: Int) -> Bool {
        var at = line - 2  // the line before, as an index
        while at >= 0 {
            let text = file.lines[at].drop { $0 == " " }
            if text.hasPrefix("///") || text.hasSuffix("*/") { return true }
            guard text.hasPrefix("@") || text.hasPrefix("//") else { return false }
            at -= 1
        }
        return false
    }
}
