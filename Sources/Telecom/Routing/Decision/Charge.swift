package import struct FoundationEssentials.UUID

/// What the call is sold for, and the hold that it needs.
package struct Charge: Sendable {
    /// The row of `billing.voice_rates`.
    package let rateID: UUID
    package let ratePlanID: UUID
    package let prefix: DigitPrefix
    package let terms: RateTerms
    /// The price of a call of the expected length, at which routes were compared.
    package let expectedPrice: Money
    /// The hold to ask for: the price of the plan's hold time or of the longest call, whichever is shorter.
    package private(set) var wantedHold: Money
    /// The least hold with which the call may start.
    package private(set) var minimumHold: Money

    /// What the hold is made from where the plan says more than its rows; nil for the usual plan.
    private let heldRules: HeldRules?
    /// The seconds of bundles that are kept back for the call.
    private var includedSeconds: Int64 = 0

    /// Free calls need none.
    package var needsHold: Bool { wantedHold > .zero }
    /// The bundles that the call may use, in their order.
    package var bundles: [UUID] { heldRules?.bundles ?? [] }
    /// How many seconds of them the time that is held for takes.
    package var bundledSeconds: Int64 { heldRules?.billedSeconds ?? 0 }

    /// - Parameters:
    ///   - number: what the price was looked up by.
    ///   - longest: the longest talk that the call may have, in seconds.
    init(
        match: RateMatch, plan: RoutingSnapshot.RatePlan, jurisdiction: Jurisdiction,
        trunk: RoutingSnapshot.Trunk, number: E164, isInbound: Bool = false, atMostSeconds longest: Int64,
        at now: Int64
    ) {
        rateID = match.id
        ratePlanID = plan.row.id
        prefix = match.prefix
        terms = match.terms(for: jurisdiction)
        expectedPrice = terms.holdAmount(seconds: plan.row.expectedTalkSeconds)
        let seconds = min(trunk.row.holdSeconds ?? plan.row.holdSeconds, longest)
        heldRules =
            plan.hasExtras ? HeldRules(terms, plan.row, number, isInbound: isInbound, seconds: seconds, at: now) : nil
        minimumHold = heldRules?.minimumHold(including: 0) ?? terms.minimumHold
        wantedHold = max(heldRules?.wantedHold(including: 0) ?? terms.holdAmount(seconds: seconds), minimumHold)
    }

    /// The charge of a call for which bundles keep back so many seconds: less money has to be held.
    package func including(_ seconds: Int64) -> Charge {
        guard let heldRules, seconds != includedSeconds else { return self }
        var charge = self
        charge.includedSeconds = seconds
        charge.minimumHold = heldRules.minimumHold(including: seconds)
        charge.wantedHold = max(heldRules.wantedHold(including: seconds), charge.minimumHold)
        return charge
    }

    /// The longest call for the money that is held, in seconds; nil when it does not pay for one.
    func maximumDuration(within hold: Money, atMostSeconds longest: Int64) -> Int64? {
        if let heldRules {
            return heldRules.maximumDuration(within: hold, atMostSeconds: longest, including: includedSeconds)
        }
        return terms.maximumDuration(within: hold, atMostSeconds: longest)
    }
}

/// The rules of a plan that says more than its rows, of one call. An object, for a charge is copied on its way, and
/// hardly any has these.
private final class HeldRules: Sendable {
    private let rules: RatingRules
    private let now: Int64
    /// The talk that money is held for.
    private let seconds: Int64
    let bundles: [UUID]

    /// - Returns: nil when the plan says nothing of the number.
    init?(_ terms: RateTerms, _ plan: RatePlanRow, _ number: E164, isInbound: Bool, seconds: Int64, at now: Int64) {
        let table = isInbound ? plan.inboundExtras : plan.outboundExtras
        let match = table?.match(number, at: now)
        bundles = plan.bundles?.matching(number, isInbound: isInbound, at: now) ?? []
        if match == nil, bundles.isEmpty { return nil }
        rules = RatingRules(terms: terms, extras: match?.extras)
        self.seconds = seconds
        self.now = now
    }

    var billedSeconds: Int64 { rules.billedSeconds(of: seconds, at: now) }

    func wantedHold(including included: Int64) -> Money {
        rules.holdAmount(seconds: seconds, at: now, including: included)
    }

    func minimumHold(including included: Int64) -> Money { rules.minimumHold(at: now, including: included) }

    func maximumDuration(within hold: Money, atMostSeconds longest: Int64, including included: Int64) -> Int64? {
        rules.maximumDuration(within: hold, atMostSeconds: longest, at: now, including: included)
    }
}
