import Postgres
import TestSupport
import Testing

/// billing.release_stray_holds: what no request stands behind is given back.
@Suite(.database, .serialized) struct ReleaseStrayHoldsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let release = "select billing.release_stray_holds()::text"

    @Test(arguments: [
        "delete from routing.routing_requests where tenant_id = TENANT",
        "update routing.routing_requests set state = 'finished', finished_at = now() where tenant_id = TENANT",
    ])
    func `after an hour, once`(ending: String) async throws {
        let book = try await db.postedBook()
        try await book.run(ending)
        #expect(try await book.read(Self.release, as: db.engine) == ["0"])
        try await book.damage(
            "update billing.holds set created_at = now() - interval '61 minutes' where tenant_id = TENANT")
        #expect(try await book.read(Self.release, as: db.engine) == ["1"])
        #expect(try await book.read(Self.release, as: db.engine) == ["0"])
        #expect(try await book.account.balance.held == .zero)
        #expect(try await book.tenant.ledgerFaults() == [])
    }

    @Test func `a call that is open keeps its hold, however long`() async throws {
        let book = try await db.postedBook()
        try await book.damage(
            "update billing.holds set created_at = now() - interval '9 days' where tenant_id = TENANT")
        #expect(try await book.read(Self.release, as: db.engine) == ["0"])
    }
}
