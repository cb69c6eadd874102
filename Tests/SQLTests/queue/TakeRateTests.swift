import Foundation
import Postgres
import TestSupport
import Testing

/// queue.take_rate: exact, whoever takes.
@Suite(.database) struct TakeRateTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `all that is wanted or nothing`() async throws {
        let book: Book = try await db.book()
        #expect(
            try await book.read(
                """
                select concat_ws(' ', allowed, remaining) from queue.take_rate(TENANT, 'api', 10, 86400, 7)
                """, as: db.engine
            ) == ["t 3"])
        #expect(
            try await book.read(
                """
                select concat_ws(' ', allowed, remaining) from queue.take_rate(TENANT, 'api', 10, 86400, 4)
                """, as: db.engine
            ) == ["f 3"])
        #expect(
            try await book.read(
                """
                select concat_ws(' ', allowed, remaining) from queue.take_rate(TENANT, 'api', 10, 86400, 3)
                """, as: db.engine
            ) == ["t 0"])
        #expect(
            try await book.read(
                """
                select concat_ws(' ', allowed, remaining) from queue.take_rate(TENANT, 'api', 10, 86400, 1)
                """, as: db.engine
            ) == ["f 0"])
        #expect(
            try await book.read(
                """
                select concat_ws(' ', allowed, remaining) from queue.take_rate(TENANT, 'other', 10, 86400, 11)
                """, as: db.engine
            ) == ["f 10"])
        #expect(
            try await book.read(
                """
                select concat_ws(' ', allowed, remaining) from queue.take_rate(TENANT, 'api', 0, 86400, 1)
                """, as: db.engine
            ) == ["f 0"])
    }

    @Test func `the API takes for the tenant of its context alone`() async throws {
        let (mine, other): (Book, Book) = (try await db.book(), try await db.book())
        let people = mine.tenant.people(of: [mine.account.id])
        func take(_ tenant: Tenant, _ context: SQL) async throws -> Refusal? {
            try await Refusal.of {
                _ = try await db.app.run([context, "select * from queue.take_rate(\(tenant.id), 'api', 10, 86400)"])
            }
        }
        for context in [mine.tenant.staff, people] {
            #expect(try await take(mine.tenant, context) == nil)
            #expect(try await take(other.tenant, context) == .notPermitted)
            #expect(try await take(Tenant(id: UUID(), database: db), context) == .notPermitted)
        }
        #expect(try await take(mine.tenant, "select 1") == .notPermitted)
        #expect(
            try await other.read("select count(*)::text from queue.rate_counters where tenant_id = TENANT") == ["0"])
    }

    @Test func `keys, windows and tenants are apart; the window ends when it says`() async throws {
        let book: Book = try await db.book()
        #expect(
            try await book.read(
                """
                select concat_ws(' ', allowed, remaining) from queue.take_rate(TENANT, 'api', 1, 86400, 1)
                """, as: db.engine
            ) == ["t 0"])
        #expect(
            try await book.read(
                """
                select concat_ws(' ', allowed, remaining) from queue.take_rate(TENANT, 'other', 1, 86400, 1)
                """, as: db.engine
            ) == ["t 0"])
        #expect(
            try await book.read(
                """
                select concat_ws(' ', allowed, remaining) from queue.take_rate(TENANT, 'api', 1, 3600, 1)
                """, as: db.engine
            ) == ["t 0"])
        #expect(
            try await book.read(
                """
                select (extract(epoch from reset_at) % 3600 = 0 and reset_at > clock_timestamp()
                    and reset_at <= clock_timestamp() + interval '1 hour')::text from queue.take_rate(TENANT, 'x',
                    1, 3600)
                """, as: db.engine
            ) == ["true"])
    }

    @Test func `what makes no sense is refused, and nobody reads the counters`() async throws {
        let book: Book = try await db.book()
        #expect(
            try await book.refusal(
                """
                select concat_ws(' ', allowed, remaining) from queue.take_rate(TENANT, 'api', -1, 86400, 1)
                """, as: db.engine
            ) == Refusal("22023"))
        #expect(
            try await book.refusal(
                """
                select concat_ws(' ', allowed, remaining) from queue.take_rate(TENANT, 'api', 1, 86400, 0)
                """, as: db.engine
            ) == Refusal("22023"))
        #expect(
            try await book.refusal(
                """
                select concat_ws(' ', allowed, remaining) from queue.take_rate(TENANT, 'api', 1, 0, 1)
                """, as: db.engine
            ) == Refusal("22023"))
        #expect(
            try await book.refusal("select used from queue.rate_counters", as: db.app)
                == .notPermitted)
    }

    @Test func `of many at once exactly as many as there are get one`() async throws {
        let book: Book = try await db.book()
        let answers: [String] = try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<100 {
                group.addTask {
                    try await book.read(
                        "select allowed::text from queue.take_rate(TENANT, 'race', 37, 86400, 1)", as: db.engine)
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(answers.count { $0 == "true" } == 37)
    }
}
