/// A Swift text seen twice: its code alone and its comments alone. Both keep every byte's place, so that line numbers
/// hold: what does not belong is a space. Contents of strings are in neither, except code that is interpolated.
struct SwiftMask {
    private(set) var code: [UInt8]
    private(set) var comments: [UInt8]
    private let bytes: [UInt8]
    private var at = 0

    private let slash = UInt8(ascii: "/")
    private let star = UInt8(ascii: "*")

    init(_ text: String) {
        bytes = Array(text.utf8)
        code = bytes.map { $0 == UInt8(ascii: "\n") ? $0 : UInt8(ascii: " ") }
        comments = code
        scanCode(isInterpolation: false)
    }

    /// Reads code up to the end, or up to the parenthesis that closes an interpolation.
    private mutating func scanCode(isInterpolation: Bool) {
        var depth = 0
        while at < bytes.count {
            if isPair(slash, slash) {
                while at < bytes.count && bytes[at] != UInt8(ascii: "\n") { comment() }
            } else if isPair(slash, star) {
                scanBlockComment()
            } else if bytes[at] == UInt8(ascii: "\"") {
                scanString(pounds: 0)
            } else if bytes[at] == UInt8(ascii: "#"), let pounds = poundsBeforeLiteral() {
                scanString(pounds: pounds)
            } else if bytes[at] == UInt8(ascii: "`") {
                scanQuotedName()
            } else {
                if bytes[at] == UInt8(ascii: "(") { depth += 1 }
                if bytes[at] == UInt8(ascii: ")") {
                    if isInterpolation && depth == 0 { return }
                    depth -= 1
                }
                keep()
            }
        }
    }

    /// `/* … */`, which nests.
    private mutating func scanBlockComment() {
        var depth = 0
        repeat {
            if isPair(slash, star) {
                depth += 1
                comment(2)
            } else if isPair(star, slash) {
                depth -= 1
                comment(2)
            } else {
                comment()
            }
        } while depth > 0 && at < bytes.count
    }

    /// A string, raw or not, on one line or on many; also an extended regex, which is quoted the same way.
    private mutating func scanString(pounds: Int) {
        keep(pounds)
        let quote = bytes[at]
        let isMultiline = starts(with: [UInt8](repeating: UInt8(ascii: "\""), count: 3))
        let mark = [UInt8](repeating: quote, count: isMultiline ? 3 : 1)
        let end = mark + [UInt8](repeating: UInt8(ascii: "#"), count: pounds)
        let escape = [UInt8(ascii: "\\")] + [UInt8](repeating: UInt8(ascii: "#"), count: pounds)
        keep(mark.count)
        while at < bytes.count {
            if starts(with: end) {
                keep(end.count)
                return
            } else if starts(with: escape + [UInt8(ascii: "(")]) && quote == UInt8(ascii: "\"") {
                at += escape.count + 1
                scanCode(isInterpolation: true)
                at += 1
            } else if starts(with: escape) {
                at += escape.count + 1
            } else if bytes[at] == UInt8(ascii: "\n") && !isMultiline && quote == UInt8(ascii: "\"") {
                return  // not closed: the compiler will say it better
            } else {
                at += 1
            }
        }
    }

    /// `` `a name with spaces` `` is one word of the same width.
    private mutating func scanQuotedName() {
        code[at] = UInt8(ascii: "_")
        at += 1
        while at < bytes.count && bytes[at] != UInt8(ascii: "`") && bytes[at] != UInt8(ascii: "\n") {
            code[at] = UInt8(ascii: "_")
            at += 1
        }
        guard at < bytes.count && bytes[at] == UInt8(ascii: "`") else { return }
        code[at] = UInt8(ascii: "_")
        at += 1
    }

    private func poundsBeforeLiteral() -> Int? {
        var end = at
        while end < bytes.count && bytes[end] == UInt8(ascii: "#") { end += 1 }
        guard end < bytes.count && (bytes[end] == UInt8(ascii: "\"") || bytes[end] == UInt8(ascii: "/")) else {
            return nil
        }
        return end - at
    }

    private func isPair(_ first: UInt8, _ second: UInt8) -> Bool {
        bytes[at] == first && at + 1 < bytes.count && bytes[at + 1] == second
    }

    private func starts(with mark: [UInt8]) -> Bool {
        guard at + mark.count <= bytes.count else { return false }
        return mark.indices.allSatisfy { bytes[at + $0] == mark[$0] }
    }

    private mutating func keep(_ count: Int = 1) {
        for _ in 0..<min(count, bytes.count - at) {
            code[at] = bytes[at]
            at += 1
        }
    }

    private mutating func comment(_ count: Int = 1) {
        for _ in 0..<min(count, bytes.count - at) {
            comments[at] = bytes[at]
            at += 1
        }
    }
}
