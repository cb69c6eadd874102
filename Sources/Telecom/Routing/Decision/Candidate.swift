package import struct FoundationEssentials.UUID

/// A carrier trunk that was looked at for a call, with what became of it: the lines of a route's explanation.
package struct Candidate: Sendable {
    /// The raw value is stored and shown.
    package enum Outcome: String, Sendable, Hashable, CaseIterable {
        /// It is one of the routes.
        case chosen
        /// It would do, but there are enough cheaper ones.
        case beyondRouteLimit = "beyond_route_limit"
        /// It costs more than the selling price less the margin floor allows.
        case margin
        /// The deck's prices are in another currency than the plan's.
        case otherCurrency = "other_currency"
        /// The deck blocks the number's longest prefix.
        case blocked
        /// The longest prefix is too general for such a number (see `NumberKind.needsAreaCodeRate`).
        case prefixTooShort = "prefix_too_short"
        /// The deck has prefixes of the number, but none in effect now.
        case outOfDate = "out_of_date"
        case noPrefix = "no_prefix"
        case noDeck = "no_deck"
        /// The trunk takes no calls of customers: it only sends us calls, or takes emergency calls.
        case notOutbound = "not_outbound"
        /// The account is limited to partitions that the trunk is not in.
        case otherPartition = "other_partition"
        /// The profile asks for tags that the trunk has not, or leaves out one that it has.
        case otherTags = "other_tags"
        /// A rule says never.
        case excludedByRule = "excluded_by_rule"
        /// A rule says that only others take the call.
        case notExclusive = "not_exclusive"
        /// The trunk does not take calls of such a caller: without a number, hidden, or from elsewhere.
        case callerNotAccepted = "caller_not_accepted"
        /// The trunk takes none of the codecs that the call offers.
        case codecNotTaken = "codec_not_taken"
        /// What the carrier was paid in advance is used up.
        case vendorBalance = "vendor_balance"
        /// Most of its calls have failed, and it is left alone for a while.
        case circuitOpen = "circuit_open"
        /// It would do, but is poor by the profile's limits, which leaves such routes out.
        case belowQuality = "below_quality"
        case carrierSuspended = "carrier_suspended"
        case trunkSuspended = "trunk_suspended"
        /// An emergency route for callers of another country.
        case otherCountry = "other_country"
    }

    package let carrierTrunkID: UUID
    package let name: String
    package let priority: Int
    package internal(set) var outcome: Outcome
    /// What the carrier's deck says, when it has a row for the number.
    package internal(set) var buying: Buying?

    /// The price of the call at this carrier.
    package struct Buying: Sendable {
        /// The deck row.
        package let rateID: UUID
        package let prefix: DigitPrefix
        /// By the deck's own rules, so it may differ from the selling one.
        package let jurisdiction: JurisdictionDecision
        package let terms: RateTerms
        /// The cost of a call of the expected length, with the deck's increments and connect fee.
        package let expectedCost: Money
        /// What is left of the selling price of such a call.
        package let expectedMargin: Money
    }
}
