/// The rules for one number of the calls of one trunk, in the order of their steps.
///
/// A number passes each step once, so that no rules go round in circles: it is read at most as often as there are
/// steps.
package final class TranslationRules: Sendable {
    /// A rule without anything that is counted or copied: its pattern lies in `sets`.
    private struct Rule: Sendable {
        let position: Int
        let validity: Validity
        let sets: Range<Int>
        let takesRest: Bool
        let digits: ClosedRange<Int>
        let strip: Int
        /// What is put in front, or for a whole replacement that.
        let front: DialString
        let replaces: Bool
        let continues: Bool
    }

    private let rules: [Rule]
    private let sets: [UInt16]

    package static let maximumSteps = 32

    /// - Parameters:
    ///   - rows: in any order.
    ///   - refused: hears of each rule that is none, which is left out. The database has refused it before.
    package init(_ rows: [TranslationRow], refused: (TranslationRow) -> Void = { _ in }) {
        var rules: [Rule] = []
        var sets: [UInt16] = []
        for row in rows.sorted(by: TranslationRules.isBefore) {
            guard let pattern = try? DigitPattern(row.pattern),  // a rule without one is refused as any other
                let rule = TranslationRules.rule(row, pattern, from: sets.count)
            else {
                refused(row)
                continue
            }
            rules.append(rule)
            sets += pattern.sets
        }
        self.rules = rules
        self.sets = sets
    }

    /// Within a step: the trunk's own before the carrier's, then what begins last.
    private static func isBefore(_ left: TranslationRow, _ right: TranslationRow) -> Bool {
        if left.position != right.position { return left.position < right.position }
        if left.isShared != right.isShared { return right.isShared }
        return left.validity.fromMicroseconds > right.validity.fromMicroseconds
    }

    private static func rule(_ row: TranslationRow, _ pattern: DigitPattern, from start: Int) -> Rule? {
        let (least, most) = (row.minimumDigits ?? 0, row.maximumDigits ?? DialString.maximumCount)
        guard (1...maximumSteps).contains(row.position), least >= 0, least <= most,
            (0...pattern.sets.count).contains(row.strip), let front = DialString(row.replacement ?? row.prepend)
        else { return nil }
        if row.replacement == nil {
            // Something can be left. Where nothing is, the rule does not fit.
            let leaves = pattern.takesRest || row.strip < pattern.sets.count || row.strip == 0
            guard leaves || !front.isEmpty else { return nil }
        } else {
            guard row.strip == 0, row.prepend.isEmpty, !front.isEmpty else { return nil }
        }
        return Rule(
            position: row.position, validity: row.validity, sets: start..<start + pattern.sets.count,
            takesRest: pattern.takesRest, digits: least...most, strip: row.strip, front: front,
            replaces: row.replacement != nil, continues: row.continues)
    }

    /// What a number becomes; nil when it stays as it is.
    package func translate(_ number: DialString, at now: Int64) -> DialString? {
        var current = number
        var position = 0
        for rule in rules where rule.position != position && rule.validity.contains(now) {
            position = rule.position
            guard rule.digits.contains(current.digitCount),
                DigitPattern.matches(current, sets[rule.sets], takesRest: rule.takesRest),
                let result = rule.replaces ? rule.front : current.dropping(first: rule.strip).prepending(rule.front),
                !result.isEmpty
            else { continue }
            current = result
            if !rule.continues { break }
        }
        return current == number ? nil : current
    }

    /// The same for a text; nil also when it is nothing that rules are for.
    package func translate(_ text: String, at now: Int64) -> DialString? {
        DialString(dialled: text).flatMap { translate($0, at: now) }
    }
}
