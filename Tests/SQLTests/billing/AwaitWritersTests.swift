import Postgres
import TestSupport
import Testing

/// billing.await_writers: whoever is writing to the ledger has ended.
@Suite(.database, .serialized) struct AwaitWritersTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `gives up while a transaction still writes to the ledger`() async throws {
        let book = try await db.book()
        try await db.owner.lease { writer in
            try await writer.run("begin")
            try await writer.run(
                """
                insert into billing.ledger (tenant_id, account_id, source, source_id, currency)
                values (\(book.tenant.id), \(book.account.id), 'adjustment', core.uuid_v7(), 'USD')
                """)
            #expect(try await book.refusal("select billing.await_writers('100 ms')") == Refusal("55P03"))
            try await writer.run("rollback")
        }
        try await book.run("select billing.await_writers()")
    }

    @Test func `who writes elsewhere or only reads is not waited for, nor is the one that asks`() async throws {
        let book = try await db.book()
        let other = try await db.book()
        try await db.owner.lease { writer in
            try await writer.run("begin")
            try await writer.run("insert into billing.rate_plans (tenant_id, name) values (\(other.tenant.id), 'x')")
            try await writer.run("select count(*) from billing.ledger")
            try await book.run(
                """
                insert into billing.ledger (tenant_id, account_id, source, source_id, currency)
                values (TENANT, ACCOUNT, 'adjustment', ID1, 'USD');
                select billing.await_writers('100 ms');
                """)
            try await writer.run("rollback")
        }
    }
}
