import Foundation
package import Postgres
import Synchronization
package import Telecom

/// Stores what the router decides and holds the money of charged calls, many at once: while one batch is under way the
/// next one gathers, without a timer. Measured on one hot account this is 12 to 17 times one transaction each.
package final class OpenCalls: Sendable {
    private let database: Database
    private let state = Mutex(State())
    private let wakeUps: AsyncStream<Void>
    private let wakeUp: AsyncStream<Void>.Continuation

    /// How long a call waits for its money before it is refused: the edge gives the router half a second.
    package static let patience = Duration.milliseconds(350)
    /// How many requests one transaction takes.
    private static let batchSize = 256
    /// Charged calls that may wait; the next one is refused.
    private static let maximumWaiting = 4096
    /// Rows without money that are kept while the database is away; beyond it the oldest are dropped, and counted.
    private static let maximumNotes = 20_000

    fileprivate struct Waiting {
        let record: CallRecord
        let sql: SQL
        /// By which a batch is sorted.
        let account: UUID
        let since = ContinuousClock.now
        let answer: CheckedContinuation<Result<Money?, PostgresError>, Never>
    }

    fileprivate struct State {
        var waiting: [Waiting] = []
        var notes: [SQL] = []
        /// Holds whose commit is not known: given back by routing id as soon as the database answers.
        var unsettled: [SQL] = []
        var droppedNotes = 0
    }

    /// - Parameter database: as the engine.
    package init(_ database: Database) {
        self.database = database
        (wakeUps, wakeUp) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Stores a charged call and holds its money.
    /// - Returns: the money held, `nil` when there is not enough; nothing has moved then.
    /// - Throws: when the database is away or slow. A hold that may have been placed nevertheless is given back later.
    package func open(_ record: CallRecord, _ charge: Charge) async throws(PostgresError) -> Money? {
        let longest = record.decision.maximumDuration(within: charge.wantedHold) ?? 0
        // Long enough that the money of a call in progress is never given away; the reconciler is sooner as a rule.
        let expires = Date(microseconds: record.identity.receivedMicroseconds)
            .addingTimeInterval(Double(record.decision.limits.maximumSeconds) + 3600)
        let sql = record.openSQL(charge, maximumSeconds: longest, expires: expires)
        let account = record.decision.accountID ?? record.tenantID
        let outcome = await withCheckedContinuation { answer in
            let accepted = state.withLock { state in
                guard state.waiting.count < Self.maximumWaiting else { return false }
                state.waiting.append(Waiting(record: record, sql: sql, account: account, answer: answer))
                return true
            }
            if accepted {
                wakeUp.yield()
            } else {
                answer.resume(returning: .failure(PostgresError(.exhausted, "too many calls wait for their money")))
            }
        }
        return try outcome.get()
    }

    /// Stores a call that costs nothing or was refused; nobody waits for it.
    package func note(_ record: CallRecord, refusal: Refusal?) {
        state.withLock { state in
            if state.notes.count >= Self.maximumNotes {
                state.notes.removeFirst(Self.maximumNotes / 10)
                state.droppedNotes += Self.maximumNotes / 10
            }
            state.notes.append(record.noteSQL(refusal: refusal))
        }
        wakeUp.yield()
    }

    /// Rows that were given up because the database was away for long.
    package var droppedNotes: Int { state.withLock(\.droppedNotes) }

    /// Does the work until the task is cancelled; whoever waits then is refused.
    package func run() async {
        for await _ in wakeUps {
            while !Task.isCancelled, await work() {}
        }
        let rest = state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
        for waiting in rest {
            waiting.answer.resume(returning: .failure(PostgresError(.cancelled, "heddle is stopping")))
        }
    }

    /// One batch; `false` when there was nothing to do, or the database is away.
    private func work() async -> Bool {
        let (calls, notes, unsettled) = state.withLock { $0.take(Self.batchSize) }
        if calls.isEmpty && notes.isEmpty && unsettled.isEmpty { return false }
        if !calls.isEmpty { await open(calls) }
        return await store(notes, unsettled)
    }

    /// One transaction for all. Sorted by account, so that two routers lock the same accounts in the same order.
    private func open(_ calls: [Waiting]) async {
        let sorted = calls.sorted { $0.account < $1.account }
        let waited = sorted.map { ContinuousClock.now - $0.since }.max() ?? .zero
        do {
            let results = try await database.run(
                sorted.map(\.sql), deadline: max(Self.patience - waited, .milliseconds(50)))
            for (call, rows) in zip(sorted, results) { answer(call, rows) }
        } catch  where error.code == .server && sorted.count > 1 {
            // One bad row must not refuse the others.
            for call in sorted { await open([call]) }
        } catch {
            for call in sorted { fail(call, error) }
        }
    }

    private func answer(_ call: Waiting, _ rows: Rows) {
        do {
            call.answer.resume(returning: .success(try rows.value(Money?.self) ?? nil))
        } catch {
            call.answer.resume(returning: .failure(error))
        }
    }

    private func fail(_ call: Waiting, _ error: PostgresError) {
        if error.outcomeIsUnknown {
            let release: SQL = """
                select billing.release_hold(\(call.record.tenantID), \(call.record.routingID), \("outcome unknown"))
                """
            state.withLock { $0.unsettled.append(release) }
        }
        state.withLock { $0.notes.append(call.record.noteSQL(refusal: .databaseAway)) }
        call.answer.resume(returning: .failure(error))
    }

    private func store(_ notes: [SQL], _ unsettled: [SQL]) async -> Bool {
        guard !notes.isEmpty || !unsettled.isEmpty else { return true }
        do {
            // Releases first: they settle what the notes then only record.
            _ = try await database.run(unsettled + notes, deadline: .seconds(2))
            return true
        } catch  where error.code == .server && notes.count + unsettled.count > 1 {
            for sql in unsettled + notes { _ = try? await database.run(sql, deadline: .seconds(2)) }  // each on its own
            return true
        } catch {
            state.withLock { state in
                state.notes.insert(contentsOf: notes, at: 0)
                state.unsettled.insert(contentsOf: unsettled, at: 0)
            }
            try? await Task.sleep(for: .milliseconds(100))  // a cancelled sleep ends the loop above
            wakeUp.yield()
            return false
        }
    }
}

extension OpenCalls.State {
    fileprivate mutating func take(_ size: Int) -> ([OpenCalls.Waiting], [SQL], [SQL]) {
        let calls = Array(waiting.prefix(size))
        waiting.removeFirst(calls.count)
        let notes = Array(notes.prefix(size))
        self.notes.removeFirst(notes.count)
        let releases = Array(unsettled.prefix(size))
        unsettled.removeFirst(releases.count)
        return (calls, notes, releases)
    }
}
