import Foundation
import Postgres
import TestSupport
import Testing

/// Trigger accounts.guard_document: what a document says stays, and it goes only when nothing keeps it.
@Suite(.database) struct GuardDocumentTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private let kept = Refusal("23001", "document_is_kept_until_its_retention_ends")
    private let fixed = Refusal("23001", "document_keeps_its_content")
    private let erasure = "update accounts.documents set status = 'erased', reference = null"
    private let deletion = "delete from accounts.documents"

    /// A tenant with one document.
    private func tenant(_ columns: String = "", _ values: String = "") async throws -> Tenant {
        let tenant = try await db.tenant()
        try await db.owner.run(
            """
            insert into accounts.documents (tenant_id, kind, title, reference, checksum, size_bytes
                                            \(unescaped: columns))
            values (\(tenant.id), 'contract', 'x', 's3:bucket/x', sha256('x'), 1\(unescaped: values))
            """)
        return tenant
    }

    private func refusal(of statement: String, _ tenant: Tenant) async throws -> Refusal? {
        try await Refusal.of {
            try await db.owner.run("\(unescaped: statement) where tenant_id = \(tenant.id)")
        }
    }

    @Test(arguments: [
        "reference = 's3:bucket/y'", "checksum = sha256('y')", "size_bytes = 2", "media_type = 'text/plain'",
    ])
    func `its content does not change`(change: String) async throws {
        let tenant = try await tenant()
        #expect(try await refusal(of: "update accounts.documents set \(change)", tenant) == fixed)
        #expect(try await refusal(of: "update accounts.documents set title = 'y', status = 'effective'", tenant) == nil)
    }

    @Test func `it is erased, and keeps its checksum`() async throws {
        let tenant = try await tenant()
        #expect(try await refusal(of: erasure + ", checksum = sha256('y')", tenant) == fixed)
        #expect(try await refusal(of: erasure, tenant) == nil)
        #expect(
            try await refusal(of: "update accounts.documents set reference = 's3:bucket/x'", tenant) == fixed)
        #expect(try await refusal(of: deletion, tenant) == nil)
    }

    @Test(arguments: [
        (", legal_hold", ", true"), (", retain_until", ", now() + interval '1 day'"),
    ])
    func `a legal hold and a retention keep it`(columns: String, values: String) async throws {
        let tenant = try await tenant(columns, values)
        #expect(try await refusal(of: erasure, tenant) == kept)
        #expect(try await refusal(of: deletion, tenant) == kept)
        // Lifting what keeps it and erasing it are two steps.
        #expect(try await refusal(of: erasure + ", legal_hold = false, retain_until = null", tenant) == kept)
        let lifting = "update accounts.documents set legal_hold = false, retain_until = now()"
        #expect(try await refusal(of: lifting, tenant) == nil)
        #expect(try await refusal(of: deletion, tenant) == nil)
    }

    @Test func `the purge of a tenant waits for it, and takes it along when nothing keeps it`() async throws {
        let tenant = try await tenant(", legal_hold", ", true")
        try await tenant.makePurgeable()
        let purge: SQL = "delete from core.tenants where id = \(tenant.id)"
        let refused = try await Refusal.of { _ = try await db.owner.run(purge) }
        #expect(refused?.constraint == "tenant_is_deleted_by_purge_only")
        try await db.owner.run(
            "update accounts.documents set legal_hold = false, retain_until = null where tenant_id = \(tenant.id)")
        try await db.owner.run(purge)
        let left = try await db.owner.run(
            "select count(*) from accounts.documents where tenant_id = \(tenant.id)"
        ).value(Int.self)
        #expect(left == 0)
    }
}
