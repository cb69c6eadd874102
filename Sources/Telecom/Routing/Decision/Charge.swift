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
    package let wantedHold: Money
    /// The least hold with which the call may start.
    package let minimumHold: Money

    /// What the hold is made from where the plan says more than its rows; nil for the usual plan.
    let heldRules: HeldRules?

    /// Free calls need none.
    package var needsHold: Bool { wantedHold > .zero }

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
        heldRules = plan.hasExtras ? HeldRules(terms, plan.row, number, isInbound: isInbound, at: now) : nil
        if let heldRules {
            minimumHold = heldRules.rules.minimumHold(at: now)
            wantedHold = max(heldRules.rules.holdAmount(seconds: seconds, at: now), minimumHold)
        } else {
            minimumHold = terms.minimumHold
            wantedHold = max(terms.holdAmount(seconds: seconds), minimumHold)
        }
    }

    /// The longest call for the money that is held, in seconds; nil when it does not pay for one.
    func maximumDuration(within hold: Money, atMostSeconds longest: Int64) -> Int64? {
        if let heldRules {
            return heldRules.rules.maximumDuration(within: hold, atMostSeconds: longest, at: heldRules.now)
        }
        return terms.maximumDuration(within: hold, atMostSeconds: longest)
    }
}

/// The rules of a plan that says more than its rows, of one call. An object, for a charge is copied on its way, and
/// hardly any has these.
final class HeldRules: Sendable {
    let rules: RatingRules
    let now: Int64

    /// - Returns: nil when the plan says nothing of the number.
    init?(_ terms: RateTerms, _ plan: RatePlanRow, _ number: E164, isInbound: Bool, at now: Int64) {
        let table = isInbound ? plan.inboundExtras : plan.outboundExtras
        guard let match = table?.match(number, at: now) else { return nil }
        rules = RatingRules(terms: terms, extras: match.extras)
        self.now = now
    }
}
