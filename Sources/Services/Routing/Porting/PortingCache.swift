import Foundation
import Synchronization
import Telecom

/// Answers that still hold, in bounded memory: those used lately, and those before them, which go when there are too
/// many of the first. Each operator has its own, for it paid for them.
final class PortingCache: Sendable {
    struct Key: Hashable, Sendable {
        let tenant: UUID
        let number: E164
    }

    fileprivate struct Entry {
        let porting: NumberPorting
        /// Seconds since 1970.
        let expires: Double
    }

    fileprivate struct State {
        var recent: [Key: Entry] = [:]
        var older: [Key: Entry] = [:]
    }

    private let state = Mutex(State())
    private let generation: Int

    /// - Parameter generation: how many entries there are before the older half is forgotten.
    init(generation: Int = 200_000) { self.generation = generation }

    func porting(_ key: Key, at now: Double) -> NumberPorting? {
        state.withLock { state in
            if let entry = state.recent[key] { return entry.expires > now ? entry.porting : nil }
            guard let entry = state.older[key], entry.expires > now else { return nil }
            state.add(entry, key, generation)
            return entry.porting
        }
    }

    func store(_ porting: NumberPorting, _ key: Key, until expires: Double) {
        state.withLock { $0.add(Entry(porting: porting.told(by: .cache), expires: expires), key, generation) }
    }

    var count: Int { state.withLock { $0.recent.count + $0.older.count } }
}

extension PortingCache.State {
    fileprivate mutating func add(_ entry: PortingCache.Entry, _ key: PortingCache.Key, _ generation: Int) {
        if recent.count >= generation, recent[key] == nil { (older, recent) = (recent, [:]) }
        recent[key] = entry
    }
}
