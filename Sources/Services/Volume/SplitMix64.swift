import Foundation

/// Random numbers that are the same for the same seed (SplitMix64).
package struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    private static let step: UInt64 = 0x9e37_79b9_7f4a_7c15

    package init(seed: UInt64) { state = seed }

    /// The numbers of one thing among many: whatever is drawn for another leaves them as they are.
    init(seed: UInt64, stream: Stream, number: Int) {
        let ofStream = Self.mixed(seed &+ stream.rawValue &* Self.step)
        state = Self.mixed(ofStream &+ UInt64(truncatingIfNeeded: number) &* Self.step)
    }

    /// What numbers are drawn for; each kind of thing has a stream of its own.
    enum Stream: UInt64 {
        case tenant = 1
        case order, areaPrice, carrierPrice, call, payment
        case vendor, vendorCarrier, carrier, carrierTrunk, partition, deck, deckRow, ratePlan, voiceRate
        case account, planAssignment, trunk, trunkSource, inventory, did, campaign, publisher, buyer
    }

    /// The next of the numbers.
    package mutating func next() -> UInt64 {
        state &+= Self.step
        return Self.mixed(state)
    }

    private static func mixed(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

extension SplitMix64 {
    /// From 0 up to, but not, 1.
    mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// From 0 up to, but not, the bound.
    mutating func below(_ bound: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(bound)).high) }

    mutating func chance(_ probability: Double) -> Bool { uniform() < probability }

    mutating func exponential(mean: Double) -> Double { -mean * log(1 - uniform()) }

    /// Half of the values lie below the median; `spread` is the deviation of their logarithm.
    mutating func logNormal(median: Double, spread: Double) -> Double {
        let normal = (-2 * log(1 - uniform())).squareRoot() * cos(2 * .pi * uniform())
        return median * exp(spread * normal)
    }
}
