import Telecom

/// The codes of a field: one, a list, a range, or lists of ranges: `44`, `44;4420`, `4470-4479`, `1 242, 1 246`.
struct CodeList {
    /// What a field may hold in all.
    static let mostCodes = 10_000
    static let form = "digits, as 4420, 44;4420 or 4470-4479"

    let codes: [String]

    /// - Parameters:
    ///   - leading: digits that stand before each code.
    /// - Throws: `Problem`, in words.
    init(_ field: String, leading: String) throws(Problem) {
        var codes: [String] = []
        for part in field.split(whereSeparator: { ";,|/".contains($0) }) {
            let ends = part.split(separator: "-", maxSplits: 2, omittingEmptySubsequences: false).map(Self.digits)
            switch ends.count {
            case 1:
                guard let code = ends[0] else { throw Problem(Self.form) }
                codes.append(leading + code)
            case 2:
                guard let first = ends[0], let last = ends[1] else { throw Problem(Self.form) }
                codes += try Self.range(first, last).map { leading + $0 }
            default: throw Problem(Self.form)
            }
            guard codes.count <= Self.mostCodes else { throw Problem("at most \(Self.mostCodes) codes in a field") }
        }
        guard !codes.isEmpty else { throw Problem(Self.form) }
        for code in codes where code.utf8.count > 15 { throw Problem("at most 15 digits; it has \(code.utf8.count)") }
        self.codes = codes
    }

    /// Why a field is none, as what was expected.
    struct Problem: Error {
        let expected: String
        init(_ expected: String) { self.expected = expected }
    }

    /// Without what people put between and before them: `+44 20`.
    private static func digits(_ text: Substring) -> String? {
        var digits = text.filter { $0 != " " && $0 != "." && $0 != "(" && $0 != ")" }
        if digits.first == "+" { digits.removeFirst() }
        return !digits.isEmpty && digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) ? digits : nil
    }

    /// Both ends have as many digits, or the last tells only those that differ: `4470-79`.
    private static func range(_ first: String, _ last: String) throws(Problem) -> [String] {
        let end = last.count < first.count ? first.prefix(first.count - last.count) + last : last
        guard end.count == first.count, let low = UInt64(first), let high = UInt64(end), low <= high else {
            throw Problem("a range from a lower to a higher code of as many digits")
        }
        guard high - low < mostCodes else { throw Problem("at most \(mostCodes) codes in a range") }
        return (low...high).map { code in
            let digits = String(code)
            return String(repeating: "0", count: first.count - digits.count) + digits
        }
    }
}
