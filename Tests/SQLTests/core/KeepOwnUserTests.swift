import Foundation
import Postgres
import TestSupport
import Testing

/// Trigger core.keep_own_user: people of an account put nobody's name to what they do but their own people's.
@Suite(.database) struct KeepOwnUserTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func user(of account: Account?, _ tenant: Tenant) async throws -> UUID {
        let id = UUID()
        try await db.owner.run(
            """
            insert into auth.users (tenant_id, id, account_id, email, name)
            values (\(tenant.id), \(id), \(account?.id), \(id.uuidString.lowercased() + "@x.example"), 'x')
            """)
        return id
    }

    private static let refused = Refusal("42501", "people_are_named_by_their_own_account")

    @Test func `a document names one of the account's people as who uploaded it, or nobody`() async throws {
        let tenant = try await db.tenant()
        let (account, other) = (try await tenant.account(), try await tenant.account())
        let own = try await user(of: account, tenant)
        let theirs = try await user(of: other, tenant)
        let staff = try await user(of: nil, tenant)
        func upload(_ user: UUID?, in context: SQL) async throws -> Refusal? {
            try await Refusal.of {
                _ = try await db.app.run([
                    context,
                    """
                    insert into accounts.documents (tenant_id, account_id, kind, title, reference, checksum, size_bytes,
                                                    uploaded_by_user_id)
                    values (\(tenant.id), \(account.id), 'contract', 'x', 'file:x', sha256('x'), 1, \(user))
                    """,
                ])
            }
        }
        let people = tenant.people(of: [account.id])
        #expect(try await upload(own, in: people) == nil)
        #expect(try await upload(nil, in: people) == nil)
        #expect(try await upload(theirs, in: people) == Self.refused)
        #expect(try await upload(staff, in: people) == Self.refused)
        #expect(try await upload(staff, in: tenant.staff) == nil)
    }

    @Test func `what staff wrote stays when the account changes something else`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account()
        let (own, staff) = (try await user(of: account, tenant), try await user(of: nil, tenant))
        try await db.owner.run(
            """
            insert into accounts.documents (tenant_id, id, account_id, kind, title, reference, checksum, size_bytes,
                                            uploaded_by_user_id)
            values (\(tenant.id), \(account.id), \(account.id), 'contract', 'x', 'file:x', sha256('x'), 1, \(staff))
            """)
        func change(_ user: UUID) async throws -> Refusal? {
            try await Refusal.of {
                _ = try await db.app.run([
                    tenant.people(of: [account.id]),
                    """
                    update accounts.documents set title = 'y', uploaded_by_user_id = \(user)
                     where tenant_id = \(tenant.id) and id = \(account.id)
                    """,
                ])
            }
        }
        #expect(try await change(staff) == nil)
        #expect(try await change(own) == nil)
        #expect(try await change(staff) == Self.refused)
    }
}
