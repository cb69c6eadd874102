import Postgres
import TestSupport
import Testing

/// billing.check_documents: finds what does not agree.
@Suite(.database) struct CheckDocumentsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `a sound book has no fault`() async throws {
        let book: Book = try await db.book()
        try await book.draft("ID1", ["10"])
        try await book.run("select billing.finalise_invoice(TENANT, ID1)", as: db.engine)
        #expect(
            try await book.read("select problem from billing.check_documents(TENANT)", as: db.engine) == [])
    }

    @Test func `what was changed behind the triggers is found`() async throws {
        let book: Book = try await db.book()
        try await book.draft("ID1", ["10"])
        try await book.draft("ID2", ["10"])
        try await book.run("select billing.finalise_invoice(TENANT, ID1)", as: db.engine)
        try await book.run("select billing.finalise_invoice(TENANT, ID2)", as: db.engine)
        try await book.run(
            """
            set local session_replication_role = replica;
            update billing.invoices set paid_amount = 1 where tenant_id = TENANT and id = ID1;
            delete from billing.invoice_items where tenant_id = TENANT and invoice_id = ID1;
            delete from billing.invoices where tenant_id = TENANT and id = ID1;
            update billing.invoices set paid_amount = 1 where tenant_id = TENANT and id = ID2;
            """)
        #expect(
            try await book.read(
                """
                select concat_ws(' ', problem, expected, found) from billing.check_documents(TENANT) order by 1
                """, as: db.engine
            ) == ["invoice payments 1.0000 0", "numbers of invoices 2 1"])
    }
}
