/// Powers of ten that fit in 64 bits: `powersOfTen[n]` is 10ⁿ.
let powersOfTen: [UInt64] = [
    1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000,
    100_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000,
    10_000_000_000_000_000, 100_000_000_000_000_000, 1_000_000_000_000_000_000, 10_000_000_000_000_000_000,
]

/// Up to 19 dialled digits with their leading zeros, as an integer and a count: what prefixes are taken off cheaply.
struct DigitRun: Sendable, Hashable {
    private(set) var value: UInt64 = 0
    private(set) var count = 0

    static let maximumCount = 19

    init() {}

    init(value: UInt64, count: Int) {
        self.value = value
        self.count = count
    }

    /// The digits of a literal or of a table; nil when there is anything else in it or too many of them.
    init?(_ text: some StringProtocol) {
        for byte in text.utf8 {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte), count < DigitRun.maximumCount else {
                return nil
            }
            append(byte - UInt8(ascii: "0"))
        }
    }

    mutating func append(_ digit: UInt8) {
        value = value * 10 + UInt64(digit)
        count += 1
    }

    func hasPrefix(_ prefix: DigitRun) -> Bool {
        count >= prefix.count && value / powersOfTen[count - prefix.count] == prefix.value
    }

    func dropping(first dropped: Int) -> DigitRun {
        var rest = self
        rest.count = max(count - dropped, 0)
        rest.value = value % powersOfTen[rest.count]
        return rest
    }

    var first: UInt8? { count == 0 ? nil : UInt8(value / powersOfTen[count - 1]) }
}
