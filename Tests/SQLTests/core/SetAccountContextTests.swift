import Foundation
import Postgres
import TestSupport
import Testing

/// core.set_account_context: a reseller's people see its own tree, and nobody else's.
@Suite(.database) struct SetAccountContextTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func seen(_ tenant: UUID, _ account: UUID?) async throws -> Set<UUID> {
        let context: SQL = "select core.set_account_context(\(tenant), \(account), null)"
        let rows = try await db.app.run([context, "select id from accounts.accounts"])
        return Set(try rows[1].decode(UUID.self))
    }

    @Test func `people see their account and all below it`() async throws {
        let tenant = try await db.tenant()
        let reseller = try await tenant.account()
        let branch = try await tenant.account(below: reseller)
        let leaf = try await tenant.account(below: branch)
        let stranger = try await tenant.account()
        #expect(try await seen(tenant.id, reseller.id) == [reseller.id, branch.id, leaf.id])
        #expect(try await seen(tenant.id, branch.id) == [branch.id, leaf.id])
        #expect(try await seen(tenant.id, leaf.id) == [leaf.id])
        #expect(try await seen(tenant.id, stranger.id) == [stranger.id])
    }

    @Test func `a moved branch is seen by its new reseller alone`() async throws {
        let tenant = try await db.tenant()
        let (old, new) = (try await tenant.account(), try await tenant.account())
        let branch = try await tenant.account(below: old)
        try await db.owner.run(
            """
            update accounts.accounts set parent_account_id = \(new.id)
             where tenant_id = \(tenant.id) and id = \(branch.id)
            """)
        #expect(try await seen(tenant.id, old.id) == [old.id])
        #expect(try await seen(tenant.id, new.id) == [new.id, branch.id])
    }

    @Test func `an account that is not there, or another tenant's, shows nothing`() async throws {
        let (tenant, other) = (try await db.tenant(), try await db.tenant())
        let (mine, foreign) = (try await tenant.account(), try await other.account())
        #expect(try await seen(tenant.id, foreign.id) == [])
        #expect(try await seen(other.id, mine.id) == [])
        #expect(try await seen(tenant.id, UUID()) == [])
        #expect(try await seen(tenant.id, nil) == [])
    }

    @Test func `nothing of the wider context stays`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account()
        let user = UUID()
        let settings = try await db.app.run([
            "select core.set_account_context(\(tenant.id), \(account.id), \(user))",
            """
            select current_setting('app.account_scope') || ' ' || current_setting('app.account_ids') || ' '
                   || current_setting('app.user_id')
            """,
        ]).last?.value(String.self)
        #expect(settings == "account \(account.id.uuidString.lowercased()) \(user.uuidString.lowercased())")
    }
}
