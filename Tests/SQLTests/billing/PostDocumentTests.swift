import Postgres
import TestSupport
import Testing

/// billing.post_document: posts what is owed, whatever is left.
@Suite(.database) struct PostDocumentTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let balance =
        """
        select concat_ws(' ', available, overdrawn) from billing.account_balance where tenant_id = TENANT
        """

    private static let faults =
        """
        select problem from billing.check_documents(TENANT) union all select bucket from billing.check_ledger(TENANT)
        """

    @Test func `once for each source, below the limit too, and money that comes in goes on top`() async throws {
        let book: Book = try await db.book()
        #expect(
            try await book.read(
                """
                select billing.post_document(TENANT, ACCOUNT, 'invoice', ID1, -10, 'service_revenue', 'x')::text
                """
            ) == ["true"])
        #expect(
            try await book.read(
                """
                select billing.post_document(TENANT, ACCOUNT, 'invoice', ID1, -10, 'service_revenue', 'x')::text
                """
            ) == ["false"])
        #expect(try await book.read(Self.balance) == ["-10.00000000 10.00000000"])
        #expect(
            try await book.read(
                """
                select billing.post_document(TENANT, ACCOUNT, 'credit_note', ID1, 4, 'service_revenue', 'x')::text
                """
            ) == ["true"])
        #expect(try await book.read(Self.balance) == ["-6.00000000 6.00000000"])
        #expect(try await book.read(Self.faults) == [])
    }

    @Test func `nothing is no posting`() async throws {
        let book: Book = try await db.book()
        #expect(
            try await book.read(
                """
                select billing.post_document(TENANT, ACCOUNT, 'invoice', ID1, 0, 'service_revenue', 'x')::text
                """
            ) == ["false"])
    }

    @Test func `the engine may not call it`() async throws {
        let book: Book = try await db.book()
        #expect(
            try await book.refusal(
                """
                select billing.post_document(TENANT, ACCOUNT, 'invoice', ID1, -1, 'taxes', 'x')
                """, as: db.engine
            ) == .notPermitted)
    }
}
