import Foundation
import Postgres
import TestSupport
import Testing

/// ref.view_keys: what the API takes for granted of views is so.
@Suite(.database, .serialized) struct ViewKeyTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// What is said of a view.
    private struct Said {
        let name: String
        let key: [String]
        let filled: [String]
        let since: String?
    }

    private func said() async throws -> [Said] {
        try await db.owner.run(
            "select name, key_columns, filled_columns, since_column from ref.view_keys order by 1"
        ).decode(String.self, [String].self, [String].self, String?.self).map {
            Said(name: $0, key: $1, filled: $2, since: $3)
        }
    }

    @Test func `every view that the API may read has a key, and every key is of such a view`() async throws {
        let views = try await db.owner.run(
            """
            select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
             where c.relkind in ('v', 'm') and n.nspname in (\(unescaped: House.schemaList))
               and has_any_column_privilege('heddle_app', c.oid, 'select')
             order by 1
            """
        ).values(String.self)
        #expect(try await said().map(\.name).sorted() == views.sorted())
    }

    @Test func `the columns are there, and who lists since a time names one`() async throws {
        let wrong = try await db.owner.run(
            """
            select k.name || '.' || c.name
              from ref.view_keys k, unnest(k.key_columns || k.filled_columns || k.since_column) c (name)
             where c.name is not null
               and not exists (select from pg_attribute a
                                where a.attrelid = k.name::regclass and a.attname = c.name and a.attname <> 'tenant_id'
                                  and (c.name is distinct from k.since_column
                                       or a.atttypid in ('timestamptz'::regtype, 'date'::regtype)))
            """
        ).values(String.self)
        #expect(wrong == [])
    }

    /// Two tenants with rows of every view, where nothing but the key tells rows of one apart.
    private func filled() async throws -> [Tenant] {
        let tenants = [try await db.tenant(), try await db.tenant()]
        for tenant in tenants {
            try await tenant.fillEveryTable()
            for (direction, currency) in [("outbound", "USD"), ("outbound", "EUR"), ("inbound", "USD")] {
                for account in [tenant.firstAccount, nil] {
                    try await db.owner.run(
                        """
                        insert into cdr.daily_summary (tenant_id, day, account_id, carrier_trunk_id, direction,
                                                       currency, country, calls, seizures, pdd_histogram, rolled_up_at)
                        select \(tenant.id), current_date - d, \(account), \(tenant.part(4)), \(direction), \(currency),
                               c, 1, 1, array_fill(0, array[21]), now()
                          from generate_series(0, 1) d, unnest(array['', 'US']) c
                        """)
                    try await db.owner.run(
                        """
                        insert into cdr.hourly_summary (tenant_id, bucket_at, account_id, carrier_trunk_id, direction,
                                                        currency, country, calls, pdd_histogram, rolled_up_at)
                        select \(tenant.id), date_trunc('hour', now(), 'UTC') - make_interval(hours => h), \(account),
                               \(tenant.part(4)), \(direction), \(currency), c, 1, array_fill(0, array[21]), now()
                          from generate_series(0, 1) h, unnest(array['', 'US']) c
                        """)
                }
            }
        }
        try await db.engine.run("select reporting.refresh(name) from reporting.reports")
        return tenants
    }

    @Test func `no two rows of a tenant have one key, and what is said to be filled is`() async throws {
        for tenant in try await filled() {
            for view in try await said() {
                let key = view.key.map { "v.\($0)" }.joined(separator: ", ")
                let nulls = (view.key + view.filled).map { "v.\($0)" }.joined(separator: ", ")
                let counts = try await db.app.run([
                    tenant.staff,
                    """
                    select count(*), count(distinct (\(unescaped: key))),
                           count(*) filter (where num_nulls(\(unescaped: nulls)) > 0)
                      from \(unescaped: view.name) v
                    """,
                ]).last?.first(Int.self, Int.self, Int.self)
                let (rows, keys, empty) = try #require(counts)
                #expect(rows > 1 && rows == keys && empty == 0, "\(view.name): \(rows), \(keys), \(empty)")
            }
        }
    }

    /// The context of an account has less, and no other tenant's; without a context there is nothing.
    @Test func `a view shows nothing of another tenant or account`() async throws {
        let tenants = try await filled()
        for view in try await said() where view.name != "reporting.freshness" {
            func tenantsSeen(_ context: SQL) async throws -> [UUID] {
                try await db.app.run([context, "select distinct v.tenant_id from \(unescaped: view.name) v"]).last?
                    .values(UUID.self) ?? []
            }
            for tenant in tenants { #expect(try await tenantsSeen(tenant.staff) == [tenant.id], "\(view.name)") }
            #expect(try await tenantsSeen("select 1") == [], "\(view.name)")
            #expect(try await tenantsSeen(tenants[0].people(of: [UUID()])) == [], "\(view.name)")
        }
    }
}
