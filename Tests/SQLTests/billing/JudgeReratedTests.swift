import Postgres
import TestSupport
import Testing

/// billing.judge_rerated: what becomes of a call when its run is posted.
@Suite(.database) struct JudgeReratedTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// What happens between the run and its posting, and what becomes of the four calls then.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        var before = ""
        let expected: [String]
        var testDescription: String { name }
    }

    private static let changed = "skipped its price was changed since it was rated again"

    static let cases = [
        Case(name: "nothing", expected: ["posted", "posted", "posted", "posted"]),
        Case(
            name: "May is on a draft, without the call that came too late",
            before: "select billing.invoice_accounts(TENANT, array[ACCOUNT], '2026-06-05')",
            expected: Array(repeating: "held on a draft: void it, or finalise it, and post again", count: 2)
                + ["posted", "posted"]),
        Case(
            name: "May is invoiced",
            before: """
                select billing.invoice_accounts(TENANT, array[ACCOUNT], '2026-06-05');
                select billing.finalise_invoice(TENANT, i.id) from billing.invoices i where i.tenant_id = TENANT
                """,
            expected: ["carried", "carried", "posted", "posted"]),
        Case(
            name: "its price was changed",
            before: """
                update cdr.enriched_cdr set sell_amount = 7 where tenant_id = TENANT and started_at >= '2026-06-01'
                """,
            expected: ["posted", "posted", "posted", changed]),
        Case(
            name: "it is somebody else's now",
            before: """
                update cdr.enriched_cdr set account_id = null where tenant_id = TENANT and started_at >= '2026-06-01'
                """,
            expected: ["posted", "posted", "posted", changed]),
        Case(
            name: "it is gone",
            before: "delete from cdr.enriched_cdr where tenant_id = TENANT and started_at >= '2026-06-01'",
            expected: ["posted", "posted", "posted", "skipped the call is gone"]),
    ]

    private func judge(_ book: Book, run: String = "ID9") async throws -> [String] {
        try await book.read(
            """
            select concat_ws(' ', j.state, j.note)
              from billing.judge_rerated(TENANT, \(run), array(select c.id from billing.rerate_calls c
                                                               where c.tenant_id = TENANT and c.rerate_run_id = \(run)
                                                               order by c.started_at)) j
            """, as: db.engine)
    }

    @Test(arguments: cases) func `what becomes of a call`(line: Case) async throws {
        let book: Book = try await db.book()
        try await book.run(Book.twoCycles + Book.callsOfTwoCycles + Book.rerateRun + Book.rerateAll())
        if !line.before.isEmpty { try await book.run(line.before) }
        #expect(try await judge(book) == line.expected)
    }

    @Test func `what a later run has posted is not posted by an earlier one`() async throws {
        let book: Book = try await db.book()
        try await book.run(Book.twoCycles + Book.callsOfTwoCycles + Book.postCalls)
        for run in ["ID8", "ID9"] {
            try await book.run(Book.rerateRun.replacing("ID9", with: run) + Book.rerateAll(run: run))
        }
        _ = try await book.read("select posted::text from billing.post_rerate(TENANT, ID9, 2)", as: db.engine)
        #expect(
            try await judge(book, run: "ID8") == [
                "skipped a later run has posted it", "skipped a later run has posted it", "posted", "posted",
            ])
    }

    @Test func `what was charged beside a call goes on being charged beside it`() async throws {
        let book: Book = try await db.book()
        try await book.run(Book.twoCycles + Book.callsOfTwoCycles + Book.postCalls)
        try await book.run(Book.rerateRun.replacing("ID9", with: "ID8") + Book.rerateAll(run: "ID8"))
        try await book.run(
            """
            update billing.rerate_calls set state = 'carried', replaced = '{}' where tenant_id = TENANT;
            """ + Book.rerateRun + Book.rerateAll())
        #expect(try await Set(judge(book)) == [Self.changed])
        try await book.run(
            """
            update billing.rerate_calls
               set carried_before = 0.10000001, old_sell_amount = 0.20000002, sell_amount = 0.3
             where tenant_id = TENANT and rerate_run_id = ID9
            """)
        #expect(try await Set(judge(book)) == ["carried"])
    }
}
