import Foundation
import Services
import Telecom

/// An operator with many carriers whose decks are as large as real ones: North America by area code and exchange, each
/// row with its four prices.
struct DecisionMarket {
    let vendors: Int
    let prefixesPerVendor: Int
    let snapshot: RoutingSnapshot
    /// One deck for each carrier.
    let decks: [RateTable]

    private static let tenant = UUID(uuidString: "de300000-0000-7000-8000-000000000001") ?? UUID()
    private static let account = UUID()
    private static let trunk = UUID()
    private static let plan = UUID()
    private static let customer = "192.0.2.10"
    /// Carriers price a call by the company that has the called exchange: some thousands.
    private static let companiesPerDeck = 3_000

    init(vendors: Int, prefixesPerVendor: Int, seed: UInt64 = 1) throws {
        self.vendors = vendors
        self.prefixesPerVendor = prefixesPerVendor
        var random = SplitMix64(seed: seed)
        var input = RoutingSnapshot.Input()
        let areaCodes = Self.areaCodes
        input.areaCodes = AreaCodeTable(areaCodes)
        input.tenants = [TenantRow(id: Self.tenant)]
        input.ratePlans = [
            RatePlanRow(
                id: Self.plan, tenantID: Self.tenant, outbound: try Self.table([Self.flat(3_000_000)]))
        ]
        input.accounts = [
            AccountRow(id: Self.account, tenantID: Self.tenant, ratePlans: [(.always, Self.plan)])
        ]
        input.trunks = [TrunkRow(id: Self.trunk, tenantID: Self.tenant, accountID: Self.account)]
        input.trunkACL = try [
            TrunkACLRow(tenantID: Self.tenant, trunkID: Self.trunk, block: Self.known(AddressBlock(Self.customer)))
        ]
        decks = try (0..<vendors).map { _ in try Self.deck(prefixesPerVendor, areaCodes, &random) }
        input.carrierTrunks = decks.enumerated().map { vendor, deck in
            CarrierTrunkRow(
                id: UUID(), tenantID: Self.tenant, name: "vendor \(vendor)", decks: [deck],
                endpoint: Endpoint(host: "203.0.113.\(vendor + 1)"))
        }
        snapshot = RoutingSnapshot(input)
    }

    /// Calls between random numbers of the market, ready to be decided.
    func calls(_ count: Int, seed: UInt64 = 2) throws -> [CallRequest] {
        var random = SplitMix64(seed: seed)
        let source = try Self.known(IPAddress(Self.customer))
        func number() -> String {
            let area = Self.areaCodes.randomElement(using: &random)?.areaCode ?? 212
            return "+1\(area)\(Int.random(in: 2_000_000...9_999_999, using: &random))"
        }
        return (0..<count).map { _ in
            CallRequest(source: source, dialled: number(), caller: PresentedCaller(fromUser: number()))
        }
    }

    /// What each of the four prices of a row takes in memory, with its share of the index.
    var bytesPerRate: Double {
        let bytes = decks.map(\.byteCount).reduce(0, +) + snapshot.indexByteCount
        return Double(bytes) / Double(decks.map(\.rowCount).reduce(0, +) * 4)
    }

    // MARK: Rows

    /// Fifty states with some area codes each.
    private static let areaCodes: [AreaCodeRow] = (200...989).compactMap { code in
        guard code % 100 != 11, code / 10 % 10 != 9, code % 100 / 10 != code % 10,
            let state = PlaceCode(String(UnicodeScalar(UInt8(65 + code % 25))) + "X")
        else { return nil }
        return AreaCodeRow(areaCode: code, region: Region(country: .unitedStates, subdivision: state))
    }

    private static func deck(
        _ count: Int, _ areaCodes: [AreaCodeRow], _ random: inout SplitMix64
    ) throws -> RateTable {
        var builder = RateTableBuilder(isMerged: true)
        builder.reserveCapacity(count)
        try builder.add(flat(2_500_000))
        let companies = try (0..<companiesPerDeck).map { _ in try rates(&random) }
        let exchanges = areaCodes.count * 800
        var seen: Set<Int> = []
        while seen.count < count - 1 {
            // Exchanges first; a deck with more rows than there are exchanges has thousands blocks as well.
            let draw = Int.random(in: 0..<(count < exchanges / 2 ? exchanges : exchanges * 11), using: &random)
            guard seen.insert(draw).inserted else { continue }
            let (block, exchange) = draw.quotientAndRemainder(dividingBy: exchanges)
            var digits = "1\(areaCodes[exchange / 800].areaCode)\(200 + exchange % 800)"
            if block > 0 { digits += "\(block - 1)" }
            let company = companies[Int.random(in: companies.indices, using: &random)]
            try builder.add(row(digits, company, Bool.random(using: &random) ? 6 : 30))
        }
        return builder.build()
    }

    private static func table(_ rows: [RateRow]) throws -> RateTable {
        var builder = RateTableBuilder()
        for row in rows { try builder.add(row) }
        return builder.build()
    }

    /// What holds for all of North America.
    private static func flat(_ price: Int64) throws -> RateRow {
        try row("1", JurisdictionalRates(interstate: try Rate(unitsPerMinute: price)), 6)
    }

    private static func row(_ prefix: String, _ rates: JurisdictionalRates, _ initialIncrement: Int64) throws -> RateRow
    {
        RateRow(
            id: UUID(), prefix: try known(DigitPrefix(prefix)), rates: rates, initialIncrementSeconds: initialIncrement,
            nextIncrementSeconds: 6)
    }

    private static func rates(_ random: inout SplitMix64) throws -> JurisdictionalRates {
        func price() throws -> Rate { try Rate(unitsPerMinute: Int64.random(in: 20...4_000, using: &random) * 500) }
        return JurisdictionalRates(
            interstate: try price(), intrastate: try price(), indeterminate: try price(), local: try price())
    }

    private static func known<Value>(_ value: Value?) throws -> Value {
        guard let value else { throw BenchError("the market has a value that cannot be read") }
        return value
    }
}
