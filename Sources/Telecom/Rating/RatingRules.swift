package import struct FoundationEssentials.UUID

/// All that a call is priced by on one side: the terms of its rate row, and what the plan or deck says beside.
///
/// A price depends on nothing else than these and the `CallUse`, so that a call that is charged step by step
/// (`SlicedCall`) costs what it costs when it is charged at its end.
package struct RatingRules: Sendable, Hashable {
    package let terms: RateTerms
    /// The row that the terms are of; it comes back with the price.
    package let rateID: UUID?
    /// nil for the usual price list, which says nothing beside its rows.
    package let extras: RateExtras?

    package init(terms: RateTerms, rateID: UUID? = nil, extras: RateExtras? = nil) {
        self.terms = terms
        self.rateID = rateID
        self.extras = extras
    }

    /// What the call costs.
    /// - Throws: `RatingError.talkTimeOutOfRange`, `amountOutOfRange` for what no column could hold.
    package func price(_ use: CallUse) throws(RatingError) -> CallPrice {
        let talk = try use.talkSeconds()
        guard let extras else {
            if use.includedSeconds <= 0, use.exchange == nil {
                return CallPrice(rateID: rateID, terms.rated(talkSeconds: talk), terms)
            }
            return try price(use, talk, nil)
        }
        return try price(use, talk, extras)
    }

    /// The most that the call costs on its way to so many seconds: what has to be held for it. That is not always what
    /// it costs in the end, for a surcharge for short calls goes when the call gets long.
    package func highestPrice(upToSeconds seconds: Int64, of use: CallUse) throws(RatingError) -> Money {
        var use = use
        use.talkMilliseconds = seconds * 1000
        let whole = try price(use).amount
        guard let extras, extras.shortCallFee > .zero, extras.shortCallSeconds < seconds else { return whole }
        use.talkMilliseconds = extras.shortCallSeconds * 1000
        return max(whole, try price(use).amount)
    }

    /// A whole in the fractions that a price is counted in: 10⁻⁸ has so many.
    private static let whole = Int128(60) * Int128(FactoredRate.one)

    private func price(_ use: CallUse, _ talk: Int64, _ extras: RateExtras?) throws(RatingError) -> CallPrice {
        var price = CallPrice(rateID: rateID, extrasID: extras?.id, talkSeconds: talk)
        price.attemptFee = extras?.attemptFee(for: use.outcome) ?? .zero
        var exact: Int128 = 0
        if talk > extras?.freeSeconds ?? 0 {
            var walk = IncrementWalk(terms, extras, use)
            price.parts = walk.parts(talkSeconds: talk)
            for part in price.parts {
                price.billedSeconds += part.billedSeconds
                price.includedSeconds += part.includedSeconds
                exact += part.exact
            }
            price.connectFee = terms.connectFee
            exact += Int128(terms.connectFee.units) * Self.whole
            if let extras {
                raise(&exact, to: extras.minimumAmount, &price)
                if talk <= extras.shortCallSeconds { price.shortCallFee = extras.shortCallFee }
            }
        }
        exact += Int128(price.attemptFee.units + price.shortCallFee.units) * Self.whole
        if let cap = extras?.cap, exact > Int128(cap.units) * Self.whole {
            exact = Int128(cap.units) * Self.whole
            price.isCapped = true
        }
        try settle(exact, use.exchange, &price)
        return price
    }

    private func raise(_ exact: inout Int128, to minimum: Money, _ price: inout CallPrice) {
        let least = Int128(minimum.units) * Self.whole
        guard price.includedSeconds == 0, exact < least else { return }
        exact = least
        price.isRaisedToMinimum = true
    }

    /// Converts and rounds, which is the only time that anything is rounded.
    private func settle(
        _ exact: Int128, _ exchange: ExchangeFactor?, _ price: inout CallPrice
    ) throws(RatingError) {
        let (units, rest): (UInt128, UInt128)
        price.exchange = exchange
        price.roundingScale = Self.whole
        if let exchange {
            // Amount and factor have up to 60 bits each before the fractions: their product needs 256.
            price.roundingScale *= Int128(exchange.denominator)
            let divisor = price.roundingScale.magnitude
            let product = exact.magnitude.multipliedFullWidth(by: UInt128(exchange.numerator.magnitude))
            guard product.high < divisor else { throw .amountOutOfRange }
            (units, rest) = divisor.dividingFullWidth(product)
        } else {
            (units, rest) = exact.magnitude.quotientAndRemainder(dividingBy: Self.whole.magnitude)
        }
        let scale = price.roundingScale
        let isUp = Int128(rest) * 2 >= scale
        price.rounding = isUp ? scale - Int128(rest) : -Int128(rest)
        guard units < UInt128(RateTerms.largestAmount.units) + (isUp ? 0 : 1) else { throw .amountOutOfRange }
        price.amount = Money(units: Int64(units) + (isUp ? 1 : 0))
    }
}

extension RateTerms {
    /// What a column of amounts holds at most.
    static let largestAmount = Money(units: 999_999_999_999_999_999)
}
