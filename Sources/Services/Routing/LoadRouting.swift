package import Postgres
import Telecom

/// Reads all that calls are routed by, of all tenants, as it was at one moment.
package struct LoadRouting: Sendable {
    private let database: Database
    private let secrets: RoutingSecrets

    /// - Parameter database: as the engine, which sees all tenants.
    package init(_ database: Database, secrets: RoutingSecrets) {
        self.database = database
        self.secrets = secrets
    }

    /// Reads everything in one transaction, and after it fetches the carriers' passwords, which may take a while.
    /// - Parameter previous: what was read before: the passwords that cannot be had now stay as they are there.
    package func callAsFunction(after previous: RoutingData? = nil) async throws -> RoutingData {
        var (data, logins) = try await database.transaction { session in
            // One moment for all tables: a trunk and its account come from the same state of the database.
            try await session.run("set transaction isolation level repeatable read, read only")
            return try await read(session)
        }
        data.carrierLogins = await secrets.carrierLogins(logins, keeping: previous?.carrierLogins ?? [:])
        return data
    }

    private func read(_ session: Connection) async throws -> (RoutingData, [CarrierLoginRow]) {
        let version = try await session.run(
            "select version from core.snapshot_versions where name = 'routing'"
        ).value(Int.self)
        let customers = try await CustomerTables(session)
        let prices = try await PriceTables(session)
        let carriers = try await CarrierTables(session, decks: prices.decks)
        var input = RoutingSnapshot.Input()
        input.tenants = customers.tenants
        input.accounts = customers.accounts.map { account in
            var account = account
            account.ratePlans = prices.planAssignments[TenantKey(account.tenantID, account.id)] ?? []
            return account
        }
        input.trunks = customers.trunks
        input.trunkACL = customers.acl
        input.dids = customers.dids
        input.ratePlans = prices.plans
        input.carrierTrunks = carriers.trunks
        input.carrierAddresses = carriers.addresses
        input.emergencyRoutes = carriers.emergencyRoutes
        input.emergencyCodes = try await session.run("select country, code, kind from ref.emergency_codes")
            .decode(String?.self, String.self, String.self)
            .compactMap { country, code, kind in
                EmergencyCodeRow.Purpose(rawValue: kind).map {
                    EmergencyCodeRow(country: country.flatMap { PlaceCode($0) }, code: code, purpose: $0)
                }
            }
        input.areaCodes = AreaCodeTable(
            try await session.run("select npa::int8, country, region from ref.npa").decode(
                Int.self, String.self, String?.self
            ).compactMap { npa, country, region in
                PlaceCode(country).map {
                    AreaCodeRow(
                        areaCode: npa, region: Region(country: $0, subdivision: region.flatMap { PlaceCode($0) }))
                }
            })
        let data = RoutingData(
            version: version ?? 0, snapshot: RoutingSnapshot(input),
            credentials: try await secrets.customerSecrets(session),
            emergencyPlan: RoutingData.EmergencyPlan(
                codes: Set(input.emergencyCodes.map(\.code)).sorted(),
                techPrefixes: Set(customers.acl.map(\.techPrefix)).subtracting([""]).sorted(),
                sources: Set(customers.acl.map(\.block.description)).sorted(),
                routes: carriers.emergencyEndpoints),
            accountNames: customers.accountNames)
        return (data, carriers.logins)
    }
}
