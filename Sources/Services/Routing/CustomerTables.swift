import Foundation
import Postgres
import Telecom

/// The rows of customers: tenants, accounts, trunks with their addresses, numbers. Suspended ones too, for they may
/// call emergency services.
struct CustomerTables {
    var tenants: [TenantRow] = []
    var accounts: [AccountRow] = []
    var trunks: [TrunkRow] = []
    var acl: [TrunkACLRow] = []
    var dids: [DIDRow] = []
    var accountNames: [TenantKey: String] = [:]

    init(_ session: Connection) async throws {
        try await readTenants(session)
        try await readAccounts(session)
        try await readTrunks(session)
        try await readAddresses(session)
        try await readNumbers(session)
    }

    private mutating func readTenants(_ session: Connection) async throws {
        let rows = try await session.run("select id, status, country, max_tries, max_pdd_ms from core.tenants")
        for (id, status, country, tries, longest) in try rows.decode(
            UUID.self, String.self, String.self, Int.self, Int.self)
        {
            tenants.append(
                TenantRow(
                    id: id, status: ServiceStatus(rawValue: status) ?? .suspended,
                    country: PlaceCode(country) ?? .unitedStates, maximumTries: tries,
                    maximumPostDialDelayMilliseconds: longest))
        }
    }

    private mutating func readAccounts(_ session: Connection) async throws {
        let partitions = try await session.run(
            "select tenant_id, account_id, partition_id from routing.account_partitions"
        ).decode(UUID.self, UUID.self, UUID.self)
        let byAccount = Dictionary(grouping: partitions) { TenantKey($0.0, $0.1) }.mapValues { Set($0.map(\.2)) }
        let rows = try await session.run(
            """
            select id, tenant_id, name, status, country, coalesce(channels, 0), coalesce(cps, 0),
                   allows_loss
              from accounts.accounts where status <> 'closed'
            """)
        for (id, tenant, name, status, country, channels, cps, allowsLoss) in try rows.decode(
            UUID.self, UUID.self, String.self, String.self, String?.self, Int.self, Int.self, Bool.self)
        {
            accountNames[TenantKey(tenant, id)] = name
            accounts.append(
                AccountRow(
                    id: id, tenantID: tenant, status: ServiceStatus(rawValue: status) ?? .suspended,
                    country: country.flatMap { PlaceCode($0) }, maximumChannels: channels, callsPerSecond: cps,
                    partitionIDs: byAccount[TenantKey(tenant, id)] ?? [], allowsLoss: allowsLoss))
        }
    }

    private mutating func readTrunks(_ session: Connection) async throws {
        let users = try await session.run("select tenant_id, trunk_id, login from routing.trunk_credentials")
            .decode(UUID.self, UUID.self, String.self)
        let byTrunk = Dictionary(grouping: users) { TenantKey($0.0, $0.1) }.mapValues { $0.map(\.2) }
        let withAddress = Set(
            try await session.run("select distinct tenant_id, trunk_id from routing.trunk_acl")
                .decode(UUID.self, UUID.self).map { TenantKey($0.0, $0.1) })
        let rows = try await session.run(
            """
            select id, tenant_id, account_id, status, coalesce(channels, 0), coalesce(cps, 0), max_duration_s, hold_s,
                   requires_digest, caller_id_policy, allowed_caller_ids::text[], default_caller_id,
                   host, port, transport, number_format, header_rules, country,
                   trusts_identity, trusts_porting, accepts_diverted, caller_id_pool_id
              from routing.trunks where status <> 'closed' and kind = 'sip'
            """)
        for row in rows {
            let (id, tenant, account, status, channels, cps, longest, hold, digest) = try row.decode(
                UUID.self, UUID.self, UUID.self, String.self, Int.self, Int.self, Int.self, Int?.self, Bool.self)
            let key = TenantKey(tenant, id)
            trunks.append(
                TrunkRow(
                    id: id, tenantID: tenant, accountID: account,
                    status: ServiceStatus(rawValue: status) ?? .suspended,
                    country: try row.column(17, as: String?.self).flatMap { PlaceCode($0) },
                    authentication: Self.authentication(digest: digest, hasAddress: withAddress.contains(key)),
                    digestUsers: byTrunk[key] ?? [], maximumChannels: channels, callsPerSecond: cps,
                    maximumDurationSeconds: Int64(longest), holdSeconds: hold.map(Int64.init),
                    callerID: try Self.callerID(row), callerPoolID: try row.column(21, as: UUID?.self),
                    trustsPorting: try row.column(19), host: try Self.host(row),
                    numberFormat: NumberFormat(style: NumberFormat.Style(rawValue: try row.column(15)) ?? .plus),
                    headerRules: HeaderRules(json: try row.column(16, as: JSONText.self).text)))
        }
    }

    /// A trunk that requires digest is known by digest alone when it has no address.
    private static func authentication(digest: Bool, hasAddress: Bool) -> TrunkAuthentication {
        guard digest else { return .address }
        return hasAddress ? .addressAndDigest : .digest
    }

    private static func callerID(_ row: Row) throws -> CallerIDRule {
        let mode: CallerIDRule.Mode =
            switch try row.column(9, as: String.self) {
            case "any": .presented
            case "fixed": .fixed
            default: .listed
            }
        let allowed = try row.column(10, as: [String].self).compactMap { E164($0) }
        let replacement = try row.column(11, as: String?.self).flatMap { E164($0) }
        return CallerIDRule(
            mode: mode, allowed: Set(allowed), replacement: replacement, trustsIdentity: try row.column(18),
            acceptsDiverted: try row.column(20))
    }

    private static func host(_ row: Row) throws -> Endpoint? {
        guard let host = try row.column(12, as: String?.self) else { return nil }
        let transport = Endpoint.Transport(rawValue: try row.column(14)) ?? .udp
        let port = try row.column(13, as: Int?.self) ?? (transport == .tls ? 5061 : 5060)
        return Endpoint(host: host, port: port, transport: transport)
    }

    private mutating func readAddresses(_ session: Connection) async throws {
        let rows = try await session.run(
            "select tenant_id, trunk_id, network::text, port, transport, tech_prefix from routing.trunk_acl")
        for (tenant, trunk, network, port, transport, prefix) in try rows.decode(
            UUID.self, UUID.self, String.self, Int?.self, String?.self, String.self)
        {
            guard let block = AddressBlock(network) else { continue }  // a cidr always is one
            acl.append(
                TrunkACLRow(
                    tenantID: tenant, trunkID: trunk, block: block, port: port,
                    transport: transport.flatMap { Endpoint.Transport(rawValue: $0) }, techPrefix: prefix))
        }
    }

    private mutating func readNumbers(_ session: Connection) async throws {
        let rows = try await session.run(
            "select number, tenant_id, account_id, trunk_id, status, voice_enabled from numbers.dids")
        for (number, tenant, account, trunk, status, voice) in try rows.decode(
            String.self, UUID.self, UUID.self, UUID?.self, String.self, Bool.self)
        {
            guard let number = E164(number) else { continue }  // the domain core.e164 lets nothing else in
            dids.append(
                DIDRow(
                    number: number, tenantID: tenant, accountID: account, trunkID: trunk,
                    status: status == "active" && voice ? .active : .suspended))
        }
    }
}
