import Foundation
import Postgres
import TestSupport
import Testing

/// core.holds_anything: whether anything of a tenant may not go yet.
@Suite(.database) struct HoldsAnythingTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let document = """
        insert into accounts.documents (tenant_id, kind, title, reference, checksum, size_bytes, legal_hold,
                                        retain_until)
        values (TENANT, 'contract', 'x', 'file:x', sha256('x'), 1,
        """
    private static let recording = """
        insert into tracking.recordings (tenant_id, call_started_at, call_id, legal_hold)
        values (TENANT, now(), gen_random_uuid(),
        """

    @Test(arguments: [
        ("select TENANT", false), ("update core.tenants set legal_hold = true where id = TENANT", true),
        (
            """
            insert into core.legal_holds (tenant_id, matter, reason, placed_by) values (TENANT, 'A v B', 'x', 'x')
            """, true
        ),
        (Self.document + " false, null)", false), (Self.document + " false, now() - interval '1 day')", false),
        (Self.document + " true, null)", true), (Self.document + " false, now() + interval '1 day')", true),
        (Self.recording + " false)", false), (Self.recording + " true)", true),
    ])
    func `a hold on it, on a document or a recording`(deed: String, isHeld: Bool) async throws {
        let tenant = try await db.tenant()
        try await db.owner.run(SQL(unescaped: deed.replacing("TENANT", with: "'\(tenant.id)'::uuid")))
        #expect(try await db.owner.run("select core.holds_anything(\(tenant.id))").value(Bool.self) == isHeld)
    }

    @Test func `what is held is not marked for purge`() async throws {
        let tenant = try await db.tenant()
        try await db.owner.run(
            SQL(unescaped: (Self.recording + " true)").replacing("TENANT", with: "'\(tenant.id)'::uuid")))
        try await db.owner.run("select core.close_tenant(\(tenant.id), 'x', interval '0')")
        #expect(
            try await Refusal.of { try await db.owner.run("select core.mark_tenant_for_purge(\(tenant.id))") }
                == Refusal("23001", "held_tenant_is_not_purged"))
    }
}
