/// A type or a function with a body.
struct Declaration: Sendable {
    enum Kind: Sendable {
        /// `struct`, `class`, `enum`, `actor`, `protocol`, `extension`.
        case type
        /// `func`, `init`, `deinit`, `subscript` and computed properties.
        case function
    }

    let kind: Kind
    let name: String
    let firstLine: Int
    var lastLine: Int
    /// How many types it is in, itself counted.
    let typeDepth: Int

    var lineCount: Int { lastLine - firstLine + 1 }
}

/// Finds declarations by matching braces: enough to measure them, far from a parser.
struct DeclarationReader {
    private static let typeWords: Set<String> = ["struct", "class", "enum", "actor", "protocol", "extension"]
    private static let functionWords: Set<String> = ["func", "init", "deinit", "subscript", "var"]
    /// Words after which a brace belongs to a statement, not to the declaration before it.
    private static let statementWords: Set<String> = [
        "if", "for", "while", "switch", "guard", "do", "return", "defer", "else", "repeat", "catch", "let", "case",
        "import",
        "typealias", "associatedtype",
    ]

    private struct Pending {
        let kind: Declaration.Kind
        let name: String
        let line: Int
        let parentheses: Int
    }

    private struct Brace {
        let declaration: Int?
        let parentheses: Int
        /// What still waits for its body when a closure among its arguments ends.
        let waiting: Pending?
    }

    private var found: [Declaration] = []
    private var braces: [Brace] = []
    private var parentheses = 0
    private var pending: Pending?

    static func declarations(in tokens: [Token], text: [UInt8]) -> [Declaration] {
        var reader = DeclarationReader()
        for index in tokens.indices { reader.read(tokens, index, text) }
        return reader.found
    }

    private mutating func read(_ tokens: [Token], _ index: Int, _ text: [UInt8]) {
        let token = tokens[index]
        switch token.text {
        case "(", "[": parentheses += 1
        case ")", "]": parentheses -= 1
        case "{": open()
        case "}": close(token)
        default:
            guard token.isWord, index == 0 || tokens[index - 1].text != "." else { return }
            expect(tokens, index, text)
        }
    }

    /// Notes a declaration whose body may follow.
    private mutating func expect(_ tokens: [Token], _ index: Int, _ text: [UInt8]) {
        let token = tokens[index]
        guard parentheses == 0 else { return }
        let next = index + 1 < tokens.count ? tokens[index + 1] : token
        if Self.typeWords.contains(token.text), next.isWord, !Self.functionWords.contains(next.text) {
            pending = Pending(kind: .type, name: next.name(in: text), line: token.line, parentheses: parentheses)
        } else if Self.functionWords.contains(token.text) {
            let name = ["func", "var"].contains(token.text) ? next.name(in: text) : token.text
            pending = Pending(kind: .function, name: name, line: token.line, parentheses: parentheses)
        } else if Self.statementWords.contains(token.text) {
            pending = nil
        }
    }

    private mutating func open() {
        var declaration: Int?
        if let expected = pending, expected.parentheses == parentheses {
            let types = braces.filter { $0.declaration.map { found[$0].kind == .type } ?? false }.count
            declaration = found.count
            found.append(
                Declaration(
                    kind: expected.kind, name: expected.name, firstLine: expected.line, lastLine: expected.line,
                    typeDepth: expected.kind == .type ? types + 1 : types))
        }
        let waiting = pending.flatMap { $0.parentheses < parentheses ? $0 : nil }
        braces.append(Brace(declaration: declaration, parentheses: parentheses, waiting: waiting))
        parentheses = 0
        pending = nil
    }

    private mutating func close(_ token: Token) {
        pending = nil
        guard let brace = braces.popLast() else { return }
        parentheses = brace.parentheses
        pending = brace.waiting
        if let declaration = brace.declaration { found[declaration].lastLine = token.line }
    }
}

extension Token {
    /// The word as written, since a quoted name is masked.
    fileprivate func name(in source: [UInt8]) -> String {
        String(decoding: source[offset..<(offset + text.utf8.count)], as: UTF8.self)
    }
}
