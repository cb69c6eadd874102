/// The project speaks of itself, not of how or where it was made.
enum Words {
    // In pieces, so that this file does not break the rule that it states.
    private static let banned = [
        "cla" + "ude", "anthro" + "pic", "open" + "ai", "chat" + "gpt", "co" + "pilot", "language " + "model",
        "sub" + "agent",
        "/wo" + "rk/", "/tmp/" + "plan", "../sha" + "red/", "issues " + "show", "contracts" + ".md", "facts" + ".md",
        "sip-edge" + ".md", "swift-postgresql" + ".md", "peers-wholesale" + ".md", "as an " + "ai", "i was " + "asked",
    ]

    static func check(_ file: TextFile) -> [Violation] {
        let text = file.text.lowercased()
        guard banned.contains(where: text.contains) else { return [] }
        return file.numberedLines.flatMap { number, line in
            banned.filter { line.lowercased().contains(pieces: $0) }.map { word in
                Violation(
                    path: file.path, line: number,
                    advice:
                        "\"\(word)\" means nothing to a reader of the project; say what it stands for, or leave it out")
            }
        }
    }
}

extension String {
    /// True when the text stands there; one that starts with a letter must start a word.
    fileprivate func contains(pieces text: String) -> Bool {
        var rest = self[...]
        while let found = rest.firstRange(of: text) {
            let startsWord = found.lowerBound == startIndex || !self[index(before: found.lowerBound)].isLetter
            if startsWord || text.first?.isLetter == false { return true }
            rest = rest[found.upperBound...]
        }
        return false
    }
}
