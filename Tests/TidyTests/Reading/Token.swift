/// A word or a mark of Swift code, and where it is.
struct Token: Sendable {
    let text: String
    /// The line, from 1.
    let line: Int
    /// The first byte, from 0.
    let offset: Int
    let isWord: Bool

    /// The tokens of code that `SwiftMask` freed of comments and strings.
    static func tokens(of code: [UInt8]) -> [Token] {
        var tokens: [Token] = []
        var line = 1
        var at = 0
        while at < code.count {
            let start = at
            if code[at] == UInt8(ascii: "\n") { line += 1 }
            if isWordByte(code[at]) {
                while at < code.count && isWordByte(code[at]) { at += 1 }
                let word = String(decoding: code[start..<at], as: UTF8.self)
                tokens.append(Token(text: word, line: line, offset: start, isWord: true))
            } else {
                at += 1
                guard code[start] > UInt8(ascii: " ") else { continue }
                let mark = String(decoding: code[start..<at], as: UTF8.self)
                tokens.append(Token(text: mark, line: line, offset: start, isWord: false))
            }
        }
        return tokens
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
            return true
        default:
            return false
        }
    }
}
