/// The extras of a plan or a deck in one direction, by prefix and time.
package struct ExtrasTable: Sendable {
    /// Extras with the prefix that they are said of.
    package struct Match: Sendable, Hashable {
        package let prefix: DigitPrefix
        package let extras: RateExtras
    }

    private struct Dated: Sendable {
        let validity: Validity
        let extras: RateExtras
    }

    /// Of each prefix, the one that begins last first.
    private var rows: [DigitPrefix: [Dated]] = [:]

    /// Without rows.
    package init() {}

    /// Adds a row, in any order.
    package mutating func add(_ extras: RateExtras, _ prefix: DigitPrefix, _ validity: Validity) {
        rows[prefix, default: []].append(Dated(validity: validity, extras: extras))
        rows[prefix]?.sort { $0.validity.fromMicroseconds > $1.validity.fromMicroseconds }
    }

    /// What holds for a number at an instant; nil for nothing. The longest prefix decides alone, and of its rows the
    /// one that begins last.
    package func match(_ number: E164, at microseconds: Int64) -> Match? {
        for count in stride(from: number.digitCount, through: 0, by: -1) {
            let prefix = DigitPrefix(number, count: count)
            if let found = rows[prefix]?.first(where: { $0.validity.contains(microseconds) }) {
                return Match(prefix: prefix, extras: found.extras)
            }
        }
        return nil
    }
}
