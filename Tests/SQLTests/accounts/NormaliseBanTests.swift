import Foundation
import Postgres
import TestSupport
import Testing

/// Trigger accounts.normalise_ban: who writes a BAN small means the same account.
@Suite(.database) struct NormaliseBanTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func add(_ ban: String, to tenant: Tenant) async throws -> Refusal? {
        try await Refusal.of {
            try await db.owner.run(
                "insert into accounts.accounts (tenant_id, ban, name) values (\(tenant.id), \(ban), 'x')")
        }
    }

    @Test func `small letters and capitals are one BAN, on the whole platform`() async throws {
        let (tenant, other) = (try await db.tenant(), try await db.tenant())
        let ban = "tx-" + tenant.id.uuidString.prefix(8).lowercased()
        #expect(try await add(" \(ban) ", to: tenant) == nil)
        let kept = try await db.owner.run("select ban from accounts.accounts where tenant_id = \(tenant.id)")
        #expect(try kept.decode(String.self) == [ban.uppercased()])
        #expect(try await add(ban.uppercased(), to: tenant) == Refusal("23505", "ban_is_taken_once"))
        let elsewhere = try await add(ban, to: other)
        #expect(elsewhere?.sqlState == "23505")
        #expect(try await add("tx_1", to: tenant) == Refusal("23514", "ban_is_short_and_in_capitals"))
    }

    @Test func `a BAN that is changed is normalised too`() async throws {
        let account = try await db.tenant().account()
        let ban = "n" + account.id.uuidString.prefix(8).lowercased()
        try await db.owner.run("update accounts.accounts set ban = \(ban) where id = \(account.id)")
        let kept = try await db.owner.run("select ban from accounts.accounts where id = \(account.id)")
        #expect(try kept.decode(String.self) == [ban.uppercased()])
    }
}
