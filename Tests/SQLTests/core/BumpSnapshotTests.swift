import Foundation
import Postgres
import TestSupport
import Testing

/// core.bump_snapshot: readers of data in memory hear of a change when it is committed, and not before.
@Suite(.database) struct BumpSnapshotTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func version(_ name: String) async throws -> Int? {
        try await db.app.run("select version from core.snapshot_versions where name = \(name)").value(Int.self)
    }

    @Test func `raises the version by one, and starts at one`() async throws {
        #expect(try await db.app.run("select core.bump_snapshot('counted')").value(Int.self) == 1)
        #expect(try await db.engine.run("select core.bump_snapshot('counted')").value(Int.self) == 2)
        #expect(try await version("counted") == 2)
    }

    @Test func `many at once are all counted`() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 { group.addTask { try await db.engine.run("select core.bump_snapshot('busy')") } }
            try await group.waitForAll()
        }
        #expect(try await version("busy") == 20)
    }

    @Test(.timeLimit(.minutes(1))) func `a listener hears of it when it is committed`() async throws {
        struct TakeBack: Error {}
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
        #expect(try await version("never") == nil)
    }
}
