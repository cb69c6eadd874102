import Foundation
import Telecom

/// The operator behind the calls: what there is of it follows from the plan and the table of area codes alone.
struct VolumeMarket: Sendable {
    let plan: VolumePlan
    let tenant: UUID
    /// The seed of all streams: another tenant of the same seed has other numbers, names and calls.
    let seed: UInt64
    /// Where calls go: area codes, those that are called most first, then `VolumeDestination.abroad`.
    let destinations: [VolumeDestination]
    /// The area codes of the first destinations, in their order.
    let areas: [AreaCodeRow]
    let areaCodes: AreaCodeTable
    let carriers: [VolumeCarrier]
    /// Carriers that take a destination, the cheapest first, at most `maximumTries` of them.
    let routes: [[Int]]
    let pricePlans: [VolumePricePlan]
    let accountIDs: [UUID]
    /// The trunk of each account, then a second one of every fourth.
    let trunkIDs: [UUID]

    static let maximumTries = 4
    static let currency = "USD"
    static let policy = IndeterminatePolicy.own

    /// - Parameters:
    ///   - plan: with its end.
    ///   - areaCodes: the places of all area codes; those of the US and of Canada are called.
    init(_ plan: VolumePlan, areaCodes rows: [AreaCodeRow]) {
        self.plan = plan
        let seed = Self.seed(plan)
        self.seed = seed
        let ids = VolumeIDs(seed: seed, firstDay: plan.firstDay)
        tenant = ids.id(.tenant, 0)
        areas = Self.areas(rows, seed)
        areaCodes = AreaCodeTable(rows)
        let domestic = areas.map { area in
            var random = SplitMix64(seed: seed, stream: .areaPrice, number: area.areaCode)
            return VolumeDestination(area: area, basePrice: 22 + random.below(36))
        }
        let destinations = domestic + VolumeDestination.abroad
        self.destinations = destinations
        let carriers = (0..<plan.carriers).map { VolumeCarrier($0, destinations, ids: ids, seed: seed) }
        self.carriers = carriers
        routes = destinations.indices.map { destination in
            let order = carriers.indices.sorted {
                carriers[$0].price(destination) < carriers[$1].price(destination)
            }
            return Array(order.prefix(Self.maximumTries))
        }
        pricePlans = VolumePricePlan.all(ids: ids)
        accountIDs = (0..<plan.accounts).map { ids.id(.account, $0) }
        trunkIDs = (0..<plan.accounts + (plan.accounts + 3) / 4).map { ids.id(.trunk, $0) }
    }

    /// The slug goes in by FNV-1a, which is the same in every process.
    private static func seed(_ plan: VolumePlan) -> UInt64 {
        let slug = plan.tenant.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        var random = SplitMix64(seed: slug ^ plan.seed)
        return random.next()
    }

    /// States and provinces in an order of the seed's.
    private static func areas(_ rows: [AreaCodeRow], _ seed: UInt64) -> [AreaCodeRow] {
        var areas = rows.filter { row in
            let country = row.region.country
            return (country == .unitedStates || country == .canada) && row.region.subdivision != nil
                && !row.region.isUSTerritory
                && NorthAmerica.use(ofAreaCode: row.areaCode) == .geographic
        }.sorted { $0.areaCode < $1.areaCode }
        var random = SplitMix64(seed: seed, stream: .order, number: 0)
        areas.shuffle(using: &random)
        return areas
    }

    var ids: VolumeIDs { VolumeIDs(seed: seed, firstDay: plan.firstDay) }
}

/// Ids that follow from the seed: time-ordered, as if the rows had been made on the first day of the calls.
struct VolumeIDs: Sendable {
    let seed: UInt64
    let firstDay: Int

    func id(_ stream: SplitMix64.Stream, _ number: Int) -> UUID {
        var random = SplitMix64(seed: seed, stream: stream, number: number)
        return .v7(milliseconds: Int64(firstDay) * 86_400_000 + Int64(number), random: &random)
    }
}
