/// A telephone number in international form: `+`, a digit 1–9, then 1–14 more digits (ITU-T E.164).
///
/// It is kept as an integer: no number starts with zero, so the integer determines its digits, and comparing, hashing
/// and finding a prefix need no text. Being an `E164` says nothing about whether anybody has the number.
package struct E164: Sendable, Hashable {
    /// The digits without `+`, read as one integer: 14155552671 for `+14155552671`.
    package let digits: UInt64

    package static let maximumDigits = 15

    /// - Returns: nil unless the integer has 2 to 15 digits.
    package init?(digits: UInt64) {
        guard digits >= 10, digits < powersOfTen[E164.maximumDigits] else { return nil }
        self.digits = digits
    }

    /// Reads exactly `+digits`, the form of the database and of the API. What a person or a switch writes goes through
    /// `DialPlan.normalise(_:letters:)`.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.first == UInt8(ascii: "+"), let run = DigitRun(text.dropFirst()), run.first != 0 else {
            return nil
        }
        self.init(digits: run.value)
    }

    /// How many digits there are: 2…15.
    package var digitCount: Int {
        var count = 10
        while count < E164.maximumDigits, digits >= powersOfTen[count] { count += 1 }
        while digits < powersOfTen[count - 1] { count -= 1 }
        return count
    }

    /// Whether the country code is 1: the US, Canada and some Caribbean countries (the North American plan).
    package var isNANP: Bool { digits / 10_000_000_000 == 1 }
}

extension E164: LosslessStringConvertible, Comparable {
    package init?(_ description: String) { self.init(description[...]) }

    /// `+14155552671`.
    package var description: String { "+" + String(digits) }

    /// The order of the integers: shorter numbers first.
    package static func < (left: E164, right: E164) -> Bool { left.digits < right.digits }
}
