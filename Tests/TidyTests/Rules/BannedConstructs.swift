/// What the compiler allows and the house does not.
struct BannedConstruct: Sendable, CustomStringConvertible {
    let name: String
    /// The tokens, one after the other; those that touch in `name` have to touch in the code.
    let tokens: [String]
    /// Where it is banned: prefixes of paths.
    let folders: [String]
    /// Folders in which it is at home.
    let exempt: [String]
    let advice: String

    var description: String { name }

    private static let everywhere = product + ["Tests/"]
    private static let product = ["Sources/", "Benchmarks/", "db/", "deploy/"]
    private static let composition = ["Sources/Server/", "Sources/heddle/", "Benchmarks/"]
    private static let structured = "let a ServiceGroup, a task group or the caller own the work"

    static let all = [
        BannedConstruct("@unchecked Sendable", everywhere, "make it a value, an actor, or hold a Mutex"),
        BannedConstruct("nonisolated(unsafe)", everywhere, "use a Mutex or an Atomic"),
        BannedConstruct("@preconcurrency", everywhere, "wrap what is not Sendable in a type that is"),
        BannedConstruct("try!", everywhere, "throw, or handle the error"),
        BannedConstruct("as!", everywhere, "use as? and say what happens when it is not"),
        BannedConstruct("Task {", product, except: composition, structured),
        BannedConstruct("Task(", product, except: composition, structured),
        BannedConstruct("Task.detached", product, except: composition, structured),
        BannedConstruct("Task.immediate", product, except: composition, structured),
        BannedConstruct(
            "print(", product, except: ["Sources/heddle/", "Benchmarks/"],
            "log it, or return it: only the CLI writes to the terminal"),
        BannedConstruct("fatalError(", product, "throw; a peer's or an operator's mistake must not end the program"),
    ]

    init(_ name: String, _ folders: [String], except exempt: [String] = [], _ advice: String) {
        self.name = name
        self.tokens = Token.tokens(of: Array(name.utf8)).map(\.text)
        self.folders = folders
        self.exempt = exempt
        self.advice = advice
    }

    func check(_ file: SwiftFile) -> [Violation] {
        guard folders.contains(where: file.path.hasPrefix), !exempt.contains(where: file.path.hasPrefix) else {
            return []
        }
        return file.tokens.indices.filter { matches(file.tokens, at: $0) }.map { index in
            Violation(path: file.path, line: file.tokens[index].line, advice: "`\(name)` is banned here: \(advice)")
        }
    }

    private func matches(_ found: [Token], at start: Int) -> Bool {
        guard start + tokens.count <= found.count else { return false }
        guard tokens.indices.allSatisfy({ found[start + $0].text == tokens[$0] }) else { return false }
        // `x.print(`, `struct Task {` and `func print(` are something else.
        if start > 0, found[start].isWord, ["func", ".", "struct", "enum"].contains(found[start - 1].text) {
            return false
        }
        // `as !x` is no cast.
        let last = found[start + tokens.count - 1]
        let before = found[start + tokens.count - 2]
        return last.text != "!" || last.offset == before.offset + before.text.utf8.count
    }
}

/// What is left to do is an issue; a comment may point to it.
enum UnfinishedWork {
    // In two pieces, so that this file does not break the rule that it states.
    private static let words = ["TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"]

    static func check(path: String, comments: [Substring]) -> [Violation] {
        comments.enumerated().flatMap { index, line in
            words.filter { line.contains(wholeWord: $0) && !line.contains("\($0)(#") }.map { word in
                Violation(
                    path: path, line: index + 1,
                    advice: "\(word) without an issue; do it now, or write `\(word)(#number): what is missing`")
            }
        }
    }
}

extension StringProtocol {
    /// True when the text stands there and is no part of a longer word.
    func contains(wholeWord word: String) -> Bool {
        var rest = self[...]
        while let start = rest.firstRange(of: word) {
            let before = self[..<start.lowerBound].last
            let after = rest[start.upperBound...].first
            if before?.isPartOfWord != true && after?.isPartOfWord != true { return true }
            rest = rest[start.upperBound...]
        }
        return false
    }
}

extension Character {
    fileprivate var isPartOfWord: Bool { isLetter || isNumber || self == "_" }
}
