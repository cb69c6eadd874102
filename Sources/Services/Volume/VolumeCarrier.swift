import Foundation
import Telecom

/// A carrier with one trunk and one deck.
struct VolumeCarrier: Sendable {
    let name: String
    let vendorID: UUID
    let vendorCarrierID: UUID
    let id: UUID
    let trunkID: UUID
    let deckID: UUID
    /// From the addresses that are kept for documentation: nobody answers there.
    let address: String
    /// The row of the deck for each destination.
    let rates: [RateRow]

    init(_ number: Int, _ destinations: [VolumeDestination], ids: VolumeIDs, seed: UInt64) {
        name = "Carrier \(number + 1)"
        vendorID = ids.id(.vendor, number)
        vendorCarrierID = ids.id(.vendorCarrier, number)
        id = ids.id(.carrier, number)
        trunkID = ids.id(.carrierTrunk, number)
        deckID = ids.id(.deck, number)
        address = "192.0.2.\(number + 1)"
        rates = destinations.indices.map { index in
            let row = number * destinations.count + index
            var random = SplitMix64(seed: seed, stream: .carrierPrice, number: row)
            // A hundredth of 10⁻⁴ is the step, so that a price has six decimals.
            let price = Int64(destinations[index].basePrice) * Int64(85 + random.below(41)) * 100
            return destinations[index].rateRow(ids.id(.deckRow, row), unitsPerMinute: price)
        }
    }

    func price(_ destination: Int) -> Rate { rates[destination].rates.interstate }
}

/// What accounts pay.
struct VolumePricePlan: Sendable {
    let id: UUID
    let name: String
    /// North America.
    let domestic: RateRow
    /// For each of `VolumeDestination.abroad`.
    let abroad: [RateRow]
    let inbound: RateRow

    static let wholesale = 0
    static let retail = 1

    static func all(ids: VolumeIDs) -> [VolumePricePlan] {
        [
            VolumePricePlan(wholesale, "Wholesale", domestic: 95, inbound: 12, markup: 140, ids),
            VolumePricePlan(retail, "Retail", domestic: 140, inbound: 40, markup: 210, ids),
        ]
    }

    /// - Parameters:
    ///   - domestic: between states, in 10⁻⁴ a minute; within one it is a third more.
    ///   - markup: percent of what carriers charge, about.
    private init(_ number: Int, _ name: String, domestic: Int, inbound: Int, markup: Int, _ ids: VolumeIDs) {
        let rows = VolumeDestination.abroad.count + 2
        func id(_ row: Int) -> UUID { ids.id(.voiceRate, number * rows + row) }
        self.id = ids.id(.ratePlan, number)
        self.name = name
        let anywhere = VolumeDestination.northAmerica
        self.domestic = anywhere.rateRow(id(0), unitsPerMinute: Int64(domestic) * 10_000)
        self.inbound = anywhere.flatRateRow(id(1), unitsPerMinute: Int64(inbound) * 10_000)
        abroad = VolumeDestination.abroad.enumerated().map { index, destination in
            destination.rateRow(id(2 + index), unitsPerMinute: Int64(destination.basePrice * markup) * 100)
        }
    }
}

extension VolumeDestination {
    /// A price there: by jurisdiction at home, one price abroad.
    func rateRow(_ id: UUID, unitsPerMinute units: Int64) -> RateRow {
        guard isDomestic else { return flatRateRow(id, unitsPerMinute: units) }
        let within = Self.rate(units / 300 * 400)
        return row(id, JurisdictionalRates(interstate: Self.rate(units), intrastate: within, indeterminate: within))
    }

    /// One price, whatever the jurisdiction.
    func flatRateRow(_ id: UUID, unitsPerMinute units: Int64) -> RateRow {
        let rate = Self.rate(units)
        return row(id, JurisdictionalRates(interstate: rate, international: rate, intrastate: rate))
    }

    private func row(_ id: UUID, _ rates: JurisdictionalRates) -> RateRow {
        guard let prefix = DigitPrefix(prefix) else { preconditionFailure("\(prefix) is digits") }
        return RateRow(
            id: id, prefix: prefix, rates: rates, initialIncrementSeconds: initialIncrementSeconds,
            nextIncrementSeconds: nextIncrementSeconds)
    }

    private static func rate(_ units: Int64) -> Rate {
        guard let rate = try? Rate(unitsPerMinute: units) else { preconditionFailure("\(units) is a price") }
        return rate
    }
}
