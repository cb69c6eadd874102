import Foundation
import Postgres
import Telecom

/// The rows of carriers: their trunks with decks, addresses and emergency ranks.
struct CarrierTables {
    var trunks: [CarrierTrunkRow] = []
    var addresses: [CarrierAddressRow] = []
    var emergencyRoutes: [EmergencyRouteRow] = []
    /// In the order of their rank.
    var emergencyEndpoints: [RoutingData.EmergencyRoute] = []
    /// What carriers ask us for, still as references.
    var logins: [CarrierLoginRow] = []

    init(_ session: Connection, decks: [TenantKey: RateTable]) async throws {
        // In order, because of two decks with the same prefix the first counts.
        let attached = try await session.run(
            """
            select tenant_id, carrier_trunk_id, id from routing.decks where status = 'active'
            union select s.tenant_id, s.carrier_trunk_id, s.deck_id from routing.carrier_trunk_decks s
             order by id
            """
        ).decode(UUID.self, UUID.self, UUID.self)
        let decksOf = Dictionary(grouping: attached) { TenantKey($0.0, $0.1) }
            .mapValues { $0.compactMap { decks[TenantKey($0.0, $0.2)] } }
        let partitions = try await session.run(
            "select tenant_id, carrier_trunk_id, partition_id from routing.partition_carrier_trunks"
        ).decode(UUID.self, UUID.self, UUID.self)
        let partitionsOf = Dictionary(grouping: partitions) { TenantKey($0.0, $0.1) }.mapValues { Set($0.map(\.2)) }
        let rows = try await session.run(
            """
            select ct.id, ct.tenant_id, c.name || ' / ' || ct.name, ct.status, c.status, ct.host, ct.port, ct.transport,
                   ct.carries_outbound, ct.priority, ct.weight, coalesce(ct.channels, 0), coalesce(ct.cps, 0),
                   ct.response_timeout_ms, ct.ring_timeout_ms, ct.reroutes_on_403, ct.reroutes_on_404, ct.tech_prefix,
                   ct.number_format, ct.header_rules,
                   ct.carries_inbound, ct.source_addresses::text[], ct.emergency_rank, ct.auth_username,
                   ct.auth_realm, ct.auth_secret_ref, ct.identity_header, ct.source_port, ct.emergency_country,
                   ct.diversion, ct.codecs::text[], ct.sends_porting
              from routing.carrier_trunks ct
              join routing.carriers c on c.tenant_id = ct.tenant_id and c.id = ct.carrier_id
             order by ct.emergency_rank nulls last, ct.id
            """)
        for row in rows {
            var trunk = try Self.trunk(row)
            let key = TenantKey(trunk.tenantID, trunk.id)
            trunk.decks = decksOf[key] ?? []
            trunk.partitionIDs = partitionsOf[key] ?? []
            trunk.codecs = CodecSet(names: try row.column(30))
            trunk.sendsPorting = try row.column(31)
            trunks.append(trunk)
            try readRoles(row, of: trunk)
        }
    }

    private static func trunk(_ row: Row) throws -> CarrierTrunkRow {
        var failover: Failover.Flags = []
        if try row.column(15) { failover.insert(.forbiddenMeansNoRoute) }
        if try row.column(16) { failover.insert(.notFoundMeansNoRoute) }
        return CarrierTrunkRow(
            id: try row.column(0), tenantID: try row.column(1), name: try row.column(2),
            status: ServiceStatus(rawValue: try row.column(3)) ?? .suspended,
            carrierStatus: ServiceStatus(rawValue: try row.column(4)) ?? .suspended,
            carriesOutbound: try row.column(8),
            endpoint: Endpoint(
                host: try row.column(5), port: try row.column(6),
                transport: Endpoint.Transport(rawValue: try row.column(7)) ?? .udp),
            numberFormat: NumberFormat(
                style: NumberFormat.Style(rawValue: try row.column(18)) ?? .plus, techPrefix: try row.column(17)),
            identityHeader: IdentityHeader(rawValue: try row.column(26)) ?? .assertedIdentity,
            diversion: DiversionHandling(rawValue: try row.column(29)) ?? .remove,
            headerRules: HeaderRules(json: try row.column(19, as: JSONText.self).text),
            priority: try row.column(9), weight: try row.column(10), maximumChannels: try row.column(11),
            callsPerSecond: try row.column(12), responseTimerMilliseconds: try row.column(13),
            ringTimerMilliseconds: try row.column(14), failover: failover)
    }

    /// What a trunk is besides a way out: a way in, an emergency route, something to log in at.
    private mutating func readRoles(_ row: Row, of trunk: CarrierTrunkRow) throws {
        let isActive = trunk.status == .active && trunk.carrierStatus == .active
        if try row.column(20), isActive {
            for text in try row.column(21, as: [String].self) {
                guard let block = AddressBlock(text) else { continue }  // an inet always is one
                addresses.append(
                    CarrierAddressRow(
                        tenantID: trunk.tenantID, carrierTrunkID: trunk.id, block: block, port: try row.column(27)))
            }
        }
        if let rank = try row.column(22, as: Int?.self) {
            emergencyRoutes.append(
                EmergencyRouteRow(
                    tenantID: trunk.tenantID, carrierTrunkID: trunk.id,
                    country: try row.column(28, as: String?.self).flatMap { PlaceCode($0) }, priority: rank))
            if isActive {
                emergencyEndpoints.append(
                    RoutingData.EmergencyRoute(
                        uri: trunk.endpoint.uri, prefix: trunk.numberFormat.escapedPrefix, carrierTrunkID: trunk.id))
            }
        }
        if let user = try row.column(23, as: String?.self), let reference = try row.column(25, as: String?.self) {
            logins.append(
                CarrierLoginRow(
                    trunk: TenantKey(trunk.tenantID, trunk.id), user: user,
                    realm: try row.column(24, as: String?.self) ?? "",
                    reference: reference))
        }
    }
}

/// How to log in at a carrier, as the database has it.
struct CarrierLoginRow: Sendable {
    let trunk: TenantKey
    let user: String
    let realm: String
    /// Where the password is: `env:`, `file:` or `gcp-sm:`.
    let reference: String
}
