/// How a call is priced: a connect fee, and two rates per minute charged in increments of seconds ("M/I").
///
/// With `d` the answered time rounded up to whole seconds, M and I the increments, and only when answered (`d > 0`):
///
///     amount = connect fee + M · initial rate / 60 + (d > M ? ⌈(d − M) / I⌉ · I · next rate / 60 : 0)
///
/// The sum is exact in sixtieths of 10⁻⁸ and is rounded once, halves away from zero.
package struct RateTerms: Sendable, Hashable {
    /// Charged once when the call is answered.
    package let connectFee: Money
    /// Per minute, for the initial increment.
    package let initialRate: Rate
    /// Per minute, for everything after it.
    package let nextRate: Rate
    /// M: the seconds that any answered call pays for.
    package let initialIncrementSeconds: Int64
    /// I: the steps in which the rest is paid.
    package let nextIncrementSeconds: Int64

    package static let maximumIncrementSeconds: Int64 = 86_400
    /// The longest talk time that is priced: 31 days.
    package static let maximumTalkSeconds: Int64 = 31 * 86_400

    package init(
        connectFee: Money = .zero, initialRate: Rate, nextRate: Rate, initialIncrementSeconds: Int64,
        nextIncrementSeconds: Int64
    ) throws(RatingError) {
        guard connectFee >= .zero, connectFee.units <= Rate.maximum.unitsPerMinute else { throw .connectFeeOutOfRange }
        let increments = 1...RateTerms.maximumIncrementSeconds
        guard increments.contains(initialIncrementSeconds), increments.contains(nextIncrementSeconds) else {
            throw .incrementOutOfRange
        }
        self.init(
            checkedConnectFee: connectFee, initialRate: initialRate, nextRate: nextRate,
            initialIncrementSeconds: initialIncrementSeconds, nextIncrementSeconds: nextIncrementSeconds)
    }

    /// For values that have been checked before, on the way of a call.
    init(
        checkedConnectFee connectFee: Money, initialRate: Rate, nextRate: Rate, initialIncrementSeconds: Int64,
        nextIncrementSeconds: Int64
    ) {
        self.connectFee = connectFee
        self.initialRate = initialRate
        self.nextRate = nextRate
        self.initialIncrementSeconds = initialIncrementSeconds
        self.nextIncrementSeconds = nextIncrementSeconds
    }

    /// The price of a call that talked so long; 0 means that it was not answered and costs nothing.
    package func price(talkMilliseconds: Int64) throws(RatingError) -> RatedCall {
        guard talkMilliseconds >= 0, talkMilliseconds <= RateTerms.maximumTalkSeconds * 1000 else {
            throw .talkTimeOutOfRange
        }
        return rated(talkSeconds: (talkMilliseconds + 999) / 1000)
    }

    /// What any answered call costs at least: the connect fee and the initial increment.
    package var firstIncrementPrice: Money { rated(talkSeconds: 1).amount }

    /// Whether a call of any length costs nothing.
    package var isFree: Bool { connectFee == .zero && initialRate == .zero && nextRate == .zero }

    func rated(talkSeconds: Int64) -> RatedCall {
        guard talkSeconds > 0 else { return .unanswered }
        let beyond = max(talkSeconds - initialIncrementSeconds, 0)
        let steps = (beyond + nextIncrementSeconds - 1) / nextIncrementSeconds
        let exact = firstIncrementSixtieths + Int128(steps) * nextIncrementSixtieths
        let rounded = FixedPoint.roundedQuotient(exact, 60)
        return RatedCall(
            talkSeconds: talkSeconds, billedSeconds: initialIncrementSeconds + steps * nextIncrementSeconds,
            nextIncrements: steps, amount: Money(units: Int64(rounded)),
            roundingSixtieths: Int64(rounded * 60 - exact))
    }

    /// Connect fee and initial increment, in sixtieths of 10⁻⁸.
    var firstIncrementSixtieths: Int128 {
        Int128(connectFee.units) * 60 + Int128(initialIncrementSeconds) * Int128(initialRate.unitsPerMinute)
    }

    /// One next increment, in sixtieths of 10⁻⁸.
    var nextIncrementSixtieths: Int128 { Int128(nextIncrementSeconds) * Int128(nextRate.unitsPerMinute) }
}
