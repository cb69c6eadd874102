import Postgres
import TestSupport
import Testing

/// billing.check_calls: what costs something was debited.
@Suite(.database, .serialized) struct CheckCallsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let check = "check_calls(TENANT, '-infinity', 'infinity')"

    @Test(arguments: [
        Damage(statement: "select 1", finds: []),
        Damage(
            statement: "delete from billing.ledger where tenant_id = TENANT and source = 'cdr'",
            finds: ["call without its debit expected 2.50000000"]),
        Damage(
            statement: "update cdr.enriched_cdr set sell_amount = 2 where tenant_id = TENANT",
            finds: ["call differs from its debit expected 2.00000000 found 2.50000000"]),
        Damage(
            statement: "update billing.ledger set source_id = ID1 where tenant_id = TENANT and source = 'cdr'",
            finds: ["call without its debit expected 2.50000000"]),
    ])
    func `a call without its debit is named, with both amounts`(damage: Damage) async throws {
        let book = try await db.postedBook()
        try await book.damage(damage.statement)
        #expect(try await book.findings(Self.check) == damage.finds)
    }

    @Test(arguments: [
        Damage(statement: "select 1", finds: []),
        Damage(
            statement: "delete from billing.ledger where tenant_id = TENANT and source = 'mdr'",
            finds: ["message without its debit expected 0.03150000"]),
        Damage(
            statement: "update messaging.mdr set sell_amount = 1 where tenant_id = TENANT and id = ID1",
            finds: ["message differs from its debit expected 1.00900000 found 0.03150000"]),
    ])
    func `a message without its debit is named, with both amounts`(damage: Damage) async throws {
        let book = try await db.book()
        try await book.postedMessages()
        try await book.damage(damage.statement)
        #expect(try await book.findings(Self.check) == damage.finds)
    }

    @Test func `a call that costs nothing, or is nobody's, needs none`() async throws {
        let book = try await db.postedBook()
        try await book.damage("delete from billing.ledger where tenant_id = TENANT and source = 'cdr'")
        try await book.run("update cdr.enriched_cdr set account_id = null where tenant_id = TENANT")
        #expect(try await book.findings(Self.check) == [])
    }
}
