import Postgres
import TestSupport
import Testing

/// billing.rerated_by: what runs changed of a call's price beside its posting.
@Suite(.database) struct ReratedByTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let sum =
        """
        select distinct billing.rerated_by(TENANT, e.started_at, e.id)::numeric(18, 8)::text
          from cdr.enriched_cdr e where e.tenant_id = TENANT
        """

    @Test func `the differences that were posted, of all runs; and the proof knows them`() async throws {
        let book: Book = try await db.book()
        try await book.run(Book.twoCycles + Book.callsOfTwoCycles + Book.postCalls)
        #expect(try await book.read(Self.sum, as: db.engine) == ["0.00000000"])
        for (run, expected) in [("ID8", "0.10000001"), ("ID9", "0.30000003")] {
            try await book.run(Book.rerateRun.replacing("ID9", with: run) + Book.rerateAll(run: run))
            try await book.run("select billing.post_rerate(TENANT, \(run))", as: db.engine)
            #expect(try await book.read(Self.sum, as: db.engine) == [expected])
        }
        #expect(
            try await book.read("select problem from billing.check_calls(TENANT, '-infinity', 'infinity')") == [])
        #expect(
            try await book.read(
                "select problem from billing.check_entries(TENANT, array[ACCOUNT], '-infinity', 'infinity')") == [])
        // A correction that lacks, and one of another amount.
        try await book.damage(
            """
            update billing.ledger set source_id = gen_random_uuid()
             where id = (select l.id from billing.ledger l where l.tenant_id = TENANT and l.source = 'rerate' limit 1);
            update billing.ledger set available = -0.5, counter = 0.5
             where id = (select l.id from billing.ledger l where l.tenant_id = TENANT and l.source = 'cdr' limit 1)
            """)
        #expect(
            try await book.read(
                "select problem from billing.check_calls(TENANT, '-infinity', 'infinity') order by 1")
                == ["call differs from its correction", "call differs from its debit"])
        #expect(
            try await book.read(
                "select problem from billing.check_entries(TENANT, array[ACCOUNT], '-infinity', 'infinity') order by 1")
                == ["cdr entry differs from its call", "rerate entry without its call"])
    }
}
