/// A batch under way: collects results until its Sync comes back, then answers its task once.
///
/// Its state is behind a lock only because deadlines and cancellation refer to it from other threads; all changes are
/// made on the reactor's thread.
final class Request: Sendable {
    typealias Outcome = Result<[Rows], PostgresError>

    /// For a Parse of our own: the statement it prepares.
    let preparing: StatementKey?
    private let state: RequestState

    init(_ statements: Int) {
        preparing = nil
        state = RequestState(statements: statements)
    }

    init(preparing key: StatementKey) {
        preparing = key
        state = RequestState(statements: 1)
    }

    enum Step { case more, complete }

    var error: PostgresError? { state.lock { $0.error } }

    var outcome: Outcome { state.lock { $0.outcome } }

    func begin(_ continuation: CheckedContinuation<Outcome, Never>) {
        let early = state.lock { state in
            if state.early == nil { state.continuation = continuation }
            return state.early
        }
        if let early { continuation.resume(returning: early) }
    }

    func take(_ result: PQResult) -> Step { state.lock { $0.take(result) } }

    /// The statement could not be prepared: that is the reason to give, unless one came before.
    func preparationFailed(_ error: PostgresError) {
        state.lock { $0.preparationError = $0.preparationError ?? error }
    }

    /// Answers the task; later calls are ignored.
    func finish(_ outcome: Outcome) {
        let continuation = state.lock { state in
            guard !state.finished else { return nil as CheckedContinuation<Outcome, Never>? }
            state.finished = true
            if state.continuation == nil { state.early = outcome }
            defer { state.continuation = nil }
            return state.continuation
        }
        continuation?.resume(returning: outcome)
    }
}
