import Foundation
import Postgres
import TestSupport
import Testing

/// A context ends with its transaction, however that ends, and is nobody else's on a session that tasks share.
@Suite(.database) struct ContextLifetimeTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let count: SQL = "select count(*) from accounts.accounts"

    /// One session for everything, so that whatever stays behind would be met.
    private func narrow() throws -> Database {
        try db.cluster.client(db.name, role: "heddle_app") {
            $0.sharedConnections = 1
            $0.maximumLeases = 1
        }
    }

    @Test func `is gone after the batch, also when that failed`() async throws {
        let tenant = try await db.tenant()
        _ = try await tenant.account()
        let app = try narrow()
        #expect(try await app.run([tenant.staff, Self.count]).last?.value(Int.self) == 1)
        #expect(try await app.run(Self.count).value(Int.self) == 0)
        _ = try await Refusal.of { _ = try await app.run([tenant.staff, "select 1 / 0"]) }
        #expect(try await app.run(Self.count).value(Int.self) == 0)
        // As a statement of its own it holds for itself only.
        try await app.run(tenant.staff)
        #expect(try await app.run(Self.count).value(Int.self) == 0)
        await app.close()
    }

    @Test func `is gone when a leased session is given back`() async throws {
        struct TakeBack: Error {}
        let tenant = try await db.tenant()
        _ = try await tenant.account()
        let app = try narrow()
        let inside = try await app.transaction(context: tenant.staff) { try await $0.run(Self.count).value(Int.self) }
        #expect(inside == 1)
        #expect(try await app.lease { try await $0.run(Self.count).value(Int.self) } == 0)
        await #expect(throws: TakeBack.self) {
            try await app.transaction(context: tenant.staff) { _ in throw TakeBack() }
        }
        #expect(try await app.lease { try await $0.run(Self.count).value(Int.self) } == 0)
        // A savepoint that is taken back takes its context along.
        let kept = try await app.transaction(context: tenant.staff) { session in
            try await session.run("savepoint before")
            try await session.run("select core.set_context(null, null, null, null)")
            try await session.run("rollback to before")
            return try await session.run(Self.count).value(Int.self)
        }
        #expect(kept == 1)
        await app.close()
    }

    @Test func `is its batch's own among many on shared sessions`() async throws {
        var tenants: [Tenant] = []
        for size in 1...4 {
            let tenant = try await db.tenant()
            for _ in 0..<size { _ = try await tenant.account() }
            tenants.append(tenant)
        }
        try await withThrowingTaskGroup(of: (Int, Int?).self) { group in
            for number in 0..<400 {
                let index = number % 5
                let context = index < 4 ? tenants[index].staff : "select 1"
                group.addTask { [db] in
                    (index < 4 ? index + 1 : 0, try await db.app.run([context, Self.count]).last?.value(Int.self))
                }
            }
            for try await (expected, seen) in group { #expect(seen == expected) }
        }
    }

    /// A prepared statement is planned once for all contexts: its plan must not keep the first one's.
    @Test func `is read anew by a prepared statement`() async throws {
        let (first, second) = (try await db.tenant(), try await db.tenant())
        _ = try await first.account()
        let app = try narrow()
        for _ in 0..<8 {  // more often than it takes to get a generic plan
            #expect(try await app.run([first.staff, Self.count]).last?.value(Int.self) == 1)
            #expect(try await app.run([second.staff, Self.count]).last?.value(Int.self) == 0)
        }
        await app.close()
    }
}
