import Foundation
import Postgres
import TestSupport
import Testing

/// core.bump_snapshot: readers of data in memory hear of a change when it is committed, and not before.
@Suite(.database) struct BumpSnapshotTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func version(_ name: String) async throws -> Int? {
        try await db.engine.run("select version from core.snapshot_versions where name = \(name)").value(Int.self)
    }

    /// Names of data that is served from memory are made by migrations.
    private func name(_ name: String) async throws {
        try await db.owner.run("insert into core.snapshot_versions (name) values (\(name))")
    }

    @Test func `raises the version by one`() async throws {
        try await name("counted")
        #expect(try await db.app.run("select core.bump_snapshot('counted')").value(Int.self) == 2)
        #expect(try await db.engine.run("select core.bump_snapshot('counted')").value(Int.self) == 3)
        #expect(try await version("counted") == 3)
    }

    @Test func `a name that nothing has is refused, and the API does not see when something changed`() async throws {
        for client in [db.app, db.engine] {
            for statement: SQL in ["select core.bump_snapshot('x')", "select core.bump_snapshot(null)"] {
                #expect(try await Refusal.of { try await client.run(statement) } == .badParameter)
            }
        }
        let refusal = try await Refusal.of { try await db.app.run("select updated_at from core.snapshot_versions") }
        #expect(refusal == .notPermitted)
    }

    @Test func `many at once are all counted`() async throws {
        try await name("busy")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 { group.addTask { try await db.engine.run("select core.bump_snapshot('busy')") } }
            try await group.waitForAll()
        }
        #expect(try await version("busy") == 21)
    }

    @Test(.timeLimit(.minutes(1))) func `a listener hears of it when it is committed`() async throws {
        struct TakeBack: Error {}
        try await name("never")
        try await name("now")
        let (signals, heard) = AsyncStream.makeStream(of: Database.Signal.self)
        let listener = Task { [engine = db.engine] in
            await engine.listen(to: ["heddle_snapshot"]) { heard.yield($0) }
        }
        defer { listener.cancel() }
        var iterator = signals.makeAsyncIterator()
        while await iterator.next() != .connected {}  // it may take another attempt

        await #expect(throws: TakeBack.self) {
            try await db.app.transaction { session in
                try await session.run("select core.bump_snapshot('never')")
                throw TakeBack()
            }
        }
        try await db.app.run("select core.bump_snapshot('now')")
        // Other tests of the suite announce as well; what was taken back is not among what comes before ours.
        var names: [String] = []
        while names.last != "now", let signal = await iterator.next() {
            if case .notified(let notification) = signal { names.append(notification.payload) }
        }
        #expect(!names.contains("never"))
        #expect(try await version("never") == 1)
    }
}
