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

    /// Reads everything in one transaction.
    package func callAsFunction() async throws -> RoutingData {
        try await database.transaction { session in
            // One moment for all tables: a trunk and its account come from the same state of the database.
            try await session.run("set transaction isolation level repeatable read, read only")
            return try await read(session)
        }
    }

    private func read(_ session: Connection) async throws -> RoutingData {
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
            account.ratePlans = prices.planAssignments[account.id] ?? []
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
        return RoutingData(
            version: version ?? 0, snapshot: RoutingSnapshot(input),
            credentials: try await secrets.customerSecrets(session),
            carrierLogins: await secrets.carrierLogins(carriers.logins),
            emergencyPlan: RoutingData.EmergencyPlan(
                codes: Set(input.emergencyCodes.map(\.code)).sorted(),
                sources: Set(customers.acl.map(\.block.description)).sorted(),
                routes: carriers.emergencyEndpoints),
            names: RoutingData.Names(
                tenants: customers.tenantNames, accounts: customers.accountNames, trunks: customers.trunkNames))
    }
}
