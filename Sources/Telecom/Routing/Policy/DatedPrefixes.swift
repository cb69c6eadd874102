/// A few dated values by prefix, in the memory of the values themselves: there may be one of these for each account.
/// A look-up is a binary search for each length of prefix that there is.
struct DatedPrefixes<Value: Sendable>: Sendable {
    struct Entry: Sendable {
        let prefix: DigitPrefix
        let validity: Validity
        let value: Value
    }

    /// By prefix; those of one prefix in the order that they were given in.
    private let entries: [Entry]
    /// Bit n is set when there is a prefix of n digits.
    private let lengths: UInt32

    /// - Parameter rows: of several rows of a prefix that hold the first counts.
    init(_ rows: [Entry]) {
        entries = rows.enumerated()
            .sorted { ($0.element.prefix, $0.offset) < ($1.element.prefix, $1.offset) }
            .map(\.element)
        lengths = rows.reduce(0) { $0 | 1 << UInt32($1.prefix.count) }
    }

    /// The value of the longest prefix of a number that has one at that moment which will do.
    func longest(of number: E164, at now: Int64, where isWanted: (Entry) -> Bool) -> Value? {
        var digits = min(number.digitCount, E164.maximumDigits)
        while digits >= 0 {
            if lengths & 1 << UInt32(digits) != 0 {
                let prefix = DigitPrefix(number, count: digits)
                var position = firstPosition(of: prefix)
                while position < entries.count, entries[position].prefix == prefix {
                    let entry = entries[position]
                    if entry.validity.contains(now), isWanted(entry) { return entry.value }
                    position += 1
                }
            }
            digits -= 1
        }
        return nil
    }

    private func firstPosition(of prefix: DigitPrefix) -> Int {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].prefix < prefix { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
