import Foundation
package import Postgres

/// A far end of the demonstration operator, by its name in db/seed/demo.sql.
package enum DemoParty: String, Sendable, CaseIterable {
    case carrierA = "carrier_a"
    case carrierB = "carrier_b"
    case carrierC = "carrier_c"
    case emergencyA = "emergency_a"
    case emergencyB = "emergency_b"
    case customer = "customer"
    case digestCustomer = "digest_customer"

    package static let carriers: [DemoParty] = [.carrierA, .carrierB, .carrierC]

    /// Where it is unless something else is asked for, as `host:port`.
    package var usualAddress: String {
        switch self {
        case .carrierA: "127.0.0.2:5070"
        case .carrierB: "127.0.0.3:5070"
        case .carrierC: "127.0.0.4:5070"
        case .emergencyA: "127.0.0.5:5070"
        case .emergencyB: "127.0.0.6:5070"
        case .customer: "127.0.0.9:5091"
        case .digestCustomer: "127.0.0.12:5091"
        }
    }

    /// The trunk, or the carrier's trunk, that has the address.
    private var trunk: UUID {
        switch self {
        case .carrierA: SeedDemo.demoID(330)
        case .carrierB: SeedDemo.demoID(331)
        case .carrierC: SeedDemo.demoID(332)
        case .emergencyA: SeedDemo.demoID(333)
        case .emergencyB: SeedDemo.demoID(334)
        case .customer: SeedDemo.demoID(500)
        case .digestCustomer: SeedDemo.digestTrunk
        }
    }

    /// Where the parties are that have an address.
    /// - Parameter database: as the engine.
    package static func addresses(in database: Database) async throws -> [DemoParty: (host: String, port: Int)] {
        let rows = try await database.run(
            """
            select id, host, port from routing.carrier_trunks where tenant_id = \(SeedDemo.tenant) and port is not null
            union all
            select id, host, port from routing.trunks where tenant_id = \(SeedDemo.tenant) and port is not null
            """
        ).decode(UUID.self, String.self, Int.self)
        let byTrunk = Dictionary(rows.map { ($0.0, (host: $0.1, port: $0.2)) }) { first, _ in first }
        return Dictionary(
            uniqueKeysWithValues: allCases.compactMap { party in byTrunk[party.trunk].map { (party, $0) } })
    }
}
