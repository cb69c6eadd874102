import Postgres
import TestSupport
import Testing

/// billing.reverse_posting: what was posted is taken back, once, for a reason.
@Suite(.database) struct ReversePostingTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static func reverse(_ source: String) -> String {
        """
        select billing.reverse_posting(TENANT, (select l.id from billing.ledger l where l.tenant_id = TENANT
                                                   and l.source = '\(source)' order by l.id limit 1),
                                       gen_random_uuid(), 'wrong')
        """
    }

    @Test(arguments: [
        ("select billing.top_up(TENANT, ACCOUNT, ID1, 7, 'x')", "payment", "-7.00000000 payments"),
        ("select billing.adjust(TENANT, ACCOUNT, ID1, 3, 'x')", "adjustment", "-3.00000000 adjustments"),
        (
            "select billing.post_calls(TENANT, array[ID1], array[ACCOUNT], array[null::uuid], array[2.5])", "cdr",
            "2.50000000 voice_revenue"
        ),
    ])
    func `the other sign, to where it came from; the balance is as before`(
        posting: String, source: String, reversal: String
    ) async throws {
        let book = try await db.book()
        try await book.run(posting)
        try await book.run(Self.reverse(source))
        #expect(
            try await book.read(
                """
                select concat_ws(' ', l.available, l.counter_account) from billing.vouchers v
                  join billing.ledger l on l.tenant_id = TENANT and l.id = v.posting_id
                 where v.tenant_id = TENANT and v.kind = 'reversal'
                """) == [reversal])
        #expect(try await book.account.balance.available == .zero)
        #expect(try await book.tenant.ledgerFaults() == [])
    }

    @Test func `money that is gone is taken back all the same`() async throws {
        let book = try await db.book()
        try await book.run("select billing.top_up(TENANT, ACCOUNT, ID1, 7, 'x')")
        _ = try await book.account.hold("6")
        try await book.run(Self.reverse("payment"))
        #expect(try await book.account.balance == Balance(available: "-6", held: "6", overdrawn: "6"))
    }

    @Test func `once, and a reversal not at all`() async throws {
        let book = try await db.book()
        try await book.run("select billing.top_up(TENANT, ACCOUNT, ID1, 7, 'x')")
        try await book.run(Self.reverse("payment"))
        #expect(try await book.refusal(Self.reverse("payment")) == Refusal("23514", "posting_is_reversed_once"))
        #expect(try await book.refusal(Self.reverse("adjustment")) == Refusal("23514", "reversal_is_not_reversed"))
    }

    @Test(arguments: [
        (
            """
            insert into billing.payments (tenant_id, id, account_id, amount, currency, method, status)
            values (TENANT, ID1, ACCOUNT, 7, 'USD', 'card', 'succeeded')
            """, "payment"
        ),
        (
            """
            select billing.top_up(TENANT, ACCOUNT, ID1, 7, 'x');
            select billing.place_hold(TENANT, ACCOUNT, ID2, 1, 1)
            """, "hold"
        ),
    ])
    func `what has a document is not reversed beside it`(posting: String, source: String) async throws {
        let book = try await db.book()
        try await book.run(posting)
        #expect(
            try await book.refusal(Self.reverse(source))
                == Refusal("23514", "document_is_not_reversed_in_the_ledger"))
    }

    @Test func `what is not there, or has no reason, is refused`() async throws {
        let book = try await db.book()
        #expect(
            try await book.refusal("select billing.reverse_posting(TENANT, ID1, ID2, 'x')") == Refusal("23503"))
        try await book.run("select billing.adjust(TENANT, ACCOUNT, ID1, 3, 'x')")
        #expect(
            try await book.refusal(Self.reverse("adjustment").replacing("'wrong'", with: "''")) == .badParameter)
    }
}
