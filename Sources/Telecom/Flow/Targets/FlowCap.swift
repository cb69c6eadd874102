package import struct FoundationEssentials.UUID

/// A limit of what a campaign, buyer, target or group takes, and how much of it is left at the time of the call.
package struct FlowCap: Sendable, Hashable {
    /// The raw value is that of the database.
    package enum Measure: String, Sendable, Hashable, CaseIterable {
        case live, attempts, connections, conversions, revenue, payout

        var isMoney: Bool { self == .revenue || self == .payout }
    }

    /// The raw value is that of the database.
    package enum Period: String, Sendable, Hashable, CaseIterable {
        case now, hour, day, month, total
    }

    /// The buyer, target, group or campaign that it is of.
    package let owner: UUID
    /// The one campaign whose calls it counts; nil for all.
    package let campaign: UUID?
    package let measure: Measure
    package let period: Period
    /// Calls in whole numbers, or money.
    package let remaining: Money

    package init(of owner: UUID, campaign: UUID? = nil, _ measure: Measure, _ period: Period, remaining: Money) {
        self.owner = owner
        self.campaign = campaign
        self.measure = measure
        self.period = period
        self.remaining = remaining
    }

    private static let oneCall = Money(units: 100_000_000)

    /// Why it takes no further call; nil when it does.
    var refusal: FlowIneligible? {
        guard measure.isMoney ? remaining <= .zero : remaining < Self.oneCall else { return nil }
        if measure.isMoney { return .sumCap }
        switch period {
        case .now: return .concurrency
        case .hour: return .capHourly
        case .day: return .capDaily
        case .month: return .capMonthly
        case .total: return .capTotal
        }
    }
}
