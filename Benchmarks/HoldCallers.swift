import Postgres
import Services
import Synchronization
import Telecom

/// Keeps so many calls waiting for their money, as the router does: one loop makes them and sends them off, and hears
/// of the money later.
final class HoldCallers: Sendable {
    private struct State {
        var waiting = 0
        var failure: (any Error)?
    }

    private let opening: OpenCalls
    private let calls: [SampleDecision]
    private let tally: HoldTally
    private let limit: Int
    private let state = Mutex(State())
    private let answers: AsyncStream<Void>
    private let answered: AsyncStream<Void>.Continuation

    /// - Parameter limit: how many wait at once.
    init(_ opening: OpenCalls, _ calls: [SampleDecision], limit: Int, _ tally: HoldTally) {
        self.opening = opening
        self.calls = calls
        self.limit = limit
        self.tally = tally
        (answers, answered) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// - Throws: what a call heard in place of its money.
    func run(seed: UInt64, until deadline: ContinuousClock.Instant) async throws {
        var random = SplitMix(seed: seed)
        var news = answers.makeAsyncIterator()
        while true {
            let waiting = try state.withLock { state in
                if let failure = state.failure { throw failure }
                return state.waiting
            }
            if ContinuousClock.now < deadline {
                for _ in waiting..<limit { send(calls[Int(random.next() % UInt64(calls.count))]) }
            } else if waiting == 0 {
                return
            }
            await news.next()
        }
    }

    private func send(_ call: SampleDecision) {
        state.withLock { $0.waiting += 1 }
        opening.open(call.record(), call.charge) { [self] answer in
            let failure: (any Error)?
            switch answer {
            case .success(.money(let held, _)):
                tally.add(held)
                failure = nil
            case .success: failure = BenchError("a hold was refused although there is money")
            // The disk stalled for longer than a call waits; its hold, if there is one, is given back.
            case .failure(let error) where [.timedOut, .unavailable].contains(error.code):
                tally.addLate()
                failure = nil
            case .failure(let error): failure = error
            }
            state.withLock { state in
                state.waiting -= 1
                state.failure = state.failure ?? failure
            }
            answered.yield()
        }
    }
}

/// What the callers were granted, over the whole benchmark.
final class HoldTally: Sendable {
    private let state = Mutex((holds: 0, held: Money.zero, late: 0))

    var holds: Int { state.withLock(\.holds) }
    var held: Money { state.withLock(\.held) }
    /// How many calls were refused because there was no answer in time.
    var late: Int { state.withLock(\.late) }

    func addLate() { state.withLock { $0.late += 1 } }

    func add(_ amount: Money) {
        state.withLock { state in
            state.holds += 1
            state.held += amount
        }
    }
}
