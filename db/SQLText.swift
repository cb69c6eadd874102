/// As much of SQL's lexical rules as it takes to see statements and words (PostgreSQL 15, section 4.1): comments, also
/// nested ones, quoted identifiers, strings with and without escapes, and dollar quotes. A body written as
/// `begin atomic … end` is seen as several statements.
struct SQLText {
    /// One statement, without comments.
    struct Statement {
        /// In lower case. A quoted identifier keeps its quotes and its letters, so that it is no key word.
        var words: [String] = []
        /// What stands in its strings and dollar quotes.
        var quotes: [String] = []
    }

    private var rest: Substring
    private var word = ""
    private var statement = Statement()
    private var statements: [Statement] = []

    /// The statements of a script.
    static func statements(of script: String) -> [Statement] {
        var text = SQLText(rest: Substring(script))
        text.read()
        return text.statements
    }

    private init(rest: Substring) { self.rest = rest }

    private mutating func read() {
        while let character = rest.first {
            if rest.hasPrefix("--") {
                endWord()
                rest = rest.drop { !$0.isNewline }
            } else if rest.hasPrefix("/*") {
                endWord()
                skipComment()
            } else if character == "'" {
                readString()
            } else if character == "\"" {
                readIdentifier()
            } else if character == "$", word.isEmpty, let tag = dollarTag() {
                readDollarQuote(tag)
            } else {
                rest.removeFirst()
                if Self.isOfWord(character) {
                    word += character.lowercased()
                } else {
                    endWord()
                    if character == ";" { endStatement() }
                }
            }
        }
        endWord()
        endStatement()
    }

    private static func isOfWord(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_" || character == "." || character == "$"
    }

    private mutating func endWord() {
        if !word.isEmpty { statement.words.append(word) }
        word = ""
    }

    private mutating func endStatement() {
        if !statement.words.isEmpty { statements.append(statement) }
        statement = Statement()
    }

    private mutating func skipComment() {
        var depth = 0
        repeat {
            if rest.hasPrefix("/*") {
                depth += 1
                rest = rest.dropFirst(2)
            } else if rest.hasPrefix("*/") {
                depth -= 1
                rest = rest.dropFirst(2)
            } else {
                rest = rest.dropFirst()
            }
        } while depth > 0 && !rest.isEmpty
    }

    /// `'it''s'`, and `E'it\'s'` where the letter stands right before the quote.
    private mutating func readString() {
        let hasEscapes = word == "e"
        if hasEscapes { word = "" }
        endWord()
        rest.removeFirst()
        var text = ""
        while let character = rest.popFirst() {
            if hasEscapes, character == "\\" {
                if let escaped = rest.popFirst() { text.append(escaped) }
            } else if character != "'" {
                text.append(character)
            } else if rest.first == "'" {
                text.append(rest.removeFirst())
            } else {
                break
            }
        }
        statement.quotes.append(text)
    }

    /// Part of a word: `core."drop"` is one.
    private mutating func readIdentifier() {
        word.append(rest.removeFirst())
        while let character = rest.popFirst() {
            word.append(character)
            if character == "\"" {
                guard rest.first == "\"" else { return }
                word.append(rest.removeFirst())
            }
        }
    }

    /// `$$` or `$name$` at the start; `$1` is a parameter.
    private func dollarTag() -> String? {
        let name = rest.dropFirst().prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        guard name.first?.isNumber != true, rest.dropFirst(1 + name.count).first == "$" else { return nil }
        return "$\(name)$"
    }

    private mutating func readDollarQuote(_ tag: String) {
        rest = rest.dropFirst(tag.count)
        var text = ""
        while !rest.isEmpty, !rest.hasPrefix(tag) { text.append(rest.removeFirst()) }
        rest = rest.dropFirst(tag.count)
        statement.quotes.append(text)
    }
}
