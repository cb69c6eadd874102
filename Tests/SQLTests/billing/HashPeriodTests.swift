import Postgres
import TestSupport
import Testing

/// billing.hash_period: the link of a closed month.
@Suite(.database) struct HashPeriodTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `follows from the sums, the place and the link before`() async throws {
        let book = try await db.book()
        try await book.run(
            """
            insert into billing.ledger (tenant_id, account_id, posted_at, source, source_id, currency)
            values (TENANT, ACCOUNT, '2026-02-15', 'adjustment', ID1, 'USD');
            select billing.close_ledger(TENANT, '2026-02-01', 'x');
            """)
        let hashes = try await book.read(
            """
            select encode(billing.hash_period(TENANT, p.id, p.sequence + v.place, p.period_to, v.before), 'hex')
              from billing.ledger_periods p
             cross join (values (1, 0, null::bytea), (2, 1, null), (3, 0, 'x'), (4, 0, 'y')) v (n, place, before)
             where p.tenant_id = TENANT order by v.n
            """)
        #expect(Set(hashes).count == 4)
        #expect(
            try await book.read("select encode(digest, 'hex') from billing.ledger_periods where tenant_id = TENANT")
                == [hashes[0]])
    }
}
