/// The targets of Package.swift, read from its text.
struct Manifest {
    struct Target: Sendable {
        let name: String
        let line: Int
        let isTest: Bool
        /// Every name in quotes among its dependencies: targets, and products of other packages.
        let dependencies: [String]
    }

    let targets: [Target]

    init(_ text: String) {
        let raw = Array(text.utf8)
        let tokens = Token.tokens(of: SwiftMask(text).code)
        let kinds = ["target", "executableTarget", "testTarget", "systemLibrary"]
        var targets: [Target] = []
        for index in tokens.indices.dropFirst().dropLast() where kinds.contains(tokens[index].text) {
            guard tokens[index - 1].text == ".", tokens[index + 1].text == "(" else { continue }
            let call = Self.closed(tokens, from: index + 1)
            guard let name = Self.strings(raw, tokens, in: Self.argument("name", tokens, in: call)).first else {
                continue
            }
            let dependencies = Self.strings(raw, tokens, in: Self.argument("dependencies", tokens, in: call))
            targets.append(
                Target(
                    name: name, line: tokens[index].line, isTest: tokens[index].text == "testTarget",
                    dependencies: dependencies))
        }
        self.targets = targets
    }

    /// The tokens from an opening mark to the one that closes it.
    private static func closed(_ tokens: [Token], from start: Int) -> Range<Int> {
        var depth = 0
        for index in start..<tokens.count {
            if ["(", "["].contains(tokens[index].text) { depth += 1 }
            if [")", "]"].contains(tokens[index].text) { depth -= 1 }
            if depth == 0 { return start..<(index + 1) }
        }
        return start..<tokens.count
    }

    /// The value after the first `label:`; empty when there is none.
    private static func argument(_ label: String, _ tokens: [Token], in call: Range<Int>) -> Range<Int> {
        guard let found = call.dropLast(2).first(where: { tokens[$0].text == label && tokens[$0 + 1].text == ":" })
        else {
            return call.lowerBound..<call.lowerBound
        }
        return tokens[found + 2].text == "["
            ? closed(tokens, from: found + 2) : (found + 2)..<min(found + 4, tokens.count)
    }

    /// The strings in quotes: the mask leaves their quotes in place.
    private static func strings(_ raw: [UInt8], _ tokens: [Token], in range: Range<Int>) -> [String] {
        let quotes = range.filter { tokens[$0].text == "\"" }.map { tokens[$0].offset }
        return stride(from: 0, to: quotes.count - 1, by: 2).map { index in
            String(decoding: raw[(quotes[index] + 1)..<quotes[index + 1]], as: UTF8.self)
        }
    }
}
