/// What is to be priced of a call: its talk, and what the account brings along.
package struct CallUse: Sendable, Hashable {
    /// From the answer to the end; 0 when it was not answered.
    package var talkMilliseconds: Int64
    /// The instant of the answer, in microseconds since 1970: hours of the day are counted from it.
    package var answeredMicroseconds: Int64
    package var outcome: CallOutcome
    /// The seconds that the account was billed in its period before this call.
    package var usedSecondsBefore: Int64
    /// The seconds that bundles have left for this call.
    package var includedSeconds: Int64
    /// Into the currency of the account; nil when the prices are in it.
    package var exchange: ExchangeFactor?

    package init(
        talkMilliseconds: Int64, answeredMicroseconds: Int64, outcome: CallOutcome = .answered,
        usedSecondsBefore: Int64 = 0, includedSeconds: Int64 = 0, exchange: ExchangeFactor? = nil
    ) {
        self.talkMilliseconds = talkMilliseconds
        self.answeredMicroseconds = answeredMicroseconds
        self.outcome = outcome
        self.usedSecondsBefore = usedSecondsBefore
        self.includedSeconds = includedSeconds
        self.exchange = exchange
    }

    /// The seconds of talk that are priced: begun ones count whole, and what was not answered has none.
    func talkSeconds() throws(RatingError) -> Int64 {
        guard talkMilliseconds >= 0, talkMilliseconds <= RateTerms.maximumTalkSeconds * 1000 else {
            throw .talkTimeOutOfRange
        }
        return outcome == .answered ? (talkMilliseconds + 999) / 1000 : 0
    }
}
