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

    /// Free calls need none.
    package var needsHold: Bool { wantedHold > .zero }

    /// - Parameter longest: the longest talk that the call may have, in seconds.
    init(
        match: RateMatch, plan: RoutingSnapshot.RatePlan, jurisdiction: Jurisdiction,
        trunk: RoutingSnapshot.Trunk, atMostSeconds longest: Int64
    ) {
        rateID = match.id
        ratePlanID = plan.row.id
        prefix = match.prefix
        terms = match.terms(for: jurisdiction)
        expectedPrice = terms.holdAmount(seconds: plan.row.expectedTalkSeconds)
        minimumHold = terms.minimumHold
        let seconds = min(trunk.row.holdSeconds ?? plan.row.holdSeconds, longest)
        wantedHold = max(terms.holdAmount(seconds: seconds), minimumHold)
    }
}
