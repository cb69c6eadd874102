package import struct FoundationEssentials.UUID

/// What a plan or a deck says of a call beside the row that prices it (`billing.rate_extras`).
///
/// The rules, with examples, are docs/decisions/0021-rating.md.
package struct RateExtras: Sendable, Hashable {
    package let id: UUID
    /// Charged for every attempt that ends in one of `chargedOutcomes`.
    let attemptFee: Money
    private let chargedOutcomes: UInt8
    /// An answered call that is not longer is free.
    let freeSeconds: Int64
    /// Whether a longer call pays for these seconds too.
    let isFreeAllOrNothing: Bool
    /// A charged call pays for so many seconds at least.
    let minimumSeconds: Int64
    /// What connect fee and time of a charged call come to at least, where nothing of it was included.
    let minimumAmount: Money
    /// A charged call that is not longer costs `shortCallFee` more.
    let shortCallSeconds: Int64
    let shortCallFee: Money
    /// What a call costs at most, all in all.
    let cap: Money?
    /// By their start.
    let talkSteps: [RateStep]
    let usageSteps: [RateStep]
    /// Whether what the call uses itself counts for its later increments.
    let usageSplitsCall: Bool
    let clock: RateClock

    /// - Throws: `RatingError.extrasOutOfRange` for what the database would not keep.
    package init(
        id: UUID, attemptFee: Money = .zero, chargedOutcomes: [CallOutcome] = RateExtras.attempts,
        freeSeconds: Int64 = 0, isFreeAllOrNothing: Bool = true, minimumSeconds: Int64 = 0,
        minimumAmount: Money = .zero, shortCallSeconds: Int64 = 0, shortCallFee: Money = .zero, cap: Money? = nil,
        talkSteps: [RateStep] = [], usageSteps: [RateStep] = [], usageSplitsCall: Bool = false,
        clock: RateClock = RateClock()
    ) throws(RatingError) {
        self.id = id
        self.attemptFee = attemptFee
        self.chargedOutcomes = chargedOutcomes.reduce(0) { $0 | $1.bit }
        self.freeSeconds = freeSeconds
        self.isFreeAllOrNothing = isFreeAllOrNothing
        self.minimumSeconds = minimumSeconds
        self.minimumAmount = minimumAmount
        self.shortCallSeconds = shortCallSeconds
        self.shortCallFee = shortCallFee
        self.cap = cap
        self.talkSteps = talkSteps.sorted { $0.fromSeconds < $1.fromSeconds }
        self.usageSteps = usageSteps.sorted { $0.fromSeconds < $1.fromSeconds }
        self.usageSplitsCall = usageSplitsCall
        self.clock = clock
        guard isInRange else { throw .extrasOutOfRange }
    }

    /// What an attempt may be charged for.
    package static let attempts: [CallOutcome] = [.answered, .busy, .noAnswer, .cancelled, .failed]

    /// Within these no sum leaves 128 bits.
    private var isInRange: Bool {
        let day: ClosedRange<Int64> = 0...86_400
        let fees = [attemptFee, minimumAmount, shortCallFee]
        let steps = talkSteps + usageSteps
        return [freeSeconds, minimumSeconds, shortCallSeconds].allSatisfy { day.contains($0) }
            && fees.allSatisfy { $0 >= .zero && $0.units <= Rate.maximum.unitsPerMinute }
            && (cap ?? .zero) >= .zero
            && steps.allSatisfy { 1...RateStep.largestStart ~= $0.fromSeconds && $0.change.isInRange }
            && clock.windows.allSatisfy(\.change.isInRange)
    }

    /// Whether a price depends on what was used before.
    package var countsUse: Bool { !usageSteps.isEmpty }

    /// What the attempt itself costs.
    func attemptFee(for outcome: CallOutcome) -> Money {
        chargedOutcomes & outcome.bit != 0 ? attemptFee : .zero
    }

    /// The second of a call that is paid for first.
    var firstPaidSecond: Int64 { isFreeAllOrNothing ? 0 : freeSeconds }
}
