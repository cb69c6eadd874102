import Foundation
package import Postgres
package import Telecom

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
    /// - Parameters:
    ///   - previous: what was read before: tables that have not changed are kept, and the passwords that cannot be had
    ///     now stay as they are there.
    ///   - drafts: versions of decks and plans to take in place of those that hold, to see what would be.
    package func callAsFunction(
        after previous: RoutingData? = nil, drafts: [TenantKey: Int] = [:]
    ) async throws -> RoutingData {
        var (data, logins) = try await database.transaction { session in
            // One moment for all tables: a trunk and its account come from the same state of the database.
            try await session.run("set transaction isolation level repeatable read, read only")
            return try await read(session, keeping: previous, drafts: drafts)
        }
        data.carrierLogins = await secrets.carrierLogins(logins, keeping: previous?.carrierLogins ?? [:])
        data.portingServices = await secrets.opened(data.portingServices, keeping: previous?.portingServices ?? [:])
        return data
    }

    /// What the session's transaction sees.
    func read(
        _ session: Connection, keeping previous: RoutingData?, drafts: [TenantKey: Int]
    ) async throws -> (RoutingData, [CarrierLoginRow]) {
        let version = try await session.run(
            "select version from core.snapshot_versions where name = 'routing'"
        ).value(Int.self)
        let customers = try await CustomerTables(session)
        let prices = try await PriceTables(session, keeping: previous?.sheets, drafts: drafts)
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
        input.deckChanges = prices.deckChanges
        input.problems = prices.sheets.problems
        let translations = try await TranslationTables(session)
        input.translations = translations.rules
        input.callerPools = try await CallerPoolTables(session).pools
        let policy = try await PolicyTables(session)
        input.destinationRules = policy.destinationRules
        input.callLimits = policy.callLimits
        input.guardedPrefixes = policy.guardedPrefixes
        let order = try await OrderTables(session)
        input.carrierTrunks = order.completed(carriers.trunks)
        input.profiles = order.profiles
        input.profileUses = order.profileUses
        input.routeRules = order.rules
        input.carrierAddresses = carriers.addresses
        input.emergencyRoutes = carriers.emergencyRoutes
        input.emergencyCodes = try await session.run("select country, code, kind from ref.emergency_codes")
            .decode(String?.self, String.self, String.self)
            .compactMap { country, code, kind in
                EmergencyCodeRow.Purpose(rawValue: kind).map {
                    EmergencyCodeRow(country: country.flatMap { PlaceCode($0) }, code: code, purpose: $0)
                }
            }
        let places = try await PlaceTables(session, keeping: previous?.places)
        input.areaCodes = places.places.areaCodes
        input.blocks = places.places.blocks
        input.localAreas = places.places.localAreas
        let portingServices = try await PortingService.read(session, report: secrets.report)
        input.portingTenants = Set(portingServices.keys)
        var data = RoutingData(
            version: version ?? 0, snapshot: RoutingSnapshot(input, keeping: previous?.snapshot),
            credentials: try await secrets.customerSecrets(session),
            emergencyPlan: RoutingData.EmergencyPlan(
                codes: Set(input.emergencyCodes.map(\.code)).sorted(),
                techPrefixes: Set(customers.acl.map(\.techPrefix) + translations.strippedPrefixes)
                    .subtracting([""]).sorted(),
                sources: Set(customers.acl.map(\.block.description)).sorted(),
                routes: carriers.emergencyEndpoints),
            accountNames: customers.accountNames)
        let health = try await ReadRouteHealth(session: session)()
        data.healthVersion = health.version
        data.health = RouteHealth(health.rows, for: data.snapshot)
        data.sheets = prices.sheets
        data.places = places
        data.portingServices = portingServices
        data.nextChange = [try await nextChange(session), places.until].compactMap(\.self).min()
        return (data, carriers.logins)
    }

    /// The same data with what is known now of how carrier trunks do.
    func healthOnly(of data: RoutingData) async throws -> RoutingData {
        let health = try await database.transaction { session in
            try await session.run("set transaction isolation level repeatable read, read only")
            return try await ReadRouteHealth(session: session)()
        }
        var data = data
        data.healthVersion = health.version
        data.health = RouteHealth(health.rows, for: data.snapshot)
        return data
    }

    /// When a scheduled version has to be read, or to be taken.
    private func nextChange(_ session: Connection) async throws -> Date? {
        try await session.run(
            """
            select min(t) from routing.sheet_activations a,
                   lateral (values (a.active_from),
                                   (a.active_from - \(SheetTables.preparation) * interval '1 s')) as due (t)
             where a.active_from > now() and t > now()
            """
        ).value(Date?.self) ?? nil
    }
}
