import Foundation
import Postgres
import TestSupport
import Testing

@testable import Services

/// Rates of keys, of which processes take parts.
@Suite(.database) struct RateSharesTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func tenant() async throws -> RequestScope {
        let id = UUID()
        let slug = "t" + id.uuidString.lowercased()
        try await db.owner.run("insert into core.tenants (id, slug, name) values (\(id), \(slug), 'Test')")
        return RequestScope(tenant: id, actor: "test")
    }

    /// Does something again until it began and ended in one minute, which is the window of a rate.
    private func inOneMinute<Value>(_ work: () async throws -> Value) async throws -> Value {
        while true {
            let minute = Int(Date().timeIntervalSince1970 / 60)
            let value = try await work()
            if Int(Date().timeIntervalSince1970 / 60) == minute { return value }
        }
    }

    @Test(arguments: [1, 7, 40, 500])
    func `all processes together give exactly the rate`(limit: Int) async throws {
        let (given, used) = try await inOneMinute {
            let (scope, key) = (try await tenant(), UUID())
            let given = try await Self.useAll(of: db, key, limit, scope)
            let used = try await db.owner.run(
                "select sum(used)::bigint from queue.rate_counters where tenant_id = \(scope.tenant)"
            ).value(Int.self)
            return (given, used)
        }
        #expect(given == limit)
        #expect(used == limit)
    }

    /// Several processes use a rate at once, until it is refused to all.
    private static func useAll(
        of db: TestDatabase, _ key: UUID, _ limit: Int, _ scope: RequestScope
    ) async throws -> Int {
        let processes = [RateShares(db.app), RateShares(db.app), RateShares(db.app)]
        return try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<12 {
                let process = processes[number % processes.count]
                group.addTask { try await useAll(process, key, limit, scope) }
            }
            return try await group.reduce(0, +)
        }
    }

    /// Uses a rate until it is refused.
    /// - Returns: how often it was not.
    private static func useAll(
        _ process: RateShares, _ key: UUID, _ limit: Int, _ scope: RequestScope
    ) async throws -> Int {
        var given = 0
        do {
            while true {
                let rate = try await process.use(.caller(key), limit: limit, scope)
                #expect(rate.limit == limit && (0..<limit).contains(rate.remaining))
                #expect((1...61).contains(rate.resetSeconds))
                given += 1
            }
        } catch APIRefusal.tooMany(let rate) {
            #expect(rate.limit == limit)
            return given
        }
    }

    @Test func `a busy key costs a statement now and then`() async throws {
        let used = try await inOneMinute {
            let (scope, key) = (try await tenant(), UUID())
            let shares = RateShares(db.app)
            for _ in 0..<1_000 { _ = try await shares.use(.caller(key), limit: 100_000, scope) }
            return try await db.owner.run(
                "select used from queue.rate_counters where tenant_id = \(scope.tenant)"
            ).value(Int.self) ?? 0
        }
        // It has taken ahead, and not much.
        #expect((1_000...2_100).contains(used), "\(used)")
    }

    @Test func `what is used up is refused`() async throws {
        let isRefused = try await inOneMinute {
            let (scope, key) = (try await tenant(), UUID())
            let shares = RateShares(db.app)
            _ = try await shares.use(.caller(key), limit: 1, scope)
            do {
                _ = try await shares.use(.caller(key), limit: 1, scope)
                return false
            } catch is APIRefusal {
                return true
            }
        }
        #expect(isRefused)
    }
}
