import Foundation
package import Postgres

/// Does what a request asks for and keeps the answer in one transaction: whoever sends it again under its key gets the
/// same answer, and nothing is done again, whatever crashed in between.
package struct AnswerOnce: Sendable {
    private let database: Database

    /// - Parameter database: as the API.
    package init(_ database: Database) { self.database = database }

    /// A request that carries a key.
    package struct Request: Sendable {
        let key: KeptAnswers.Key
        /// SHA-256 of all that was asked, as hexadecimal digits.
        let digest: String

        package init(_ key: KeptAnswers.Key, digest: String) {
            self.key = key
            self.digest = digest
        }
    }

    /// What is answered.
    package struct Answer: Sendable {
        package let status: Int
        /// JSON; empty where there is nothing to say.
        package let body: String
        /// Headers that belong to it.
        package let headers: [String: String]
        /// What is kept of the body, where it has a secret that is shown once; `nil` is all of it.
        package var kept: String?
        /// What is told others last of all, with the commit: whoever tells the same waits for it.
        var announcement: SQL?
        /// Whether it was given before, and nothing was done now.
        package fileprivate(set) var isReplay = false

        package init(status: Int, body: String = "", headers: [String: String] = [:]) {
            self.status = status
            self.body = body
            self.headers = headers
        }
    }

    private static let leaseSeconds: Int32 = 60
    private static let keptSeconds: Int32 = 86_400
    /// `kept_response_is_not_above_1_mb`.
    private static let mostKeptBytes = 1_048_576
    /// What a statement of a request may take.
    static let timeout = Duration.seconds(10)

    /// - Parameters:
    ///   - request: `nil` for one without a key: that is done each time.
    ///   - work: runs in a transaction of `scope`; what it throws undoes all of it, and the key is free.
    package func callAsFunction(
        _ request: Request?, _ scope: RequestScope, _ work: (Connection) async throws -> Answer
    ) async throws -> Answer {
        let opening = [scope.opening] + (request.map { [Self.beginning($0, scope)] } ?? [])
        return try await database.transaction(opening: opening, statementTimeout: Self.timeout) { session, answers in
            guard let request else {
                let answer = try await work(session)
                return (answer, [answer.announcement].compactMap(\.self))
            }
            let begun = try Self.begun(answers[1])
            guard case .new(let lease) = begun else { return (try Self.answer(begun), []) }
            let answer = try await work(session)
            // In the closing statements it would be too late to say so.
            guard (answer.kept ?? answer.body).utf8.count <= Self.mostKeptBytes else {
                throw ResourceFault(.refused, "the answer is above 1 MB, which is not kept: send less at once")
            }
            return (answer, [Self.ending(request, lease, answer, scope), answer.announcement].compactMap(\.self))
        }
    }

    private enum Begun {
        case new(UUID?)
        case replay(Answer)
        case running
        case mismatch
    }

    private static func beginning(_ request: Request, _ scope: RequestScope) -> SQL {
        let key = request.key
        return """
            select outcome, response_status::int8, response_headers::text, response_body, lease_token
              from queue.begin_request(\(scope.tenant), \(scope.account), \(key.principal), \(key.route), \(key.text),
                                       decode(\(request.digest), 'hex'), \(leaseSeconds), \(keptSeconds))
            """
    }

    private static func begun(_ rows: Rows) throws -> Begun {
        let row = try rows.first(String.self, Int?.self, String?.self, String?.self, UUID?.self)
        switch row {
        case ("new", _, _, _, let lease)?: return .new(lease)
        case ("replay", let status, let headers, let body, _)?:
            var kept: [String: String] = [:]
            if case .object(let members)? = headers.flatMap({ try? JSONValue(Array($0.utf8)) }) {
                for member in members { kept[member.name] = member.value.shown }
            }
            var answer = Answer(status: status ?? 200, body: body ?? "", headers: kept)
            answer.isReplay = true
            return .replay(answer)
        case ("mismatch", _, _, _, _)?: return .mismatch
        default: return .running
        }
    }

    private static func answer(_ begun: Begun) throws -> Answer {
        switch begun {
        case .replay(let answer): return answer
        case .mismatch:
            throw ResourceFault(
                .keyReused, "another request had this Idempotency-Key: take a new one for a new request")
        case .running, .new:
            throw ResourceFault(.underWay, "the first request with this Idempotency-Key is being answered")
        }
    }

    /// Keeps answers to requests of one client that are given in the same transaction. It fails when one of the keys
    /// was used: then nothing of the transaction is done.
    static func keeping(_ answers: [(request: Request, answer: Answer)], _ scope: RequestScope) -> SQL {
        // In the order of the keys, so that two transactions that have some in common cannot wait for each other.
        let answers = answers.sorted { $0.request.key.text < $1.request.key.text }
        let keys = answers.map(\.request.key)
        // Nobody has a lease of what is answered: to make one up would take time.
        return """
            insert into queue.idempotency_keys (tenant_id, principal_id, route, key, account_id, request_digest, state,
                                                lease_token, locked_until, expires_at, response_status,
                                                response_headers, response_body)
            select \(scope.tenant), r.principal_id, r.route, r.key, \(scope.account), decode(r.digest, 'hex'),
                   'finished', r.principal_id, now(), now() + make_interval(secs => \(keptSeconds)), r.status,
                   r.headers::jsonb, r.body
              from unnest(\(keys.map(\.principal)), \(keys.map(\.route)), \(keys.map(\.text)),
                          \(answers.map(\.request.digest)), \(answers.map { Int32($0.answer.status) }),
                          \(answers.map { headers($0.answer) }), \(answers.map { $0.answer.kept ?? $0.answer.body }))
                   as r (principal_id, route, key, digest, status, headers, body)
            """
    }

    private static func headers(_ answer: Answer) -> String {
        JSONWriter.object { json in
            for (name, value) in answer.headers.sorted(by: { $0.key < $1.key }) { json.text(name, value) }
        }
    }

    private static func ending(
        _ request: Request, _ lease: UUID?, _ answer: Answer, _ scope: RequestScope
    ) -> SQL {
        let key = request.key
        return """
            select queue.finish_request(\(scope.tenant), \(key.principal), \(key.route), \(key.text), \(lease),
                                        \(Int32(answer.status)), \(JSONText(headers(answer))),
                                        \(answer.kept ?? answer.body))
            """
    }
}
