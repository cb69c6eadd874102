import Postgres
import TestSupport
import Testing

/// billing.call_is_reversed: what was taken back is not corrected, nor the other way round.
@Suite(.database) struct CallIsReversedTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let reversal =
        """
        select billing.reverse_posting(TENANT, l.id, gen_random_uuid(), 'no audio')::text from billing.ledger l
          join cdr.enriched_cdr e on e.tenant_id = TENANT and e.id = l.source_id and e.started_at >= '2026-06-01'
         where l.tenant_id = TENANT and l.source = 'cdr'
        """

    private static let isReversed =
        """
        select billing.call_is_reversed(TENANT, e.id)::text from cdr.enriched_cdr e
         where e.tenant_id = TENANT order by e.started_at
        """

    private func makeBook() async throws -> Book {
        let book: Book = try await db.book()
        try await book.run(Book.twoCycles + Book.callsOfTwoCycles + Book.postCalls)
        try await book.run(Book.rerateRun + Book.rerateAll())
        return book
    }

    @Test func `a call that was taken back keeps its price`() async throws {
        let book = try await makeBook()
        try await book.run(Self.reversal)
        #expect(try await book.read(Self.isReversed, as: db.engine) == ["false", "false", "false", "true"])
        try await book.run("select billing.post_rerate(TENANT, ID9)", as: db.engine)
        #expect(
            try await book.rerated() == [
                "posted 0.20000002", "posted 0.20000002", "posted 0.20000002", "skipped 0.10000001 it was taken back",
            ])
        #expect(try await book.account.balance.available == "-0.60000006")
    }

    @Test func `of a call that was taken back the carrier's side is posted all the same`() async throws {
        let book = try await makeBook()
        try await book.run(
            """
            update billing.rerate_calls
               set buy_amount = old_buy_amount + 0.05, buy_rate_id = gen_random_uuid(), buy_rate = 0.05,
                   buy_connect_fee = 0, buy_initial_s = 60, buy_next_s = 60, buy_billed_s = 60
             where tenant_id = TENANT;
            """ + Self.reversal)
        try await book.run("select billing.post_rerate(TENANT, ID9)", as: db.engine)
        #expect(
            try await book.rerated() == [
                "posted 0.20000002", "posted 0.20000002", "posted 0.20000002",
                "posted 0.10000001 it was taken back: what the carrier charges alone",
            ])
        #expect(try await book.account.balance.available == "-0.60000006")
        #expect(try await book.read(Self.buying) == ["0.2 t"])
        #expect(try await book.read("select count(*)::text from billing.check_ledger(TENANT)") == ["0"])
    }

    @Test func `a call whose difference is charged beside it is not taken back by its old price`() async throws {
        let book = try await makeBook()
        try await book.run(
            """
            select billing.invoice_accounts(TENANT, array[ACCOUNT], '2026-06-05');
            select billing.finalise_invoice(TENANT, i.id) from billing.invoices i where i.tenant_id = TENANT;
            select billing.invoice_accounts(TENANT, array[ACCOUNT], '2026-07-05');
            select billing.finalise_invoice(TENANT, i.id) from billing.invoices i
             where i.tenant_id = TENANT and i.status = 'draft';
            """)
        #expect(try await book.refusal(Self.reversal) == Refusal("23514", "invoiced_sale_is_not_reversed"))
        try await book.run("select billing.post_rerate(TENANT, ID9)", as: db.engine)
        #expect(try await book.rerated() == Array(repeating: "carried 0.10000001", count: 4))
        try await book.run(
            """
            select billing.void_invoice(TENANT, i.id, 'x') from billing.invoices i
             where i.tenant_id = TENANT order by i.created_at desc limit 1
            """)
        #expect(try await book.refusal(Self.reversal) == Refusal("23514", "rerated_call_is_not_reversed"))
    }

    /// By how much carriers charge more than before the run, and by how much the sums differ from that.
    private static let buying = """
        select concat_ws(' ', (select sum(e.buy_amount - c.old_buy_amount)::float from cdr.enriched_cdr e
                                 join billing.rerate_calls c on c.tenant_id = TENANT and c.cdr_id = e.id
                                where e.tenant_id = TENANT),
                         (select sum(h.buy_amount) from cdr.hourly_summary h where h.tenant_id = TENANT)
                         - (select sum(e.buy_amount) from cdr.enriched_cdr e where e.tenant_id = TENANT) = 0)
        """

    @Test func `a call whose price was made anew is not taken back by its old one`() async throws {
        let book = try await makeBook()
        try await book.run("select billing.post_rerate(TENANT, ID9)", as: db.engine)
        #expect(try await book.refusal(Self.reversal) == Refusal("23514", "rerated_call_is_not_reversed"))
        #expect(try await book.read(Self.isReversed, as: db.engine) == ["false", "false", "false", "false"])
        #expect(try await book.account.balance.available == "-0.80000008")
    }
}
