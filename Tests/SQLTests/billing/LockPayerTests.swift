import Postgres
import TestSupport
import Testing

/// billing.lock_payer: how an account is and what it pays in, while nobody changes it.
@Suite(.database) struct LockPayerTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let read = "select concat_ws(' ', status, currency) from billing.lock_payer(TENANT, ACCOUNT)"

    @Test func `it says how the account is, and nothing where there is none`() async throws {
        let book = try await db.book()
        #expect(try await book.read(Self.read) == ["active USD"])
        try await book.account.set("suspended")
        #expect(try await book.read(Self.read) == ["suspended USD"])
        #expect(
            try await book.read("select concat_ws(' ', status, currency) from billing.lock_payer(TENANT, ID9)") == [""])
    }

    @Test func `whoever closes the account waits`() async throws {
        let book = try await db.book()
        try await db.owner.transaction { session in
            try await session.run("select billing.lock_payer(\(book.tenant.id), \(book.account.id))")
            let refusal = try await book.refusal(
                "select from accounts.accounts where tenant_id = TENANT and id = ACCOUNT for no key update nowait")
            #expect(refusal == Refusal("55P03"))
        }
    }
}
