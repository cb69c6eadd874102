import Foundation
import Postgres
import TestSupport
import Testing

/// core.create_monthly_partition: a month of one table, whatever has been written before it was there.
///
/// One test after the other: a month is attached under locks on the default partition and on the tables it has keys to,
/// and a transaction that writes both, as the one that fills every table, can meet it in a circle.
@Suite(.database, .serialized) struct CreateMonthlyPartitionTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    static let timeTables = [
        "audit.api_request_log", "audit.audit_log", "cdr.enriched_cdr", "cdr.level_charges", "cdr.raw_cdr",
        "cdr.vendor_cdr", "compliance.checks", "compliance.stir_shaken_status", "integration.deliveries",
        "integration.delivery_attempts", "integration.events", "messaging.mdr", "messaging.mdr_parts",
        "messaging.webhook_attempts", "routing.routing_requests", "tracking.bids", "tracking.call_legs",
        "tracking.calls", "tracking.ring_tree_attempts", "tracking.visitor_sessions",
    ]

    private func create(_ table: String, _ month: String, as client: Database? = nil) async throws -> Bool? {
        try await (client ?? db.engine).run(
            "select core.create_monthly_partition(\(table)::regclass, \(month)::date)"
        ).value(Bool.self)
    }

    @Test(arguments: timeTables) func `makes a month once, with bounds in UTC`(table: String) async throws {
        #expect(try await create(table, "2031-02-17") == true)
        #expect(try await create(table, "2031-02-01") == false)
        #expect(try await create(table, "2031-02-28") == false)
        let bounds = try await db.owner.run(
            """
            select pg_get_expr(c.relpartbound, c.oid) from pg_class c
             where c.oid = (\(table) || '_p203102')::regclass
            """
        ).value(String.self)
        #expect(bounds == "FOR VALUES FROM ('2031-02-01 00:00:00+00') TO ('2031-03-01 00:00:00+00')")
    }

    /// What its table has, the partition has: or a row would be treated otherwise by the accident of its month.
    @Test(arguments: timeTables) func `a month has the keys, checks, indexes and triggers of its table`(table: String)
        async throws
    {
        _ = try await create(table, "2031-03-01")
        let differences = try await db.owner.run(
            """
            with part as (select (\(table) || '_p203103')::regclass as oid),
            facts as (
                select false as is_part, 'constraint ' || pg_get_constraintdef(k.oid) as fact
                  from pg_constraint k where k.conrelid = \(table)::regclass
                union all
                select true, 'constraint ' || pg_get_constraintdef(k.oid)
                  from pg_constraint k, part where k.conrelid = part.oid
                union all
                select false, 'trigger ' || t.tgfoid::regproc || t.tgtype from pg_trigger t
                 where t.tgrelid = \(table)::regclass and not t.tgisinternal and t.tgtype & 1 = 1
                union all
                select true, 'trigger ' || t.tgfoid::regproc || t.tgtype from pg_trigger t, part
                 where t.tgrelid = part.oid and not t.tgisinternal
                union all
                select false, 'index ' || i.indkey::text || coalesce(pg_get_expr(i.indpred, i.indrelid), '')
                  from pg_index i where i.indrelid = \(table)::regclass
                union all
                select true, 'index ' || i.indkey::text || coalesce(pg_get_expr(i.indpred, i.indrelid), '')
                  from pg_index i, part where i.indrelid = part.oid
                union all
                select false, 'row security true'
                union all
                select true, 'row security ' || c.relrowsecurity from pg_class c, part where c.oid = part.oid)
            select fact from facts group by fact having count(distinct is_part) = 1 order by 1
            """
        ).decode(String.self)
        #expect(differences == [])
    }

    @Test func `moves the rows that the default partition caught, as they are`() async throws {
        let tenant = try await db.tenant()
        try await tenant.fillEveryTable()
        for table in Self.timeTables {
            let time = try #require(
                try await db.owner.run(
                    """
                    select a.attname::text
                      from pg_partitioned_table p
                      join pg_attribute a on a.attrelid = p.partrelid and a.attnum = p.partattrs[0]
                     where p.partrelid = \(table)::regclass
                    """
                ).value(String.self))
            let strays: SQL =
                """
                select row_to_json(t)::text from \(unescaped: table) t
                 where tenant_id = \(tenant.id) and \(unescaped: time) = '2001-01-01' order by 1
                """
            let before = try await db.owner.run(strays).decode(String.self)
            #expect(before.count == 2)
            #expect(try await create(table, "2001-01-01") == true)
            #expect(try await db.owner.run(strays).decode(String.self) == before)
            let stayed = try await db.owner.run(
                "select count(*) from \(unescaped: table)_default where tenant_id = \(tenant.id)"
            ).value(Int.self)
            #expect(stayed == 0, "\(table)")
            // The default partition is guarded again.
            let disabled = try await db.owner.run(
                """
                select count(*) from pg_trigger
                 where tgrelid = (\(table) || '_default')::regclass and tgenabled <> 'O'
                """
            ).value(Int.self)
            #expect(disabled == 0)
        }
    }

    @Test func `the first and the last instant of a month are its own`() async throws {
        let tenant = try await db.tenant()
        let instants = ["2031-05-01 00:00:00+00", "2031-05-31 23:59:59.999999+00"]
        for (number, instant) in (["2031-04-30 23:59:59.999999+00"] + instants + ["2031-06-01 00:00:00+00"])
            .enumerated()
        {
            try await db.engine.run(
                """
                insert into cdr.raw_cdr (tenant_id, started_at, id, edge_id, sip_code)
                values (\(tenant.id), \(instant)::timestamptz, \(tenant.part(UInt8(number))), 'x', 200)
                """)
        }
        #expect(try await create("cdr.raw_cdr", "2031-05-05") == true)
        let inside = try await db.owner.run("select started_at::text from cdr.raw_cdr_p203105 order by 1").decode(
            String.self)
        #expect(inside == ["2031-05-01 00:00:00+00", "2031-05-31 23:59:59.999999+00"])
    }

    @Test func `many at once make it once, beside writers`() async throws {
        let tenant = try await db.tenant()
        let made = try await withThrowingTaskGroup(of: Bool?.self) { group in
            for number in 0..<8 {
                group.addTask { try await create("cdr.raw_cdr", "2031-07-01") }
                group.addTask {
                    let row: SQL = """
                        insert into cdr.raw_cdr (tenant_id, started_at, id, edge_id, sip_code)
                        values (\(tenant.id), '2031-07-15', \(tenant.part(UInt8(number))), 'x', 200)
                        """
                    do {
                        _ = try await db.engine.run(row)
                    } catch let error as PostgresError where !error.isAboutTheData {
                        _ = try await db.engine.run(row)  // the month was made under way; once is enough
                    }
                    return nil
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(made.count { $0 == true } == 1)
        let rows = try await db.owner.run(
            "select count(*) from cdr.raw_cdr_p203107 where tenant_id = \(tenant.id)"
        ).value(Int.self)
        #expect(rows == 8)
    }

    @Test(arguments: ["accounts.accounts", "billing.ledger", "cdr.raw_cdr_default"])
    func `a table that is not partitioned by time is refused`(table: String) async throws {
        #expect(try await Refusal.of { _ = try await create(table, "2031-01-01") } == Refusal("42809"))
    }

    @Test(arguments: [
        ("null", "'2031-01-01'"), ("'cdr.raw_cdr'", "null"), ("'cdr.raw_cdr'", "'infinity'"),
        ("'cdr.raw_cdr'", "'-infinity'"), ("'cdr.raw_cdr'", "'0044-03-15 BC'"), ("'cdr.raw_cdr'", "'1969-12-31'"),
        ("'cdr.raw_cdr'", "'9999-01-01'"),
    ])
    func `what is no month of a table is refused`(table: String, month: String) async throws {
        let refusal = try await Refusal.of {
            try await db.engine.run(
                "select core.create_monthly_partition(\(unescaped: table)::regclass, \(unescaped: month)::date)")
        }
        #expect(refusal == .badParameter)
    }

    @Test func `the API may not make tables`() async throws {
        #expect(try await Refusal.of { _ = try await create("cdr.raw_cdr", "2031-01-01", as: db.app) } == .notPermitted)
    }
}
