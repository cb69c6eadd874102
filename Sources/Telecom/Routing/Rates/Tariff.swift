/// What rows have in common with many others: a deck of a million rows has some thousands of these. One is a line of
/// the processor's cache, and all that a comparison of carriers reads of a row.
struct Tariff: Hashable, Sendable {
    /// Per minute, for each jurisdiction that a price is kept for; the deck's policy has already been applied.
    private let interstate: Int64
    private let intrastate: Int64
    private let local: Int64
    private let indeterminate: Int64
    private let international: Int64
    /// For the initial increment; −1 where it is that of the jurisdiction.
    private let initial: Int64
    private let connectFee: Int64
    /// From the highest bit: the initial increment in 17 bits, the next in 17, the validity in 29, whether it blocks.
    private let conditions: UInt64

    /// - Parameter validity: its position in a table of validities.
    init(_ row: RateRow, _ policy: IndeterminatePolicy, validity: Int) {
        func rate(_ jurisdiction: Jurisdiction) -> Int64 {
            row.rates.rate(for: jurisdiction, indeterminate: policy).unitsPerMinute
        }
        interstate = rate(.interstate)
        intrastate = rate(.intrastate)
        local = rate(.local)
        indeterminate = rate(.indeterminate)
        international = rate(.international)
        initial = row.initialRate?.unitsPerMinute ?? -1
        connectFee = row.connectFee.units
        let increments = UInt64(row.initialIncrementSeconds) << 17 | UInt64(row.nextIncrementSeconds)
        conditions = increments << 30 | UInt64(validity) << 1 | (row.isBlocked ? 1 : 0)
    }

    /// The same with its validity in another table.
    func with(validity: Int) -> Tariff {
        Tariff(self, conditions: conditions & ~(Self.validityMask << 1) | UInt64(validity) << 1)
    }

    private init(_ other: Tariff, conditions: UInt64) {
        interstate = other.interstate
        intrastate = other.intrastate
        local = other.local
        indeterminate = other.indeterminate
        international = other.international
        initial = other.initial
        connectFee = other.connectFee
        self.conditions = conditions
    }

    private static let validityMask: UInt64 = 0x1FFF_FFFF

    var validity: Int { Int(conditions >> 1 & Self.validityMask) }
    var isBlocked: Bool { conditions & 1 != 0 }
    private var initialIncrementSeconds: Int64 { Int64(conditions >> 47) }
    private var nextIncrementSeconds: Int64 { Int64(conditions >> 30 & 0x1FFFF) }

    /// Per minute.
    private func rate(for jurisdiction: Jurisdiction) -> Int64 {
        switch jurisdiction {
        case .interstate, .tollFree: interstate
        case .intrastate: intrastate
        case .local: local
        case .indeterminate: indeterminate
        case .international: international
        }
    }

    /// The values were checked when the row entered its table.
    func terms(for jurisdiction: Jurisdiction) -> RateTerms {
        let rate = rate(for: jurisdiction)
        return RateTerms(
            checkedConnectFee: Money(units: connectFee), initialRate: Rate(checked: initial >= 0 ? initial : rate),
            nextRate: Rate(checked: rate), initialIncrementSeconds: initialIncrementSeconds,
            nextIncrementSeconds: nextIncrementSeconds)
    }
}
