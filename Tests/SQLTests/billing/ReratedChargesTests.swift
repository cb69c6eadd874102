import Postgres
import TestSupport
import Testing

/// billing.rerated_charges: what runs changed of all prices beside their postings.
///
/// One test after the other: damage is done with triggers off.
@Suite(.database, .serialized) struct ReratedChargesTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let sums = """
        select e.id::text || ' ' || r.amount::numeric(18, 8)
          from billing.rerated_charges(TENANT) r
          join cdr.enriched_cdr e on e.tenant_id = TENANT and e.started_at = r.started_at and e.id = r.charge_id
        """

    /// Both calls are re-rated, the second run changes what the first one made of them.
    private func makeBook() async throws -> Book {
        let book: Book = try await db.book()
        try await book.run(Book.twoCycles + Book.callsOfTwoCycles + Book.postCalls)
        for run in ["ID8", "ID9"] {
            try await book.run(Book.rerateRun.replacing("ID9", with: run) + Book.rerateAll(run: run))
            try await book.run("select billing.post_rerate(TENANT, \(run))", as: db.engine)
        }
        return book
    }

    @Test func `the differences of all runs, of each call`() async throws {
        let book = try await makeBook()
        let calls = try await book.read("select id::text from cdr.enriched_cdr where tenant_id = TENANT order by 1")
        let sums = try await book.read(Self.sums + " order by 1", as: db.engine)
        #expect(sums == calls.map { $0 + " 0.30000003" })
        #expect(!sums.isEmpty)
    }

    @Test func `what is not posted, and what nobody pays, is not among them`() async throws {
        let book = try await makeBook()
        try await book.damage(
            "update billing.rerate_calls set account_id = null where tenant_id = TENANT and rerate_run_id = ID9")
        try await book.run(Book.rerateRun.replacing("ID9", with: "ID7") + Book.rerateAll(run: "ID7"))
        #expect(Set(try await book.read(Self.sums, as: db.engine).map { $0.suffix(10) }) == ["0.10000001"])
    }

    /// A correction in the ledger of which the call itself knows nothing: half of a change is none.
    @Test func `the proof finds a call that is at its price of before`() async throws {
        let book = try await makeBook()
        try await book.damage(
            "update cdr.enriched_cdr set sell_amount = sell_amount - 0.30000003 where tenant_id = TENANT")
        let problems = try await book.read(
            """
            select distinct problem from billing.check_calls(TENANT, '-infinity', 'infinity')
             union
            select problem from billing.check_entries(TENANT, array[ACCOUNT], '-infinity', 'infinity')
            """)
        #expect(problems.contains("call differs from its debit"))
        #expect(problems.contains("cdr entry differs from its call"))
    }
}
