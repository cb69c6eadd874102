import Foundation
package import Postgres
import Synchronization
package import Telecom

/// Stores what the router decides and holds the money of charged calls, many at once: while one batch is under way the
/// next one gathers; `make bench` compares it with one transaction each.
package final class OpenCalls: Sendable {
    private let database: Database
    private let state = Mutex(State())
    private let callsCame = Signal()
    /// Many wait: while one batch is written to disk, others may be on their way.
    private let batchIsFull = (0..<fullLanes).map { _ in Signal() }
    private let notesCame = Signal()
    private let clockIsNeeded = Signal()

    /// How long a call waits for its money before it is refused: the edge gives the router half a second.
    package static let patience = Duration.milliseconds(350)
    /// How many requests one transaction takes: more make it cheaper by little, and those behind it wait longer.
    package static let batchSize = 256
    /// How many that wait go at once, beside the batch that is under way.
    private static let fullBatch = 64
    /// How many full batches go at once: on one account they wait for each other, but only once their rows are written.
    private static let fullLanes = 2
    /// How many batches are under way at most: so many sessions they are sent on.
    package static let batchesAtOnce = 1 + fullLanes
    /// How many rows without money one transaction takes.
    private static let noteBatchSize = 256
    /// How long after a batch the next one goes that is not full.
    private static let spacing = Duration.milliseconds(8)
    /// Charged calls that may wait; the next one is refused.
    private static let maximumWaiting = 4096
    /// Rows without money that are kept while the database is away; beyond it the oldest are dropped, and counted.
    private static let maximumNotes = 20_000
    /// How long rows without money gather.
    private static let gathering = Duration.milliseconds(10)
    /// How often calls that wait are looked at.
    private static let tick = Duration.milliseconds(20)

    /// What became of a call's money.
    package enum Held: Sendable, Hashable {
        /// And the seconds of bundles that are kept back for it beside.
        case money(Money, included: Int64 = 0)
        case refused(Refusal)
    }

    /// A call that waits for its money; the queue, its batch and the clock share it.
    fileprivate final class Waiting: Sendable {
        let charged: CallRecord.Charged
        let since = ContinuousClock.now
        private let listener: Mutex<Listener?>

        init(_ charged: CallRecord.Charged, _ listener: @escaping Listener) {
            self.charged = charged
            self.listener = Mutex(listener)
        }

        /// The first answer counts; `false` when there was one before.
        @discardableResult
        func give(_ result: Result<Held, PostgresError>) -> Bool {
            let waiting = listener.withLock { listener in
                defer { listener = nil }
                return listener
            }
            waiting?(result)
            return waiting != nil
        }
    }

    /// One batch of each is under way at most.
    fileprivate enum Lane: Hashable {
        case gathered
        case full(Int)
    }

    fileprivate struct State {
        /// In the order of their coming.
        var waiting: [Waiting] = []
        var underWay: [Lane: [Waiting]] = [:]
        var lastBatchAt = ContinuousClock.now
        /// Nobody takes calls any more.
        var isStopped = false
        var notes: [CallRecord.Free] = []
        /// Holds whose commit is not known: given back by routing id as soon as the database answers.
        var unsettled: [CallRecord] = []
        var droppedNotes = 0
    }

    /// - Parameter database: as the engine.
    package init(_ database: Database) {
        self.database = database
    }

    /// Who hears what became of a call's money; it must not keep the others waiting.
    package typealias Listener = @Sendable (Result<Held, PostgresError>) -> Void

    /// Stores a charged call and holds its money.
    /// - Parameter listener: hears of the money held, or why there is none (`noBalance`, `noBalanceAbove`,
    ///   `spendCap`): nothing has moved then. A failure means that the database is away or slow; a hold that may have
    ///   been placed nevertheless is given back later.
    package func open(_ record: CallRecord, _ charge: Charge, then listener: @escaping Listener) {
        let call = CallRecord.Charged(record, charge)
        let place = state.withLock { state in
            guard !state.isStopped, state.waiting.count < Self.maximumWaiting else { return 0 }
            state.waiting.append(Waiting(call, listener))
            return state.waiting.count
        }
        switch place {
        case 0:
            note(record, refusal: .databaseAway)
            listener(.failure(PostgresError(.exhausted, "too many calls wait for their money")))
        case 1:  // whoever takes the first takes all that came after it
            callsCame.raise()
            clockIsNeeded.raise()
        default:
            if place % Self.fullBatch == 0 { batchIsFull[place / Self.fullBatch % Self.fullLanes].raise() }
        }
    }

    /// The same for who can wait.
    /// - Throws: what `then` hears as a failure.
    package func open(_ record: CallRecord, _ charge: Charge) async throws(PostgresError) -> Held {
        try await withCheckedContinuation { answer in
            open(record, charge) { answer.resume(returning: $0) }
        }.get()
    }

    /// Stores a call that costs nothing or was refused; nobody waits for it.
    package func note(_ record: CallRecord, refusal: Refusal?) {
        let isFirst = state.withLock { state in
            state.add(CallRecord.Free(record: record, refusal: refusal), atMost: Self.maximumNotes)
            return state.notes.count == 1
        }
        // Whoever takes the first takes all that came after it.
        if isFirst { notesCame.raise() }
    }

    /// Rows that were given up because the database was away for long.
    package var droppedNotes: Int { state.withLock(\.droppedNotes) }

    /// Does the work until the task is cancelled; whoever waits then is refused.
    package func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.callsCame.forEach { while !Task.isCancelled, await self.openGathered() {} } }
            for (lane, isFull) in self.batchIsFull.enumerated() {
                group.addTask { await isFull.forEach { while !Task.isCancelled, await self.openFull(lane) {} } }
            }
            // Apart, so that rows without money never keep a call waiting for its own.
            group.addTask { await self.notesCame.forEach { while !Task.isCancelled, await self.gatherAndStore() {} } }
            group.addTask { await self.clockIsNeeded.forEach { await self.keepTime() } }
        }
        let rest = state.withLock { state in
            state.isStopped = true
            defer { (state.waiting, state.underWay) = ([], [:]) }
            return state.waiting + state.underWay.values.joined()
        }
        for call in rest { fail(call, PostgresError(.cancelled, "heddle is stopping")) }
    }

    /// Stores what is left when `run` has ended, as far as the database takes it.
    package func finish() async { while await storeNext() {} }

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

    /// The calls that came since the last batch; `false` when nobody waits. A call that comes alone goes at once; where
    /// they come one upon the other, a batch of many costs little more than one of few.
    private func openGathered() async -> Bool {
        let pause = state.withLock { state in
            state.waiting.isEmpty || state.waiting.count >= Self.fullBatch
                ? .zero : state.lastBatchAt + Self.spacing - .now
        }
        if pause > .zero {
            do { try await Task.sleep(for: pause) } catch { return false }
        }
        return await openNext(.gathered, atLeast: 1)
    }

    /// A full batch beside those that are under way; `false` when fewer wait.
    private func openFull(_ lane: Int) async -> Bool { await openNext(.full(lane), atLeast: Self.fullBatch) }

    private func openNext(_ lane: Lane, atLeast count: Int) async -> Bool {
        let calls = state.withLock { $0.takeCalls(lane, atLeast: count, atMost: Self.batchSize) }
        if calls.isEmpty { return false }
        await open(calls)
        state.withLock { $0.underWay[lane] = nil }
        return true
    }

    /// One transaction for all: the rows, then the money, a statement for each tenant. Tenants and, in each, accounts
    /// are locked in the order of their ids, so that two routers never wait for each other in a circle.
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
        let waited = calls.map { ContinuousClock.now - $0.since }.max() ?? .zero
        let deadline = max(Self.patience - waited, .milliseconds(50))
        let calls = calls.map(\.charged)
        if calls.contains(where: { !$0.charge.bundles.isEmpty }) {
            return try await HoldBundledCalls(database, deadline: deadline)(calls)
        }
        return try CallRecord.held(await database.run(CallRecord.holdSQL(calls), deadline: deadline))
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

    /// Nobody waits for these rows, so they gather for a moment: a batch of many costs little more than one of few.
    private func gatherAndStore() async -> Bool {
        if state.withLock({ $0.notes.count < Self.noteBatchSize }) {
            do { try await Task.sleep(for: Self.gathering) } catch { return false }
        }
        return await storeNext()
    }

    /// One batch of rows without money; `false` when there are none, or the database is away.
    private func storeNext() async -> Bool {
        let (notes, unsettled) = state.withLock { $0.takeNotes(Self.noteBatchSize) }
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
                    """
                    delete from billing.bundle_holds
                     where tenant_id = \(record.tenantID) and id = \(record.routingID)
                    """,
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

    fileprivate mutating func takeCalls(
        _ lane: OpenCalls.Lane, atLeast least: Int, atMost most: Int
    ) -> [OpenCalls.Waiting] {
        guard waiting.count >= least else { return [] }
        let taken = Array(waiting.prefix(most))
        waiting.removeFirst(taken.count)
        underWay[lane] = taken
        lastBatchAt = .now
        return taken
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
        let sent = underWay.values.joined().filter { $0.since < limit }
        underWay = underWay.mapValues { calls in calls.filter { $0.since >= limit } }.filter { !$0.value.isEmpty }
        return (queued, sent, waiting.isEmpty && underWay.isEmpty)
    }
}
