import Postgres
import TestSupport
import Testing

/// billing.account_statement: what was owed, what came, what is owed.
@Suite(.database) struct AccountStatementTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let statement =
        """
        select concat_ws(' ', (statement ->> 'balance_before')::numeric(12, 2),
                         (statement ->> 'payments')::numeric(12, 2),
                         (statement ->> 'refunds')::numeric(12, 2), (statement ->> 'credits')::numeric(12, 2),
                         (statement ->> 'voided')::numeric(12, 2), (statement ->> 'balance')::numeric(12, 2))
          from billing.invoices where tenant_id = TENANT and id = NAME
        """

    private func finalised(_ book: Book, _ name: String, _ amount: String) async throws -> String {
        try await book.draft(name, [amount])
        try await book.run("select billing.finalise_invoice(TENANT, \(name))", as: db.engine)
        return try await book.read(Self.statement.replacing("NAME", with: name))[0]
    }

    @Test func `each invoice begins with what the one before ended with`() async throws {
        let book: Book = try await db.book()
        #expect(try await finalised(book, "ID1", "100") == "0.00 0.00 0.00 0.00 0.00 100.00")
        #expect(try await finalised(book, "ID2", "10") == "100.00 0.00 0.00 0.00 0.00 110.00")
        try await book.run(
            """
            select billing.void_invoice(TENANT, ID2, 'x');
            insert into billing.payments (tenant_id, id, account_id, amount, currency, method, status, received_at)
            values (TENANT, ID7, ACCOUNT, 130, 'USD', 'transfer', 'succeeded', '2020-01-01');
            select billing.refund_payment(TENANT, ID7, ID8, 'refund', 5, 'x');
            """)
        #expect(try await finalised(book, "ID3", "1") == "110.00 130.00 5.00 0.00 10.00 -24.00")
        #expect(try await finalised(book, "ID4", "2") == "-24.00 0.00 0.00 0.00 0.00 -22.00")
    }
}
