import Foundation
import Postgres
import TestSupport
import Testing

/// core.apply_storage: hot tables are stored as ref.storage_settings says, and so are their new months.
@Suite(.database, .serialized) struct ApplyStorageTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func lacking() async throws -> [String] {
        try await db.owner.run(
            """
            select c.oid::regclass::text
              from ref.storage_settings s
              join pg_class owner on owner.oid = to_regclass(s.name)
              join pg_class c on c.relkind = 'r'
                             and (c.oid = owner.oid
                                  or c.oid in (select inhrelid from pg_inherits where inhparent = owner.oid))
             where not s.settings <@ coalesce(c.reloptions, '{}') order by 1
            """
        ).decode(String.self)
    }

    @Test func `nothing lacks its settings, a new month neither`() async throws {
        #expect(try await lacking() == [])
        try await db.engine.run("select core.create_monthly_partition('cdr.raw_cdr', '2033-01-01')")
        #expect(try await lacking() == [])
    }

    @Test func `gives back what was taken away, once`() async throws {
        try await db.owner.run("alter table billing.holds reset (autovacuum_vacuum_scale_factor)")
        #expect(try await db.engine.run("select core.apply_storage('billing.holds')").value(Int.self) == 1)
        #expect(try await db.engine.run("select core.apply_storage()").value(Int.self) == 0)
    }

    @Test func `every row names a table`() async throws {
        let wrong = try await db.owner.run("select name from ref.storage_settings where to_regclass(name) is null")
            .decode(String.self)
        #expect(wrong == [])
    }
}
