import Foundation
import Telecom

/// What an amount follows from beside the columns of its row: kept as `rating` with the call, so that it can be derived
/// again with nothing else than the rows that it names.
struct RatingDetail: Sendable {
    let price: CallPrice
    /// What was used before the call; nil where that made no difference.
    let usedBefore: Int64?
    let shares: [AccountUse.Share]
    /// The currency that the prices are in, where it is not that of the amount.
    let pricedIn: String?

    /// - Returns: nil where the columns of the row say all.
    init?(_ price: CallPrice, usedBefore: Int64?, shares: [AccountUse.Share], pricedIn: String?) {
        if price.extrasID == nil, price.includedSeconds == 0, pricedIn == nil { return nil }
        self.price = price
        self.usedBefore = usedBefore
        self.shares = shares
        self.pricedIn = pricedIn
    }

    func write(_ key: String?, to json: inout JSONWriter) {
        json.object(key) { json in
            json.id("extras", price.extrasID)
            json.number("used_s", usedBefore)
            if price.includedSeconds > 0 {
                json.number("included_s", price.includedSeconds)
                json.array("bundles") { json in
                    for share in shares {
                        json.object { json in
                            json.id("id", share.bundleID)
                            json.number("s", share.seconds)
                        }
                    }
                }
            }
            if !price.parts.isEmpty {
                json.array("parts") { json in for part in price.parts { Self.write(part, to: &json) } }
            }
            json.fee("attempt_fee", price.attemptFee)
            json.fee("short_call_fee", price.shortCallFee)
            if price.isRaisedToMinimum { json.flag("raised_to_minimum", true) }
            if price.isCapped { json.flag("capped", true) }
            if let exchange = price.exchange, let pricedIn {
                json.object("exchange") { json in
                    json.text("from", pricedIn)
                    json.text("times", Money(units: exchange.numerator).description)
                    json.text("over", Money(units: exchange.denominator).description)
                }
            }
            if price.rounding != 0 { json.text("rounding", "\(price.rounding)/\(price.roundingScale)") }
        }
    }

    private static func write(_ part: CallPrice.Part, to json: inout JSONWriter) {
        json.object { json in
            json.number("s", part.billedSeconds)
            if part.includedSeconds > 0 { json.number("included_s", part.includedSeconds) }
            json.text("rate", Money(units: part.rate.unitsPerMinute).description)
            if part.factor != CallPrice.Part.factorOfOne {
                json.text("factor", Self.decimal(part.factor))
            }
            json.id("talk_step", part.talkStepID)
            json.id("usage_step", part.usageStepID)
            json.id("window", part.windowID)
        }
    }

    /// A count of 10⁻¹² as a decimal.
    static func decimal(_ factor: Int64) -> String {
        let one = CallPrice.Part.factorOfOne
        var fraction = String(factor % one)
        if fraction == "0" { return String(factor / one) }
        fraction = String(repeating: "0", count: 12 - fraction.count) + fraction
        while fraction.last == "0" { fraction.removeLast() }
        return "\(factor / one).\(fraction)"
    }
}

extension JSONWriter {
    fileprivate mutating func fee(_ key: String, _ amount: Money) {
        if amount != .zero { text(key, amount.description) }
    }
}
