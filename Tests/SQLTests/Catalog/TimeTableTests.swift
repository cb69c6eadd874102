import Foundation
import Postgres
import TestSupport
import Testing

/// Tables that grow with time are partitioned by month, and nothing that falls outside is lost or shown.
@Suite(.database) struct TimeTableTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `the time tables are those that are partitioned`() async throws {
        let partitioned = try await db.owner.run(
            "select partrelid::regclass::text from pg_partitioned_table order by 1"
        ).decode(String.self)
        #expect(partitioned == CreateMonthlyPartitionTests.timeTables)
    }

    @Test(arguments: CreateMonthlyPartitionTests.timeTables)
    func `is keyed by tenant, time and id, and has a default partition with row security`(table: String) async throws {
        let facts = try await db.owner.run(
            """
            select (select string_agg(a.attname, ' ' order by k.position)
                      from pg_index i, unnest(i.indkey::int2[]) with ordinality as k (attnum, position)
                      join pg_attribute a on a.attrelid = \(table)::regclass and a.attnum = k.attnum
                     where i.indrelid = p.partrelid and i.indisprimary),
                   (select a.attname from pg_attribute a
                     where a.attrelid = p.partrelid and a.attnum = p.partattrs[0]),
                   (select c.relrowsecurity and not exists (select from pg_policy where polrelid = c.oid)
                      from pg_class c where c.oid = p.partdefid)
              from pg_partitioned_table p where p.partrelid = \(table)::regclass
            """
        ).first(String.self, String.self, Bool?.self)
        let (key, time, hasSafeDefault) = try #require(facts)
        #expect(key == "tenant_id \(time) id")
        #expect(hasSafeDefault == true)
    }

    /// The default partition is there to be watched: this is how a stray row is found.
    @Test func `a row outside every month lands in the default partition`() async throws {
        let tenant = try await db.tenant()
        try await tenant.fillEveryTable()
        for table in CreateMonthlyPartitionTests.timeTables {
            let strays = try await db.owner.run(
                "select count(*) from \(unescaped: table)_default where tenant_id = \(tenant.id)"
            ).value(Int.self)
            #expect(strays == 2, "\(table): rows of 2001, and none of this month")
        }
    }

    @Test func `append-only tables are guarded in all their partitions`() async throws {
        let unguarded = try await db.owner.run(
            """
            select c.oid::regclass::text
              from pg_class c
             where (c.oid in \(unescaped: "('billing.ledger'::regclass, 'audit.audit_log'::regclass)")
                    or c.oid in (select inhrelid from pg_inherits where inhparent = 'audit.audit_log'::regclass))
               -- Before each row, for delete and for update.
               and 27 is distinct from (select bit_or(t.tgtype) & 27 from pg_trigger t
                                         where t.tgrelid = c.oid and t.tgfoid = 'core.refuse_change()'::regprocedure
                                           and t.tgtype & 3 = 3 and t.tgenabled = 'O')
            """
        ).decode(String.self)
        #expect(unguarded == [])
    }
}
