import Foundation
import Telecom

/// What the calls of an hour or a day are summed up by.
struct CallSumKey: Hashable, Sendable {
    let tenantID: UUID
    /// When the hour or day begins, in hours since 1970.
    let hour: Int
    let accountID: UUID?
    let carrierTrunkID: UUID?
    let direction: String
    let jurisdiction: String?
    let destination: Destinations.Place
    let currency: String

    /// The same of the day, in UTC.
    var day: CallSumKey {
        CallSumKey(
            tenantID: tenantID, hour: hour - ((hour % 24) + 24) % 24, accountID: accountID,
            carrierTrunkID: carrierTrunkID, direction: direction, jurisdiction: jurisdiction, destination: destination,
            currency: currency)
    }

    /// What rows are locked in the order of, by whoever writes some.
    var rank: String {
        """
        \(accountID?.text ?? "") \(carrierTrunkID?.text ?? "") \(direction) \(jurisdiction ?? "") \
        \(destination.callingCode) \(destination.country) \(currency)
        """
    }
}

/// What calls come to, or what is taken away.
struct CallSum: Hashable, Sendable {
    var calls = 0
    var seizures = 0
    var answered = 0
    var effective = 0
    var refused = 0
    var shortCalls = 0
    var talkMilliseconds: Int64 = 0
    var sellSeconds: Int64 = 0
    var buySeconds: Int64 = 0
    var sell = MoneySum.zero
    var buy = MoneySum.zero
    var delayedCalls = 0
    var delayMilliseconds: Int64 = 0
    var delayHistogram: [Int] = Array(repeating: 0, count: Self.delayBounds.count + 1)

    /// As `cdr.pdd_bounds_ms()`, which never changes.
    static let delayBounds: [Int64] = [
        100, 140, 200, 280, 400, 560, 800, 1100, 1600, 2200, 3200, 4500, 6300, 9000, 12500, 18000, 25000, 35000, 50000,
        70000,
    ]

    /// Counts a call, or takes it away.
    mutating func add(_ call: SummedCall, times: Int) {
        calls += times
        if call.isSeizure { seizures += times }
        if call.isAnswered { answered += times }
        if call.isEffective { effective += times }
        if call.isRefused { refused += times }
        if call.isShort { shortCalls += times }
        talkMilliseconds.grow(by: call.talkMilliseconds, times)
        sellSeconds.grow(by: call.sellSeconds, times)
        buySeconds.grow(by: call.buySeconds, times)
        sell += MoneySum(units: Int128(call.sell.units) * Int128(times))
        buy += MoneySum(units: Int128(call.buy.units) * Int128(times))
        guard let delay = call.delayMilliseconds else { return }
        delayedCalls += times
        delayMilliseconds.grow(by: delay, times)
        delayHistogram[Self.delayBounds.firstIndex { $0 > delay } ?? Self.delayBounds.count] += times
    }

    mutating func add(_ other: CallSum) {
        calls += other.calls
        seizures += other.seizures
        answered += other.answered
        effective += other.effective
        refused += other.refused
        shortCalls += other.shortCalls
        talkMilliseconds.grow(by: other.talkMilliseconds, 1)
        sellSeconds.grow(by: other.sellSeconds, 1)
        buySeconds.grow(by: other.buySeconds, 1)
        sell += other.sell
        buy += other.buy
        delayedCalls += other.delayedCalls
        delayMilliseconds.grow(by: other.delayMilliseconds, 1)
        for position in delayHistogram.indices { delayHistogram[position] += other.delayHistogram[position] }
    }
}

extension Int64 {
    /// Stays at the bound where the sum is beyond it.
    fileprivate mutating func grow(by value: Int64, _ times: Int) {
        let (product, isTooLarge) = value.multipliedReportingOverflow(by: Int64(times))
        let (sum, overflow) = addingReportingOverflow(isTooLarge ? .max : product)
        self = overflow ? (value > 0) == (times > 0) ? .max : .min : sum
    }
}
