import Foundation
import Postgres
import TestSupport
import Testing

/// Trigger core.refuse_tombstone_change: a tombstone stays.
@Suite(.database) struct RefuseTombstoneChangeTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `is refused to everyone`() async throws {
        let gone = UUID()
        try await db.owner.run(
            """
            insert into core.tombstones (tenant_id, slug, name, opened_at, purged_by, row_counts, hash)
            values (\(gone), 'gone', 'Gone', now(), 'test', '{}', sha256('x'))
            """)
        let refused = Refusal("23001", "tombstones_is_append_only")
        for statement: SQL in [
            "update core.tombstones set name = 'x' where tenant_id = \(gone)",
            "delete from core.tombstones where tenant_id = \(gone)", "truncate core.tombstones",
        ] {
            #expect(try await Refusal.of { try await db.owner.run(statement) } == refused)
        }
        #expect(
            try await Refusal.of { try await db.app.run("select count(*) from core.tombstones") } == .notPermitted)
    }
}
