import Synchronization

/// What the database said a moment ago: good for a second.
final class RecentlyRead<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Entry {
        let value: Value
        let readAt: ContinuousClock.Instant
    }

    private let entries = Mutex<[Key: Entry]>([:])
    private let validity = Duration.seconds(1)
    private let most = 10_000

    /// The value, read anew when it is older; what cannot be read is not kept.
    func value(_ key: Key, _ read: () async throws -> Value) async throws -> Value {
        let now = ContinuousClock.now
        if let entry = entries.withLock({ $0[key] }), entry.readAt + validity > now { return entry.value }
        let value = try await read()
        entries.withLock { entries in
            if entries.count >= most { entries = entries.filter { $0.value.readAt + validity > now } }
            if entries.count < most { entries[key] = Entry(value: value, readAt: now) }
        }
        return value
    }
}

/// What is noted once a minute at most.
final class NotedLately<Key: Hashable & Sendable>: Sendable {
    private let noted = Mutex<[Key: ContinuousClock.Instant]>([:])
    private let pause = Duration.seconds(60)
    private let most = 10_000

    /// Whether it is a minute ago that this was asked of a key.
    func isDue(_ key: Key) -> Bool {
        let now = ContinuousClock.now
        return noted.withLock { noted in
            if let before = noted[key], before + pause > now { return false }
            if noted.count >= most { noted = noted.filter { $0.value + pause > now } }
            noted[key] = now
            return true
        }
    }
}
