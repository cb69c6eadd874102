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
    /// The hold to ask for: the price of the plan's hold time or of the trunk's longest call, whichever is shorter.
    package let wantedHold: Money
    /// The least hold with which the call may start.
    package let minimumHold: Money

    /// Free calls need none.
    package var needsHold: Bool { wantedHold > .zero }

    init(match: RateMatch, plan: RatePlanRow, jurisdiction: Jurisdiction, trunk: TrunkRow) {
        rateID = match.id
        ratePlanID = plan.id
        prefix = match.prefix
        terms = match.terms(for: jurisdiction)
        expectedPrice = terms.holdAmount(seconds: plan.expectedTalkSeconds)
        minimumHold = terms.minimumHold
        let seconds = min(trunk.holdSeconds ?? plan.holdSeconds, max(trunk.maximumDurationSeconds, 1))
        wantedHold = max(terms.holdAmount(seconds: seconds), minimumHold)
    }
}
