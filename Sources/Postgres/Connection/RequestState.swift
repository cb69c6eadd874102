import CLibPQ
import Synchronization

/// What a `Request` has got so far.
final class RequestState: Sendable {
    struct Content {
        let statements: Int
        var rows: [Rows] = []
        var error: PostgresError?
        var preparationError: PostgresError?
        var continuation: CheckedContinuation<Request.Outcome, Never>?
        /// The answer, when it came before anybody waited.
        var early: Request.Outcome?
        var finished = false

        var outcome: Request.Outcome {
            if let error {
                // 26000: the statement's name does not exist, because its Parse failed; tell why it failed.
                return .failure(error.sqlState == "26000" ? preparationError ?? error : error)
            }
            guard rows.count == statements else {
                return .failure(
                    PostgresError(.connectionLost, "the server answered \(rows.count) of \(statements) statements"))
            }
            return .success(rows)
        }

        mutating func take(_ result: PQResult) -> Request.Step {
            switch result.status {
            case PGRES_PIPELINE_SYNC: return .complete
            case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: rows.append(Rows(result: result))
            case PGRES_PIPELINE_ABORTED: break
            default: error = error ?? PostgresError(result.serverError)
            }
            return .more
        }
    }

    private let content: Mutex<Content>

    init(statements: Int) { content = Mutex(Content(statements: statements)) }

    func lock<Value: Sendable>(_ body: (inout Content) -> Value) -> Value { content.withLock { body(&$0) } }
}
