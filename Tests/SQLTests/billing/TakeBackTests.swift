import Postgres
import TestSupport
import Testing

/// billing.take_back: a call is taken back with what resellers were charged for it.
@Suite(.database) struct TakeBackTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static func reversal(_ source: String) -> String {
        """
        select billing.reverse_posting(TENANT, l.id, md5(l.id::text)::uuid, 'no audio')::text from billing.ledger l
         where l.tenant_id = TENANT and l.source = 'cdr' and l.source_id = \(source)
        """
    }

    private static let vouchers =
        """
        select concat_ws(' ', case v.account_id when ACCOUNT then 'reseller' else 'below' end, v.kind, v.amount)
          from billing.vouchers v where v.tenant_id = TENANT order by 1
        """

    private func makeBook() async throws -> Book {
        let book: Book = try await db.book()
        try await book.run(Book.twoCycles + Book.resoldCalls)
        return book
    }

    @Test func `every level gets its money back, once, and its next invoice says so`() async throws {
        let book = try await makeBook()
        #expect(try await book.read(Self.reversal("ID3")) == ["0.10000001"])
        #expect(try await book.read(Self.vouchers) == ["below reversal 0.10000001", "reseller reversal 0.04000001"])
        for source in ["ID3", "md5(ID3::text)::uuid"] {
            #expect(try await book.refusal(Self.reversal(source)) == Refusal("23514", "posting_is_reversed_once"))
            #expect(try await book.read("select billing.call_is_reversed(TENANT, \(source))::text") == ["true"])
        }
        try await book.run("select billing.invoice_accounts(TENANT, array[ACCOUNT], '2026-06-05')")
        #expect(
            try await book.read(
                """
                select concat_ws(' ', kind, exact_amount, posted_amount) from billing.invoice_items
                 where tenant_id = TENANT and account_id = ACCOUNT order by position
                """) == ["usage 0.08000002 0.08000002", "adjustment -0.04000001 -0.04000001"])
        #expect(try await book.account.balance.available == "-0.12000003")
        #expect(try await book.levelFaults() == [])
    }

    @Test func `a level can be taken back alone, and is passed over then`() async throws {
        let book = try await makeBook()
        #expect(try await book.read(Self.reversal("md5(ID3::text)::uuid")) == ["0.04000001"])
        #expect(try await book.read(Self.vouchers) == ["reseller reversal 0.04000001"])
        #expect(try await book.read(Self.reversal("ID3")) == ["0.10000001"])
        #expect(try await book.read(Self.vouchers) == ["below reversal 0.10000001", "reseller reversal 0.04000001"])
        #expect(try await book.levelFaults() == [])
    }

    @Test func `a call that is on the reseller's final invoice is put right by credit notes`() async throws {
        let book = try await makeBook()
        try await book.run(
            """
            select billing.invoice_accounts(TENANT, array[ACCOUNT], '2026-06-05');
            select billing.finalise_invoice(TENANT, i.id) from billing.invoices i where i.tenant_id = TENANT;
            """)
        for source in ["ID3", "md5(ID3::text)::uuid"] {
            #expect(try await book.refusal(Self.reversal(source)) == Refusal("23514", "invoiced_sale_is_not_reversed"))
        }
        #expect(try await book.read(Self.vouchers) == [])
        // One that came too late for it is on none yet.
        #expect(try await book.read(Self.reversal("ID5")) == ["0.10000001"])
    }

    @Test func `a level whose price was made anew is not given back by its old one`() async throws {
        let book = try await makeBook()
        try await book.run(Book.rerateRun + Book.rerateLevels)
        try await book.run("select billing.post_rerate(TENANT, ID9)", as: db.engine)
        #expect(try await book.refusal(Self.reversal("ID3")) == Refusal("23514", "rerated_call_is_not_reversed"))
        #expect(try await book.levelFaults() == [])
    }
}
