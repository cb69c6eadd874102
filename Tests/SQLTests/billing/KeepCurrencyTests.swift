import Foundation
import Postgres
import TestSupport
import Testing

/// Trigger billing.keep_currency: an account keeps the currency that its balance was opened in.
@Suite(.database) struct KeepCurrencyTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `another currency is refused, the same one is not`() async throws {
        let account = try await db.tenant().account()
        #expect(
            try await Refusal.of {
                try await db.owner.run("update accounts.accounts set currency = 'EUR' where id = \(account.id)")
            } == Refusal("23514", "account_keeps_its_currency"))
        try await db.owner.run("update accounts.accounts set currency = 'USD', name = 'New' where id = \(account.id)")
    }
}
