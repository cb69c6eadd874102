import HTTPTypes
import Hummingbird
import Logging
import Services

/// Does what takes longer than one transaction once for a key: whoever sends it again gets the first answer.
///
/// Between what is done and its kept answer a crash is possible; then it is done again. So this is for what can tell
/// by itself that it was done before, or does no harm twice.
struct LongRequest: Sendable {
    private let answers: KeptAnswers
    private let logger: Logger

    init(_ api: HTTPServices, logger: Logger) {
        answers = KeptAnswers(api.app)
        self.logger = logger
    }

    /// What came of it.
    struct Done: Sendable {
        let status: HTTPResponse.Status
        let json: String
        /// Whether it was done before.
        var isReplay = false

        var response: Response {
            var headers = HTTPFields()
            if isReplay { headers[.idempotencyReplayed] = "true" }
            return .json(json, status: status, headers: headers)
        }
    }

    /// - Parameters:
    ///   - key: `nil` does it each time.
    ///   - digest: of all that is asked.
    ///   - work: its status, and JSON.
    func callAsFunction(
        _ key: KeptAnswers.Key?, _ digest: String, _ scope: RequestScope,
        _ work: () async throws -> (HTTPResponse.Status, String)
    ) async throws -> Done {
        guard let key else {
            let (status, json) = try await work()
            return Done(status: status, json: json)
        }
        let lease: KeptAnswers.Lease
        switch try await answers.begin(key, digest: digest, scope) {
        case .new(let given): lease = given
        case .replay(let status, let json): return Done(status: .init(code: status), json: json, isReplay: true)
        case .running:
            throw Self.underWay("the first request with this Idempotency-Key is being answered")
        case .mismatch:
            throw Problem(
                .unprocessableContent, "key-reused", "The Idempotency-Key was used",
                "another request had this Idempotency-Key: take a new one for a new request")
        }
        do {
            let (status, json) = try await work()
            do {
                try await answers.finish(key, lease, status: status.code, body: json, scope)
            } catch {
                logger.warning("an answer could not be kept: \(error)")
            }
            return Done(status: status, json: json)
        } catch {
            _ = try? await answers.release(key, lease, scope)  // else it is free when its time is over
            throw error
        }
    }

    static func underWay(_ reason: String) -> Problem {
        var problem = Problem(.conflict, "under-way", "It is being done", reason)
        problem.headers[.retryAfter] = "5"
        return problem
    }
}
