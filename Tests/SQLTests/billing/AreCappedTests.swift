import Postgres
import TestSupport
import Testing

/// billing.are_capped: whether what accounts hold is counted by a spend cap.
@Suite(.database) struct AreCappedTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    enum Owner: String, CaseIterable, Sendable { case nobody, account, other, everybody }

    @Test(arguments: Owner.allCases) func `the account's own cap counts, and the operator's`(owner: Owner) async throws
    {
        let tenant = try await db.tenant()
        let (account, other) = (try await tenant.account(), try await tenant.account())
        switch owner {
        case .nobody: break
        case .account: try await tenant.cap("5", of: account)
        case .other: try await tenant.cap("5", of: other)
        case .everybody: try await tenant.cap("5")
        }
        let found = try await db.owner.run("select billing.are_capped(\(tenant.id), \([account.id]))").value(Bool.self)
        #expect(found == (owner == .account || owner == .everybody))
        let both = try await db.owner.run(
            "select billing.are_capped(\(tenant.id), \([other.id, account.id]))"
        ).value(Bool.self)
        #expect(both == (owner != .nobody))
        let strangers = try await db.tenant()
        #expect(
            try await db.owner.run("select billing.are_capped(\(strangers.id), \([account.id]))").value(Bool.self)
                == false)
    }
}
