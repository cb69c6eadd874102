import Postgres
import TestSupport
import Testing

/// billing.await_writers: whoever had begun to write has ended.
@Suite(.database) struct AwaitWritersTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `gives up while a transaction from before still writes`() async throws {
        let book = try await db.book()
        try await db.owner.lease { writer in
            try await writer.run("begin")
            try await writer.run("select pg_current_xact_id()")
            #expect(try await book.refusal("select billing.await_writers('100 ms')") == Refusal("55P03"))
            try await writer.run("rollback")
        }
        try await book.run("select billing.await_writers()")
    }
}
