import Postgres
import TestSupport
import Testing

/// billing.finalise_invoices: several drafts at once; what becomes of each is in FinaliseInvoiceTests.
@Suite(.database) struct FinaliseInvoicesTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let numbers =
        "select number from billing.finalise_invoices(TENANT, array[ID2, ID1, ID3])"

    @Test func `an account's are numbered by their periods, and each tells of the ones before`() async throws {
        let book: Book = try await db.book()
        for (name, month) in [("ID1", "06"), ("ID2", "05"), ("ID3", "07")] {
            try await book.draft(name, ["10"])
            try await book.run(
                """
                update billing.invoices
                   set period_from = '2026-\(month)-01', period_to = '2026-\(month)-01'::date + interval '1 month'
                 where tenant_id = TENANT and id = \(name)
                """)
        }
        let given = ["INV-000001", "INV-000002", "INV-000003"]
        #expect(try await book.read(Self.numbers, as: db.engine) == given)
        #expect(try await book.read(Self.numbers, as: db.engine) == given)
        #expect(
            try await book.read(
                """
                select concat_ws(' ', number, extract(month from period_from), (statement ->> 'balance')::numeric(9, 2))
                  from billing.invoices where tenant_id = TENANT order by number
                """) == ["INV-000001 5 10.00", "INV-000002 6 20.00", "INV-000003 7 30.00"])
        #expect(try await book.read("select problem from billing.check_documents(TENANT)") == [])
    }

    @Test func `one that is not there stops all`() async throws {
        let book: Book = try await db.book()
        for name in ["ID1", "ID2"] { try await book.draft(name, ["10"]) }
        #expect(try await book.refusal(Self.numbers, as: db.engine) == Refusal("23503"))
        #expect(
            try await book.read("select distinct status from billing.invoices where tenant_id = TENANT") == ["draft"])
    }
}
