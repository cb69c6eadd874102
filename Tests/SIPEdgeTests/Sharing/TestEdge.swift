import Foundation
import SIPEdge
import Synchronization

/// What Kamailio does with limits (deploy/kamailio/kamailio.cfg: TAKE_CHANNEL, TAKE_CALL, CUT_TO_SHARE), without it.
final class TestEdge: ShareHolder {
    fileprivate struct State {
        var shares: [String: (share: Int, limit: Int)] = [:]
        var inUse: [String: Int] = [:]
        var asked: [String: (count: Int, since: Date)] = [:]
        var lease: EdgeLease?
        var generation = ""
        /// The calls of the second that is counted.
        var second: [String: Int] = [:]
        var now: Date
        var isDown = false
        var losesAnswer = false
        var lines = 0
    }

    private let state: Mutex<State>

    /// Happens while a keeper is at work: before and after each step of it.
    let meanwhile = Mutex<@Sendable () async throws -> Void>({})

    init(at now: Date) { state = Mutex(State(now: now)) }

    struct Down: Error {}

    func set(_ shares: [ShareLine], lease: EdgeLease?, generation: String?) async throws -> ShareState {
        try await meanwhile.withLock(\.self)()
        let answer = try apply(shares, lease, generation)
        try await meanwhile.withLock(\.self)()
        return answer
    }

    private func apply(_ shares: [ShareLine], _ lease: EdgeLease?, _ generation: String?) throws -> ShareState {
        try state.withLock { state in
            if state.isDown { throw Down() }
            state.lines += shares.count
            for line in shares { state.shares[line.key] = line.share.map { ($0, line.limit) } }
            if let lease { state.lease = lease }
            if let generation { state.generation = generation }
            if state.losesAnswer, !shares.isEmpty {
                state.losesAnswer = false
                throw Down()
            }
            return ShareState(
                generation: state.generation, inUse: shares.map { state.inUse[$0.key, default: 0] })
        }
    }

    func clearShares() async throws {
        try state.withLock { state in
            if state.isDown { throw Down() }
            state.shares = [:]
        }
    }

    func asked() async throws -> [String: Int] {
        try state.withLock { state in
            if state.isDown { throw Down() }
            state.asked = state.asked.filter { state.now.timeIntervalSince($0.value.since) <= 2 }
            return state.asked.mapValues(\.count)
        }
    }

    /// A new call of a limit of so many channels, or calls per second.
    /// - Returns: whether it is let in.
    func take(_ key: String, limit: Int) -> Bool {
        state.withLock { state in
            let isRate = key.hasPrefix("cps:")
            var limit = limit
            let now = Int(state.now.timeIntervalSince1970)
            let isWhole = state.lease.map { $0.wholeUntil >= now } ?? true
            if !isWhole {
                if isRate { state.note(key) }
                if let lease = state.lease, lease.sharesUntil >= now, let share = state.shares[key] {
                    limit = max(0, min(limit, share.share - max(0, share.limit - limit)))
                } else {
                    limit = 0
                }
            }
            let used = isRate ? state.second[key, default: 0] : state.inUse[key, default: 0]
            let isTaken = used < limit
            if isTaken {
                if isRate { state.second[key, default: 0] += 1 } else { state.inUse[key, default: 0] += 1 }
            }
            if !isWhole, !isRate, !isTaken || (used + 1) * 4 >= limit * 3 { state.note(key) }
            return isTaken
        }
    }

    func end(_ key: String) { state.withLock { $0.inUse[key, default: 0] -= 1 } }

    func inUse(_ key: String) -> Int { state.withLock { $0.inUse[key, default: 0] } }

    /// Whether nobody has told it yet what it may use.
    var isUntold: Bool { state.withLock { $0.lease == nil } }

    /// Seconds go by.
    func advance(to now: Date) {
        state.withLock { state in
            if Int(now.timeIntervalSince1970) != Int(state.now.timeIntervalSince1970) { state.second = [:] }
            state.now = now
        }
    }

    /// It is killed and started anew: calls and memory are gone.
    func restart(with lease: EdgeLease?) {
        state.withLock { state in
            state = State(now: state.now)
            state.lease = lease
        }
    }

    /// Whether its control interface answers.
    func setDown(_ isDown: Bool) { state.withLock { $0.isDown = isDown } }

    /// Takes the next shares that it is told, and does not say so.
    func loseAnswer() { state.withLock { $0.losesAnswer = true } }

    /// How many lines it was told since the last time.
    func takeLines() -> Int {
        state.withLock { state in
            defer { state.lines = 0 }
            return state.lines
        }
    }

    /// How many shares it has.
    var shareCount: Int { state.withLock { $0.shares.count } }
}

extension TestEdge.State {
    fileprivate mutating func note(_ key: String) {
        if let known = asked[key], now.timeIntervalSince(known.since) <= 2 {
            asked[key] = (known.count + 1, known.since)
        } else {
            asked[key] = (1, now)
        }
    }
}
