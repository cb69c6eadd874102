import Foundation
import Postgres
import TestSupport
import Testing

/// Statements that run for every call find their rows by an index, on tables that are large enough to matter.
@Suite(.database) struct HotPlanTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// A statement of the hot list. Names in capitals stand for values of the generated data.
    struct HotStatement: Sendable, CustomTestStringConvertible {
        let name: String
        let sql: String
        /// Indexes of which the plan has to use one, on the table or its partitions.
        let indexes: [String]
        /// Row policies apply.
        var asApp = false

        var testDescription: String { name }
    }

    static let statements: [HotStatement] = [
        HotStatement(
            name: "the lock of a balance",
            sql: """
                select available from billing.account_balance
                 where tenant_id = TENANT and account_id = ACCOUNT for no key update
                """,
            indexes: ["account_balance_pkey"]),
        HotStatement(
            name: "the locks of many balances",
            sql: """
                select 1 from billing.account_balance
                 where tenant_id = TENANT and account_id = any (array[ACCOUNT, TENANT]) order by account_id
                   for no key update
                """,
            indexes: ["account_balance_pkey"]),
        HotStatement(
            name: "a hold by its routing id",
            sql: "select amount from billing.holds where tenant_id = TENANT and id = ACCOUNT and state = 'open'",
            indexes: ["holds_pkey", "holds_open"]),
        HotStatement(
            name: "what is held of an account",
            sql: """
                select sum(amount) from billing.holds
                 where tenant_id = TENANT and account_id = ACCOUNT and state = 'open'
                """,
            indexes: ["holds_open"]),
        HotStatement(
            name: "whether a call was posted",
            sql: "select 1 from billing.ledger where tenant_id = TENANT and source = 'cdr' and source_id = ACCOUNT",
            indexes: ["source_is_posted_once"]),
        HotStatement(
            name: "a routing request by its whole key",
            sql: """
                select state from routing.routing_requests
                 where tenant_id = TENANT and requested_at = TIME and id = ACCOUNT
                """,
            indexes: ["routing_requests_pkey", "routing_requests_by_id"]),
        HotStatement(
            name: "a routing request by its id alone",
            sql: "select state from routing.routing_requests where tenant_id = TENANT and id = ACCOUNT",
            indexes: ["routing_requests_by_id"]),
        HotStatement(
            name: "open routing requests, the oldest first",
            sql: """
                select id from routing.routing_requests
                 where tenant_id = TENANT and state = 'open' and requested_at < TIME order by requested_at limit 100
                """,
            indexes: ["routing_requests_open"]),
        HotStatement(
            name: "raw records that wait, of all tenants",
            sql: """
                select tenant_id, started_at, id from cdr.raw_cdr where processed_at is null and rating_error is null
                 order by started_at limit 500
                """,
            indexes: ["raw_cdr_unprocessed"]),
        HotStatement(
            name: "a raw record by its whole key",
            sql: "select 1 from cdr.raw_cdr where tenant_id = TENANT and started_at = TIME and id = ACCOUNT",
            indexes: ["raw_cdr_pkey"]),
        HotStatement(
            name: "enriched records that wait for the ledger",
            sql: """
                select tenant_id, started_at, id from cdr.enriched_cdr where posted_at is null
                 order by started_at limit 500
                """,
            indexes: ["enriched_cdr_unposted"]),
        HotStatement(
            name: "a deck's row by prefix",
            sql: """
                select rate from routing.rate_deck
                 where tenant_id = TENANT and deck_id = DECK
                   and prefix = any (array['1', '12', '121', '1212', '12125'])
                """,
            indexes: ["deck_prefix_starts_once"]),
        HotStatement(
            name: "a carrier trunk's rows by prefix",
            sql: """
                select rate from routing.rate_deck
                 where tenant_id = TENANT and carrier_trunk_id = CARRIER
                   and prefix = any (array['1', '12', '121', '1212', '12125'])
                """,
            indexes: ["rate_deck_of_carrier_trunk"]),
        HotStatement(
            name: "an account's records of a time, in the portal",
            sql: """
                select id from cdr.enriched_cdr
                 where tenant_id = TENANT and account_id = ACCOUNT and started_at >= TIME
                 order by started_at desc limit 50
                """,
            indexes: ["enriched_cdr_of_account"], asApp: true),
        HotStatement(
            name: "an account's balance, in the portal",
            sql: "select available from billing.account_balance where tenant_id = TENANT and account_id = ACCOUNT",
            indexes: ["account_balance_pkey"], asApp: true),
        HotStatement(
            name: "a DID by its number, in the portal",
            sql: "select id from numbers.dids where tenant_id = TENANT and number = '+12125550100'",
            indexes: ["did_number_is_taken_once", "did_is_known_with_its_account"], asApp: true),
    ]

    @Test func `every hot statement uses its index`() async throws {
        let crowd = try await Crowd.make(in: db)
        for statement in Self.statements {
            let plan = try await crowd.plan(of: statement)
            let wanted = try await crowd.parts(of: statement.indexes)
            let scans = plan.compactMap(Self.scan)
            #expect(
                scans.contains(where: wanted.contains) && scans.allSatisfy { wanted.union(crowd.small).contains($0) },
                "\(statement.name), which should use \(statement.indexes):\n\(plan.joined(separator: "\n"))")
        }
    }

    /// The index, or the table that is read from end to end, in a line of a plan.
    private static func scan(_ line: String) -> String? {
        let index = line.firstMatch(of: /Index(?: Only)? Scan(?: Backward)? (?:using|on) (\w+)/)?.output.1
        return (index ?? line.firstMatch(of: /Seq Scan on (\w+)/)?.output.1).map(String.init)
    }
}

/// A few thousand rows of a few tenants in the tables of the hot list, with statistics.
private struct Crowd {
    let tenant: Tenant
    let database: TestDatabase
    /// Tables that are a page or two, as the default partitions and the months to come: reading them whole is right.
    let small: Set<String>

    static func make(in database: TestDatabase) async throws -> Crowd {
        var tenants: [Tenant] = []
        for _ in 0..<4 {
            let tenant = try await database.tenant()
            try await tenant.fillEveryTable()
            tenants.append(tenant)
        }
        for tenant in tenants {
            let script = script.replacing("TENANT", with: "'\(tenant.id)'::uuid")
                .replacing("DECK", with: "'\(tenant.part(5))'::uuid").replacing(
                    "CARRIER", with: "'\(tenant.part(4))'::uuid")
            try await database.owner.lease { try await $0.runScript(SQL(unescaped: script)) }
        }
        try await database.owner.run("analyze")
        let small = try await database.owner.run("select relname from pg_class where relkind = 'r' and relpages <= 2")
            .decode(String.self)
        return Crowd(tenant: tenants[1], database: database, small: Set(small))
    }

    /// The plan as lines, without running the statement.
    func plan(of statement: HotPlanTests.HotStatement) async throws -> [String] {
        let sql = statement.sql.replacing("TENANT", with: "'\(tenant.id)'::uuid")
            .replacing("ACCOUNT", with: "'\(tenant.firstAccount)'::uuid")
            .replacing("DECK", with: "'\(tenant.part(5))'::uuid").replacing(
                "CARRIER", with: "'\(tenant.part(4))'::uuid"
            )
            .replacing("TIME", with: "date_trunc('hour', now())")
        let explain = SQL(unescaped: "explain (costs off) " + sql)
        let answer =
            statement.asApp
            ? try await database.app.run([tenant.staff, explain]).last
            : try await database.owner.run(explain)
        return try answer?.decode(String.self) ?? []
    }

    /// Indexes and, where they are of a partitioned table, those of its partitions.
    func parts(of indexes: [String]) async throws -> Set<String> {
        let names = try await database.owner.run(
            """
            select c.relname from pg_class c where c.relname = any (\(indexes))
            union
            select part.relname from pg_class c join pg_inherits h on h.inhparent = c.oid
              join pg_class part on part.oid = h.inhrelid
             where c.relname = any (\(indexes))
            """
        ).decode(String.self)
        return Set(names)
    }

    private static let script =
        """
        insert into accounts.accounts (tenant_id, ban, name)
        select TENANT, md5(n::text || TENANT), 'x' from generate_series(1, 200) n;
        insert into billing.ledger (tenant_id, account_id, source, source_id, currency, available, counter,
                                    counter_account)
        select TENANT, b.account_id, 'payment', gen_random_uuid(), 'USD', 1, -1, 'payments'
          from billing.account_balance b, generate_series(1, 10) where b.tenant_id = TENANT;
        insert into billing.holds (tenant_id, id, account_id, amount, state, ended_at, cdr_id)
        select TENANT, gen_random_uuid(), b.account_id, 1, 'settled', now(), gen_random_uuid()
          from billing.account_balance b, generate_series(1, 10) where b.tenant_id = TENANT;
        insert into routing.routing_requests (tenant_id, requested_at, cdr_id, edge_id, call_id, from_tag, source,
                                              direction, state, account_id, code, snapshot_version, finished_at)
        select TENANT, now() - make_interval(secs => n), gen_random_uuid(), 'x', 'x', 'x', 'x', 'outbound', 'finished',
               a.id, 200, 1, now()
          from accounts.accounts a, generate_series(1, 10) n where a.tenant_id = TENANT;
        insert into cdr.raw_cdr (tenant_id, started_at, id, edge_id, account_id, sip_code, processed_at)
        select tenant_id, requested_at, cdr_id, 'x', account_id, 200, now()
          from routing.routing_requests where tenant_id = TENANT and state = 'finished';
        insert into cdr.enriched_cdr (tenant_id, started_at, id, account_id, direction, disposition, sip_code, currency,
                                      posted_at)
        select tenant_id, started_at, id, account_id, 'outbound', 'answered', 200, 'USD', now()
          from cdr.raw_cdr where tenant_id = TENANT and processed_at is not null;
        insert into routing.rate_deck (tenant_id, deck_id, carrier_trunk_id, prefix, rate, valid_from)
        select TENANT, DECK, CARRIER, '12' || lpad(n::text, 5, '0'), 0.01, '2026-01-01' from generate_series(1, 2000) n;
        insert into numbers.inventory (tenant_id, number)
        select TENANT, '+1' || translate(left(md5(n::text || TENANT), 13), 'abcdef', '012345')
          from generate_series(1, 400) n;
        insert into numbers.dids (tenant_id, account_id, number)
        select TENANT, (select id from accounts.accounts where tenant_id = TENANT limit 1), i.number
          from numbers.inventory i where i.tenant_id = TENANT and i.status = 'available';
        """
}
