import Foundation
package import Postgres
import Synchronization
package import Telecom

/// Stores what the router decides and holds the money of charged calls, many at once: while one batch is under way the
/// next one gathers, without a timer; `make bench` compares it with one transaction each.
package final class OpenCalls: Sendable {
    private let database: Database
    private let state = Mutex(State())
    private let callsCame = Signal()
    private let notesCame = Signal()
    private let clockIsNeeded = Signal()

    /// How long a call waits for its money before it is refused: the edge gives the router half a second.
    package static let patience = Duration.milliseconds(350)
    /// How many requests one transaction takes.
    private static let batchSize = 256
    /// Charged calls that may wait; the next one is refused.
    private static let maximumWaiting = 4096
    /// Rows without money that are kept while the database is away; beyond it the oldest are dropped, and counted.
    private static let maximumNotes = 20_000
    /// How often calls that wait are looked at.
    private static let tick = Duration.milliseconds(20)

    /// What became of a call's money.
    package enum Held: Sendable, Hashable {
        case money(Money)
        case refused(Refusal)
    }

    /// A call that waits for its money; the queue, its batch and the clock share it.
    fileprivate final class Waiting: Sendable {
        let charged: CallRecord.Charged
        let since = ContinuousClock.now
        private let answer: Mutex<CheckedContinuation<Result<Held, PostgresError>, Never>?>

        init(_ charged: CallRecord.Charged, _ answer: CheckedContinuation<Result<Held, PostgresError>, Never>) {
            self.charged = charged
            self.answer = Mutex(answer)
        }

        /// The first answer counts; `false` when there was one before.
        @discardableResult
        func give(_ result: Result<Held, PostgresError>) -> Bool {
            let waiting = answer.withLock { answer in
                defer { answer = nil }
                return answer
            }
            waiting?.resume(returning: result)
            return waiting != nil
        }
    }

    fileprivate struct State {
        /// In the order of their coming.
        var waiting: [Waiting] = []
        var underWay: [Waiting] = []
        var notes: [CallRecord.Free] = []
        /// Holds whose commit is not known: given back by routing id as soon as the database answers.
        var unsettled: [CallRecord] = []
        var droppedNotes = 0
    }

    /// - Parameter database: as the engine.
    package init(_ database: Database) {
        self.database = database
    }

    /// Stores a charged call and holds its money.
    /// - Returns: the money held, or why there is none (`noBalance`, `spendCap`); nothing has moved then.
    /// - Throws: when the database is away or slow. A hold that may have been placed nevertheless is given back later.
    package func open(_ record: CallRecord, _ charge: Charge) async throws(PostgresError) -> Held {
        let longest = record.decision.maximumDuration(within: charge.wantedHold) ?? 0
        let call = CallRecord.Charged(record: record, charge: charge, maximumSeconds: longest)
        let outcome = await withCheckedContinuation { answer in
            let accepted = state.withLock { state in
                guard state.waiting.count < Self.maximumWaiting else { return false }
                state.waiting.append(Waiting(call, answer))
                return true
            }
            if accepted {
                callsCame.raise()
                clockIsNeeded.raise()
            } else {
                answer.resume(returning: .failure(PostgresError(.exhausted, "too many calls wait for their money")))
            }
        }
        return try outcome.get()
    }

    /// Stores a call that costs nothing or was refused; nobody waits for it.
    package func note(_ record: CallRecord, refusal: Refusal?) {
        state.withLock { $0.add(CallRecord.Free(record: record, refusal: refusal), atMost: Self.maximumNotes) }
        notesCame.raise()
    }

    /// Rows that were given up because the database was away for long.
    package var droppedNotes: Int { state.withLock(\.droppedNotes) }

    /// Does the work until the task is cancelled; whoever waits then is refused.
    package func run() async {
        await withDiscardingTaskGroup { group in
            // Apart, so that rows without money never keep a call waiting for its own.
            group.addTask { await self.callsCame.forEach { while !Task.isCancelled, await self.openNext() {} } }
            group.addTask { await self.notesCame.forEach { while !Task.isCancelled, await self.storeNext() {} } }
            group.addTask { await self.clockIsNeeded.forEach { await self.keepTime() } }
        }
        let rest = state.withLock { state in
            defer { (state.waiting, state.underWay) = ([], []) }
            return state.waiting + state.underWay
        }
        for call in rest { call.give(.failure(PostgresError(.cancelled, "heddle is stopping"))) }
    }

    /// Refuses calls that have waited too long, whatever the database does meanwhile: a session that hangs, or one
    /// that is being opened, must not keep the edge waiting.
    private func keepTime() async {
        while !Task.isCancelled {
            let (queued, sent, isIdle) = state.withLock { $0.takeLate(before: .now - Self.patience) }
            for call in queued { fail(call, PostgresError(.unavailable, "the database did not take the call in time")) }
            for call in sent { fail(call, PostgresError(.timedOut, "the database did not answer in time")) }
            if isIdle { return }
            try? await Task.sleep(for: Self.tick)  // a cancelled sleep ends the loop
        }
    }

    /// One batch of calls; `false` when nobody waits.
    private func openNext() async -> Bool {
        let calls = state.withLock { $0.takeCalls(Self.batchSize) }
        if calls.isEmpty { return false }
        await open(calls)
        state.withLock { $0.underWay = [] }
        return true
    }

    /// One transaction for all, a statement for each tenant. Tenants and, in each, accounts are locked in the order of
    /// their ids, so that two routers never wait for each other in a circle.
    private func open(_ calls: [Waiting]) async {
        do {
            let held = try await hold(calls)
            for call in calls { call.give(.success(held[call.charged.record.routingID] ?? .refused(.noBalance))) }
        } catch  where error.code == .server && calls.count > 1 {
            // One bad row must not refuse the others.
            for call in calls { await open([call]) }
        } catch {
            for call in calls { fail(call, error) }
        }
    }

    /// What each routing id was granted.
    private func hold(_ calls: [Waiting]) async throws(PostgresError) -> [UUID: Held] {
        let tenants = Dictionary(grouping: calls, by: \.charged.record.tenantID).sorted { $0.key < $1.key }
        let waited = calls.map { ContinuousClock.now - $0.since }.max() ?? .zero
        let results = try await database.run(
            tenants.map { CallRecord.openSQL($0.value.map(\.charged), of: $0.key) },
            deadline: max(Self.patience - waited, .milliseconds(50)))
        var held: [UUID: Held] = [:]
        for rows in results {
            for (id, amount, reason) in try rows.decode(UUID.self, Money?.self, String.self) {
                // A call that wants nothing holds nothing, and is not refused.
                let refusal = [Refusal.noBalance, .spendCap].first { $0.reason == reason }
                held[id] = refusal.map { .refused($0) } ?? .money(amount ?? .zero)
            }
        }
        return held
    }

    private func fail(_ call: Waiting, _ error: PostgresError) {
        guard call.give(.failure(error)) else { return }
        state.withLock { state in
            let record = call.charged.record
            // Beyond the bound the call's CDR, or the look for lost calls, gives the hold back.
            if error.outcomeIsUnknown, state.unsettled.count < Self.maximumNotes {
                state.unsettled.append(record)
            } else {
                state.add(CallRecord.Free(record: record, refusal: .databaseAway), atMost: Self.maximumNotes)
            }
        }
        notesCame.raise()
    }

    /// One batch of rows without money; `false` when there are none, or the database is away.
    private func storeNext() async -> Bool {
        let (notes, unsettled) = state.withLock { $0.takeNotes(Self.batchSize) }
        if notes.isEmpty && unsettled.isEmpty { return false }
        var left = (notes: notes[...], unsettled: unsettled[...])
        do {
            while let record = left.unsettled.first {
                try await settle(record)
                left.unsettled.removeFirst()
            }
            if !notes.isEmpty { try await store(notes) }
            return true
        } catch {
            state.withLock { state in
                state.notes.insert(contentsOf: left.notes, at: 0)
                state.unsettled.insert(contentsOf: left.unsettled, at: 0)
            }
            try? await Task.sleep(for: .milliseconds(100))  // a cancelled sleep ends the loop above
            notesCame.raise()
            return false
        }
    }

    /// Gives back the hold of a call that was refused because its outcome was unknown.
    ///
    /// The row goes first. If the hold's transaction is still to come, it finds the row and fails, hold and all; if it
    /// is under way, the insert waits for it, and the hold is seen.
    private func settle(_ record: CallRecord) async throws(PostgresError) {
        do {
            _ = try await database.run(
                [
                    CallRecord.noteSQL([CallRecord.Free(record: record, refusal: .databaseAway)]),
                    "select billing.release_hold(\(record.tenantID), \(record.routingID), \("outcome unknown"))",
                ], deadline: Self.storeLimit)
        } catch  where error.isAboutTheData {
            return  // what is refused now is refused again
        }
    }

    private func store(_ notes: [CallRecord.Free]) async throws(PostgresError) {
        do {
            _ = try await database.run(CallRecord.noteSQL(notes), deadline: Self.storeLimit)
        } catch  where error.isAboutTheData && notes.count > 1 {
            // One bad row must not cost the others theirs.
            for note in notes { try await store([note]) }
        } catch  where error.isAboutTheData {
            return  // what is refused now is refused again
        }
    }

    private static let storeLimit = Duration.seconds(2)
}

extension OpenCalls.State {
    /// Drops the oldest when there are too many: they are for people, and no money is in them.
    fileprivate mutating func add(_ note: CallRecord.Free, atMost limit: Int) {
        if notes.count >= limit {
            notes.removeFirst(limit / 10)
            droppedNotes += limit / 10
        }
        notes.append(note)
    }

    fileprivate mutating func takeCalls(_ size: Int) -> [OpenCalls.Waiting] {
        underWay = Array(waiting.prefix(size))
        waiting.removeFirst(underWay.count)
        return underWay
    }

    fileprivate mutating func takeNotes(_ size: Int) -> ([CallRecord.Free], [CallRecord]) {
        let taken = (Array(notes.prefix(size)), Array(unsettled.prefix(size)))
        notes.removeFirst(taken.0.count)
        unsettled.removeFirst(taken.1.count)
        return taken
    }

    /// The calls that came before `limit`: those that were never sent, and those whose answer is missing.
    fileprivate mutating func takeLate(
        before limit: ContinuousClock.Instant
    ) -> (queued: [OpenCalls.Waiting], sent: [OpenCalls.Waiting], isIdle: Bool) {
        let queued = Array(waiting.prefix { $0.since < limit })
        waiting.removeFirst(queued.count)
        let sent = underWay.filter { $0.since < limit }
        underWay.removeAll { $0.since < limit }
        return (queued, sent, waiting.isEmpty && underWay.isEmpty)
    }
}
