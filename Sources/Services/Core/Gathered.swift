import DequeModule
import Postgres
import Synchronization

/// Does what many ask for at the same time in batches: while some are under way, what comes waits, and the next batch
/// takes it. Nothing waits when nothing is under way. A second batch is under way beside the first while so many come
/// that both are large.
///
/// Whoever finds a lane free does a batch, its own first and what waits behind it; then the next that waits takes over.
/// So no task is needed beside those that ask.
final class Gathered<Group: Hashable & Sendable, Item: Sendable, Answer: Sendable>: Sendable {
    /// Does a batch of one group, all of it or nothing.
    /// - Returns: an answer for each item, in their order.
    typealias Work = @Sendable ([Item]) async throws -> [Answer]

    private let lanes: Int
    private let full: Int
    private let most: Int
    private let mostWaiting: Int
    private let work: Work
    private let groups = Mutex<[Group: Queue]>([:])

    /// What is asked for in a group: a class, so that nothing is copied where it is looked at. It stays under the lock.
    private final class Queue {
        var underWay = 1
        var waiting: Deque<Waiting> = []
    }

    private enum Turn {
        case answered(Answer?)
        /// To do the next batch.
        case lead
    }

    private struct Waiting {
        let item: Item
        let continuation: CheckedContinuation<Turn, Never>
    }

    /// - Parameters:
    ///   - lanes: how many batches of a group are under way at a time.
    ///   - full: how many wait when a batch begins beside another one.
    ///   - most: how many items a batch has at most.
    ///   - mostWaiting: how many of a group wait at most.
    init(lanes: Int, full: Int, most: Int, mostWaiting: Int = 1_000, work: @escaping Work) {
        self.lanes = lanes
        self.full = full
        self.most = most
        self.mostWaiting = mostWaiting
        self.work = work
    }

    /// - Returns: `nil` when it was not done: its batch failed, for whatever reason, or too many wait. It is to be done
    ///   alone then, which tells why.
    func callAsFunction(_ item: Item, of group: Group) async -> Answer? {
        if !takeLane(of: group) {
            switch await turn(item, group) {
            case .answered(let answer): return answer
            case .lead: break
            }
        }
        let others = groups.withLock { $0[group]?.waiting.take(most - 1) ?? [] }
        do {
            let answers = try await work([item] + others.map(\.item))
            passLane(of: group)
            for (number, other) in others.enumerated() {
                other.continuation.resume(returning: .answered(answers[number + 1]))
            }
            return answers.first
        } catch {
            if (error as? PostgresError)?.isOfDatabase == true { letGo(group) }
            passLane(of: group)
            for other in others { other.continuation.resume(returning: .answered(nil)) }
            return nil
        }
    }

    private func takeLane(of group: Group) -> Bool {
        groups.withLock { groups in
            guard let queue = groups[group] else {
                groups[group] = Queue()
                return true
            }
            guard queue.underWay < lanes && queue.waiting.count + 1 >= full else { return false }
            queue.underWay += 1
            return true
        }
    }

    /// Waits to be answered, or to lead.
    private func turn(_ item: Item, _ group: Group) async -> Turn {
        await withCheckedContinuation { continuation in
            let early = groups.withLock { groups -> Turn? in
                guard let queue = groups[group] else {  // the last batch ended just now
                    groups[group] = Queue()
                    return .lead
                }
                guard queue.waiting.count < mostWaiting else { return .answered(nil) }
                queue.waiting.append(Waiting(item: item, continuation: continuation))
                return nil
            }
            if let early { continuation.resume(returning: early) }
        }
    }

    /// The database is away or slow: what waits does not wait for that in turns.
    private func letGo(_ group: Group) {
        let waiting = groups.withLock { $0[group]?.waiting.take(mostWaiting) ?? [] }
        for one in waiting { one.continuation.resume(returning: .answered(nil)) }
    }

    /// The first that waits leads the next batch, if there is no other or that is a large one; else the lane is free.
    private func passLane(of group: Group) {
        let next = groups.withLock { groups -> Waiting? in
            guard let queue = groups[group] else { return nil }
            if queue.underWay == 1 || queue.waiting.count >= full, let next = queue.waiting.popFirst() { return next }
            queue.underWay -= 1
            if queue.underWay == 0 { groups[group] = nil }
            return nil
        }
        next?.continuation.resume(returning: .lead)
    }
}

extension PostgresError {
    /// Whether it says something of the database, and nothing of what was asked.
    fileprivate var isOfDatabase: Bool {
        switch code {
        case .unavailable, .connectionLost, .timedOut, .exhausted, .configuration: true
        case .server, .rolledBack, .cancelled, .decoding, .invalidRequest: false
        }
    }
}

extension Deque {
    /// Removes the first ones.
    fileprivate mutating func take(_ most: Int) -> [Element] {
        let taken = Array(prefix(most))
        removeFirst(taken.count)
        return taken
    }
}
