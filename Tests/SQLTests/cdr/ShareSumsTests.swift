import Postgres
import TestSupport
import Testing

/// cdr.share_sums: any number may share the sums of a tenant, and nobody changes them meanwhile.
@Suite(.database) struct ShareSumsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `who shares lets others share, and nobody sum up anew`() async throws {
        let book: Book = try await db.book()
        let share: SQL = "select cdr.share_sums(\(book.tenant.id))"
        let take: SQL = "select from cdr.summary_states where tenant_id = \(book.tenant.id) for update nowait"
        try await db.engine.run(share)
        try await db.engine.transaction { session in
            try await session.run(share)
            try await db.engine.run(share)
            let refusal = try await Refusal.of { try await db.engine.run(take) }
            #expect(refusal == Refusal("55P03"))
        }
        #expect(try await db.engine.run(take).count == 1)
    }
}
