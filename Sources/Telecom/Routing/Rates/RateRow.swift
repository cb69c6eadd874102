package import struct FoundationEssentials.UUID

/// One price for one prefix and time: a row of `routing.rate_deck` (buying) or of `billing.voice_rates` (selling).
package struct RateRow: Sendable {
    /// The id that a rated call keeps.
    package var id: UUID
    package var prefix: DigitPrefix
    package var rates: JurisdictionalRates
    /// Per minute, for the initial increment, where it differs from the rate of the jurisdiction.
    package var initialRate: Rate?
    package var connectFee: Money
    package var initialIncrementSeconds: Int64
    package var nextIncrementSeconds: Int64
    package var validity: Validity
    /// Calls to this prefix are not offered. The longest match wins for blocks too: a longer row that is not blocked
    /// opens a part of a blocked prefix again.
    package var isBlocked: Bool

    package init(
        id: UUID, prefix: DigitPrefix, rates: JurisdictionalRates, initialRate: Rate? = nil, connectFee: Money = .zero,
        initialIncrementSeconds: Int64, nextIncrementSeconds: Int64, validity: Validity = .always,
        isBlocked: Bool = false
    ) {
        self.id = id
        self.prefix = prefix
        self.rates = rates
        self.initialRate = initialRate
        self.connectFee = connectFee
        self.initialIncrementSeconds = initialIncrementSeconds
        self.nextIncrementSeconds = nextIncrementSeconds
        self.validity = validity
        self.isBlocked = isBlocked
    }
}
