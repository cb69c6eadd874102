package import struct FoundationEssentials.UUID

/// Where calls may be sent, as in `tracking.targets`, with what its buyer and its endpoint say.
package struct FlowTarget: Sendable, Hashable {
    /// Whether a caller is sent again.
    package enum Restriction: String, Sendable, Hashable, CaseIterable {
        case unrestricted = "none"
        case byBuyer = "by_buyer"
        case byTarget = "by_target"
    }

    package var id: UUID
    package var name: String
    package var buyer: UUID
    package var isActive = true
    package var isBuyerActive = true
    /// Whether it is asked before each call for how much it wants it.
    package var isAsked = false
    package var minimumBid = Money.zero
    /// nil for always.
    package var schedule: UUID?
    /// All have to hold.
    package var filters: [FlowComparison] = []
    package var restriction = Restriction.unrestricted
    /// Whether an earlier call counts once it was converted; else once it was connected.
    package var restrictedAfterConversion = false
    /// nil for ever.
    package var restrictionSeconds: Int?
    /// From how many targets before it a call may come; nil for any number.
    package var maximumReroutes: Int?
    /// Whether its buyer has money, where it gets calls only then; nil where that need not or cannot be known.
    package var hasBalance: Bool?
    package var ringSeconds = 30
    package var maximumSeconds = 14_400
    /// caller, did or pool: what it is shown.
    package var shows = "caller"
    package var whisper: String?
    package var pressesToAccept = false
    package var detectsMachines = false
    /// nil is as the campaign says.
    package var records: Bool?
    /// In microseconds since 1970: when it was last rung.
    package var lastRungAt: Int64?
    /// What its calls brought, one with another.
    package var earns = Money.zero

    package init(id: UUID, name: String, buyer: UUID) {
        self.id = id
        self.name = name
        self.buyer = buyer
    }
}

/// Why a target is not rung. The raw value is that of `tracking.ineligible_reason`.
package enum FlowIneligible: String, Sendable, Hashable, CaseIterable {
    case disabled, closed
    case onBreak = "on_break"
    case capHourly = "cap_hourly"
    case capDaily = "cap_daily"
    case capMonthly = "cap_monthly"
    case capTotal = "cap_total"
    case sumCap = "sum_cap"
    case concurrency
    case tagFilter = "tag_filter"
    case geoFilter = "geo_filter"
    case duplicateRestricted = "duplicate_restricted"
    case rerouteLimit = "reroute_limit"
    case alreadyTried = "already_tried"
    case buyerPaused = "buyer_paused"
    case noBalance = "no_balance"
    case bidTooLow = "bid_too_low"

    var isCap: Bool {
        switch self {
        case .capHourly, .capDaily, .capMonthly, .capTotal, .sumCap, .concurrency: true
        default: false
        }
    }
}

/// A target that was thought of, and what came of it.
package struct FlowCandidate: Sendable, Hashable {
    /// The raw value is that of `tracking.attempt_outcome`.
    package enum Outcome: String, Sendable, Hashable, CaseIterable {
        case ineligible
        case pingFailed = "ping_failed"
        case noBid = "no_bid"
        case outbid, dialed, connected
    }

    package let target: UUID?
    package let name: String
    package let outcome: Outcome
    /// Of one that is not eligible.
    package var reason: FlowIneligible?
    package var bid: Money?
}
