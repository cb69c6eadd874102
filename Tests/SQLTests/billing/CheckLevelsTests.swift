import Postgres
import TestSupport
import Testing

/// billing.check_levels: what resellers are charged has its debit, its call, and its place on one invoice.
///
/// One test after the other: damage is done with triggers off.
@Suite(.database, .serialized) struct CheckLevelsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let check = "check_levels(TENANT, array[ACCOUNT], '-infinity', 'infinity')"

    private func makeBook() async throws -> Book {
        let book: Book = try await db.book()
        try await book.run(Book.twoCycles + Book.resoldCalls)
        try await book.run(
            """
            select billing.invoice_accounts(TENANT, array[ACCOUNT], '2026-06-05');
            select billing.finalise_invoice(TENANT, i.id) from billing.invoices i where i.tenant_id = TENANT;
            """)
        return book
    }

    static let damages = [
        Damage(statement: "", finds: []),
        Damage(
            statement: "delete from billing.ledger where tenant_id = TENANT and source_id = md5(ID6::text)::uuid",
            finds: ["charge of a reseller without its debit expected 0.04000001"]),
        Damage(
            statement: "delete from cdr.enriched_cdr where tenant_id = TENANT and id = ID6",
            finds: ["charge of a reseller without its call expected 0.04000001"]),
        Damage(
            statement: "update cdr.level_charges set sold_amount = 7 where tenant_id = TENANT and cdr_id = ID6",
            finds: [
                "charge of a reseller does not say what the account below pays expected 0.10000001 found 7.00000000"
            ]),
        Damage(
            statement: "update cdr.level_charges set posted_at = '2026-06-02' where tenant_id = TENANT",
            finds: ["invoice differs from the calls below its account expected 0.12000003 found 0.08000002"]),
        Damage(
            statement: "delete from billing.usage_summary where tenant_id = TENANT",
            finds: ["invoice differs from the calls below its account expected 0.08000002 found 0"]),
    ]

    @Test(arguments: damages) func `each kind of damage is named`(damage: Damage) async throws {
        let book = try await makeBook()
        if !damage.statement.isEmpty { try await book.damage(damage.statement) }
        #expect(try await book.findings(Self.check) == damage.finds)
    }

    @Test func `what lies outside of the time is not looked at`() async throws {
        let book = try await makeBook()
        try await book.damage("delete from cdr.enriched_cdr where tenant_id = TENANT")
        #expect(try await book.findings("check_levels(TENANT, array[ACCOUNT], '2200-01-01', 'infinity')") == [])
    }
}
