/// A call that is charged while it lasts.
///
/// A slice costs what the call costs now less what was charged before. So the slices always add up to the price of the
/// whole call, whatever their lengths: prepaid and postpaid accounts pay the same. A slice may cost nothing, within an
/// increment that is paid, or less than nothing, when a surcharge for short calls goes.
package struct SlicedCall: Sendable {
    private let rules: RatingRules
    private var use: CallUse
    /// The price of the call so far.
    package private(set) var charged: Money = .zero

    /// - Parameter use: what the account brings along, as it was when the call began.
    package init(_ rules: RatingRules, _ use: CallUse) {
        self.rules = rules
        self.use = use
    }

    /// The price of what the call went on since the last time.
    package mutating func extend(toMilliseconds talkMilliseconds: Int64) throws(RatingError) -> Money {
        use.talkMilliseconds = talkMilliseconds
        let amount = try rules.price(use).amount
        let slice = amount - charged
        charged = amount
        return slice
    }
}
