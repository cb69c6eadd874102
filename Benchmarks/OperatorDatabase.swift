import Foundation
import Postgres
import Reactor
import Schema
import Services

/// A database with the demonstration's operator in it, without limits on channels and with money for a long run.
struct OperatorDatabase: Sendable {
    let owner: Database
    let engine: Database

    /// - Parameter addresses: where the parties are.
    static func make(
        _ bench: Workbench, name: String, addresses: [DemoParty: String] = [:]
    ) async throws -> OperatorDatabase {
        try await bench.createDatabase(name)
        let owner = try bench.client(name)
        try await Migrate(owner, migrations: Schema.migrations()).run()
        try await owner.run("select core.create_monthly_partitions()")
        var settings = SeedDemo.Settings()
        settings.addresses = addresses
        try await SeedDemo(owner)(settings)
        try await owner.lease { session in
            try await session.runScript(
                """
                update accounts.accounts set channels = null, cps = null;
                update routing.trunks set channels = null, cps = null;
                update routing.carrier_trunks set channels = null, cps = null;
                """)
        }
        try await owner.run(
            """
            select billing.top_up(\(SeedDemo.tenant), \(SeedDemo.customerAccount), core.uuid_v7(), 1000000, 'benchmark')
            """)
        try await owner.lease { try await $0.runScript("select core.bump_snapshot('routing')") }
        return OperatorDatabase(owner: owner, engine: try bench.client(name, role: "heddle_engine"))
    }

    func close() async {
        await engine.close()
        await owner.close()
    }

    /// Adds customers, each known by an address: `customerAddress(number)`.
    func addCustomers(_ count: Int) async throws {
        try await owner.run(
            """
            with customers as (
                select n, format('be300000-0000-7000-8000-%s', lpad(n::text, 12, '0'))::uuid as id
                  from generate_series(0, \(count - 1)) as n
            ), made_accounts as (
                insert into accounts.accounts (tenant_id, id, ban, name)
                select \(SeedDemo.tenant), id, 'BENCH-' || n, 'Customer ' || n from customers
            ), made_trunks as (
                insert into routing.trunks (tenant_id, id, account_id, name, caller_id_policy)
                select \(SeedDemo.tenant), id, id, 'Trunk ' || n, 'any' from customers
            ), made_sources as (
                insert into routing.trunk_acl (tenant_id, id, account_id, trunk_id, network)
                select \(SeedDemo.tenant), id, id, id, format('127.1.%s.%s/32', n / 250, n % 250 + 1)::cidr
                  from customers
            )
            insert into billing.account_rate_plan (tenant_id, id, account_id, rate_plan_id, valid_from)
            select \(SeedDemo.tenant), c.id, c.id, p.rate_plan_id, p.valid_from
              from customers c
              join billing.account_rate_plan p
                on p.tenant_id = \(SeedDemo.tenant) and p.account_id = \(SeedDemo.customerAccount)
            """, deadline: .seconds(120))
        try await owner.run(
            """
            select count(billing.top_up(tenant_id, id, id, 1000000, 'benchmark'))
              from accounts.accounts where ban like 'BENCH-%'
            """, deadline: .seconds(120))
    }

    /// The id of a customer's account.
    static func customer(_ number: Int) throws -> UUID {
        let digits = String(number)
        let text = "be300000-0000-7000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
        guard let id = UUID(uuidString: text) else { throw BenchError("there is no customer \(number)") }
        return id
    }

    static func customerAddress(_ number: Int) -> String { "127.1.\(number / 250).\(number % 250 + 1)" }

    /// What calls are routed by. The demonstration's logins are not seeded, so no secret has to be opened.
    func routing() async throws -> RoutingKeeper {
        let secrets = RoutingSecrets(
            open: { _, _, _ in throw BenchError("a benchmark has no key") },
            resolve: { _ in throw BenchError("a benchmark has no secrets") }, report: { _ in })
        let keeper = RoutingKeeper(
            engine, listening: engine, secrets: secrets, loader: Reactor(name: "routing", isPrompt: false))
        try await keeper.refresh()
        return keeper
    }

    // MARK: The proof that no figure was bought with a wrong sum

    /// Throws unless every balance is the sum of its ledger.
    func checkLedger() async throws {
        let differences = try await owner.run(
            "select count(*) from core.tenants t cross join lateral billing.check_ledger(t.id)", deadline: .seconds(120)
        ).value(Int.self)
        guard differences == 0 else {
            throw BenchError("\(differences ?? -1) balances are not the sum of their ledger")
        }
    }
}
