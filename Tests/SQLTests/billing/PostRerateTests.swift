import Postgres
import TestSupport
import Testing

/// billing.post_rerate: the differences of a run reach calls, sums and ledger, each once.
@Suite(.database) struct PostRerateTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// Four calls of May and June, posted, and a run at twice the price.
    private func makeBook() async throws -> Book {
        let book: Book = try await db.book()
        try await book.run(Book.twoCycles + Book.callsOfTwoCycles + Book.postCalls)
        try await book.run(Book.rerateRun + Book.rerateAll())
        return book
    }

    private func post(_ book: Book, run: String = "ID9", limit: Int = 100) async throws -> [String] {
        try await book.read(
            "select concat_ws(' ', posted, carried, held, skipped, is_done) from billing.post_rerate(TENANT, \(run), "
                + "\(limit))", as: db.engine)
    }

    /// Of all calls: what they cost, what the ledger has of them, and what the sums by hour and day have.
    private func sums(_ book: Book) async throws -> [String] {
        try await book.read(
            """
            select concat_ws(' ', (select sum(e.sell_amount) from cdr.enriched_cdr e where e.tenant_id = TENANT),
                             (select sum(l.counter) from billing.ledger l
                               where l.tenant_id = TENANT and l.source in ('cdr', 'rerate')),
                             (select sum(h.sell_amount) from cdr.hourly_summary h where h.tenant_id = TENANT),
                             (select sum(d.sell_amount) from cdr.daily_summary d where d.tenant_id = TENANT),
                             (select count(*) from billing.check_ledger(TENANT)))
            """)
    }

    @Test func `calls, sums and ledger get the new price, and a repeat does nothing`() async throws {
        let book = try await makeBook()
        #expect(try await post(book) == ["4 0 0 0 t"])
        let expected = ["0.80000008 0.80000008 0.80000008 0.80000008 0"]
        #expect(try await sums(book) == expected)
        #expect(try await post(book) == ["0 0 0 0 t"])
        #expect(try await sums(book) == expected)
        #expect(
            try await book.read(
                "select state || ' ' || (posted_at is not null) from billing.rerate_runs where tenant_id = TENANT")
                == ["posted true"])
        #expect(
            try await book.read(
                """
                select distinct concat_ws(' ', replaced ->> 'sell_amount', replaced ->> 'sell_rate', e.sell_rate)
                  from billing.rerate_calls c
                  join cdr.enriched_cdr e on e.tenant_id = TENANT and e.started_at = c.started_at and e.id = c.cdr_id
                 where c.tenant_id = TENANT
                """) == ["0.10000001 0.10000000 0.20000000"])
    }

    @Test func `batches follow each other, and one that fails leaves nothing`() async throws {
        let book = try await makeBook()
        #expect(try await post(book, limit: 3) == ["3 0 0 0 f"])
        struct TakeBack: Error {}
        await #expect(throws: TakeBack.self) {
            try await db.engine.transaction { session in
                try await session.run(
                    "select from billing.post_rerate(\(book.tenant.id), \(book.tenant.part(9)), 3)")
                throw TakeBack()
            }
        }
        #expect(
            try await book.read("select state::text from billing.rerate_runs where tenant_id = TENANT") == ["posting"])
        #expect(try await sums(book)[0].hasPrefix("0.70000007 0.70000007 0.60000006"))
        #expect(try await post(book, limit: 3) == ["1 0 0 0 t"])
        #expect(try await sums(book) == ["0.80000008 0.80000008 0.80000008 0.80000008 0"])
    }

    @Test func `what is invoiced stays, and is charged with the next invoice`() async throws {
        let book = try await makeBook()
        try await book.run(
            """
            select billing.invoice_accounts(TENANT, array[ACCOUNT], '2026-06-05');
            select billing.finalise_invoice(TENANT, i.id) from billing.invoices i where i.tenant_id = TENANT;
            """)
        #expect(try await post(book) == ["2 2 0 0 t"])
        #expect(
            try await book.rerated() == [
                "carried 0.10000001", "carried 0.10000001", "posted 0.20000002", "posted 0.20000002",
            ])
        try await book.run(
            """
            update billing.charges set charged_on = '2026-06-10' where tenant_id = TENANT;
            select billing.invoice_accounts(TENANT, array[ACCOUNT], '2026-07-05');
            """)
        #expect(
            try await book.read(
                """
                select concat_ws(' ', i.kind, i.exact_amount) from billing.invoice_items i
                  join billing.invoices v on v.tenant_id = TENANT and v.id = i.invoice_id and v.status = 'draft'
                 where i.tenant_id = TENANT order by 1
                """) == ["adjustment 0.20000002", "usage 0.40000004"])
    }

    @Test func `a call on a draft waits until the draft is gone`() async throws {
        let book = try await makeBook()
        try await book.run("select billing.invoice_accounts(TENANT, array[ACCOUNT], '2026-06-05')")
        #expect(try await post(book) == ["2 0 2 0 t"])
        #expect(
            try await book.read("select state::text from billing.rerate_runs where tenant_id = TENANT") == ["posting"])
        try await book.run(
            """
            select billing.void_invoice(TENANT, i.id, 'x') from billing.invoices i where i.tenant_id = TENANT;
            update billing.rerate_calls set state = 'pending', note = null where tenant_id = TENANT and state = 'held';
            """)
        #expect(try await post(book) == ["2 0 0 0 t"])
        #expect(
            try await book.read("select state::text from billing.rerate_runs where tenant_id = TENANT") == ["posted"])
        #expect(try await sums(book) == ["0.80000008 0.80000008 0.80000008 0.80000008 0"])
    }

    @Test(arguments: [
        "select from billing.invoice_accounts(TENANT, array[ACCOUNT], '2026-06-05')",
        "select billing.close_cycle(TENANT, ID1, '2026-06-04 04:00+00'), billing.draft_invoice(TENANT, ID1)",
    ])
    func `a cycle that is made and drafted while a run is posted has the new prices`(draft: String) async throws {
        let book = try await makeBook()
        try await book.run("delete from billing.billing_cycles where tenant_id = TENANT")
        try await db.engine.lease { session in
            let pid = try await session.run("select pg_backend_pid()").value(Int.self)
            try await session.run("begin")
            try await session.run("select from billing.post_rerate(\(book.tenant.id), \(book.tenant.part(9)), 100)")
            async let drafted: Void = {
                try await book.run(Book.twoCycles)
                try await book.run(draft, as: db.engine)
            }()
            do {
                try await until("somebody waits, or is through") {
                    try await db.owner.run(
                        """
                        select (select count(*) from pg_stat_activity
                                 where \(pid)::integer = any (pg_blocking_pids(pid)))
                             + (select count(*) from billing.invoices where tenant_id = \(book.tenant.id))
                        """
                    ).value(Int.self) != 0
                }
            } catch {
                try await session.run("rollback")
                throw error
            }
            try await session.run("commit")
            try await drafted
        }
        #expect(
            try await book.read("select exact_amount::text from billing.invoice_items where tenant_id = TENANT")
                == ["0.40000004"])
    }

    @Test func `two at once share the work, and none is posted twice`() async throws {
        let book = try await makeBook()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask { while try await self.post(book, limit: 1) != ["0 0 0 0 t"] {} }
            }
            try await group.waitForAll()
        }
        #expect(try await sums(book) == ["0.80000008 0.80000008 0.80000008 0.80000008 0"])
    }

    @Test func `a run that is not rated, or is by a draft, is not posted`() async throws {
        let book = try await makeBook()
        try await book.run("update billing.rerate_runs set state = 'rating', rated_at = null where tenant_id = TENANT")
        let post = "select from billing.post_rerate(TENANT, ID9)"
        #expect(
            try await book.refusal(post, as: db.engine)?.constraint == "rerate_is_posted_when_it_is_rated")
        try await book.run(
            """
            update billing.rerate_runs
               set state = 'rated', rated_at = now(), rate_plan_id = TENANT, sheet_edition = 1,
                   sheet_version = routing.draft_sheet(TENANT, TENANT)
             where tenant_id = TENANT
            """)
        #expect(
            try await book.refusal(post, as: db.engine)?.constraint == "rerate_is_posted_by_what_may_hold")
        try await book.run("select routing.publish_sheet(TENANT, TENANT, 2)")
        #expect(try await book.refusal(post, as: db.engine) == nil)
    }
}
