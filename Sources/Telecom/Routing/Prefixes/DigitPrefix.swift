/// The leading digits of numbers: 0…15 digits, in one integer that sorts a prefix before everything it contains.
package struct DigitPrefix: Sendable, Hashable, Comparable, LosslessStringConvertible {
    /// The digits followed by zeros up to 15 places, times 16, plus the count of digits.
    let key: UInt64

    package init?(_ description: String) {
        guard let run = DigitRun(description), run.count <= E164.maximumDigits else { return nil }
        self.init(leading: run.value, count: run.count)
    }

    /// The first `count` digits of a number.
    /// - Precondition: `count` is 0…`number.digitCount`.
    package init(_ number: E164, count: Int) {
        self.init(leading: number.digits / powersOfTen[number.digitCount - count], count: count)
    }

    private init(leading: UInt64, count: Int) {
        key = leading * powersOfTen[E164.maximumDigits - count] << 4 | UInt64(count)
    }

    /// No digit: the prefix of every number.
    package static let everything = DigitPrefix(leading: 0, count: 0)

    /// Whether the number starts with it.
    package func isPrefix(of number: E164) -> Bool {
        number.digitCount >= count && DigitPrefix(number, count: count) == self
    }

    /// How many digits: 0…15.
    package var count: Int { Int(key & 15) }

    /// The first 15-digit number inside.
    var start: UInt64 { key >> 4 }

    /// The first 15-digit number behind it.
    var end: UInt64 { start + powersOfTen[E164.maximumDigits - count] }

    package static func < (left: DigitPrefix, right: DigitPrefix) -> Bool { left.key < right.key }

    /// The digits alone: `4420`.
    package var description: String {
        guard count > 0 else { return "" }
        let digits = String(start / powersOfTen[E164.maximumDigits - count])
        return String(repeating: "0", count: count - digits.utf8.count) + digits
    }
}
