package import Foundation
package import Postgres

/// Answers to requests that carry a key of their sender's, so that one that is sent again is answered, and not done,
/// again (`queue.begin_request`).
package struct KeptAnswers: Sendable {
    private let database: Database

    /// How long a request is waited for that began with the same key, and how long its answer is kept.
    private static let leaseSeconds: Int32 = 900
    private static let keptSeconds: Int32 = 86_400

    /// - Parameter database: as the API.
    package init(_ database: Database) { self.database = database }

    /// What a key belongs to.
    package struct Key: Sendable {
        /// The person or the API key that asks: nobody gets another's answer.
        let principal: UUID
        /// Method and path.
        let route: String
        let text: String

        package init(principal: UUID, route: String, text: String) {
            self.principal = principal
            self.route = route
            self.text = text
        }
    }

    /// The right to answer a request. It ends when another one takes the request over, after its time.
    package struct Lease: Sendable, Equatable { let token: UUID }

    /// What to do with a request.
    package enum Outcome: Sendable, Equatable {
        /// Do it, and keep its answer, or give the key free.
        case new(Lease)
        /// Give this answer again.
        case replay(status: Int, body: String)
        /// The first one is still being answered.
        case running
        /// The key was used for something else.
        case mismatch
    }

    /// - Parameter digest: SHA-256 of all that was asked, as hexadecimal digits.
    package func begin(_ key: Key, digest: String, _ scope: RequestScope) async throws -> Outcome {
        let rows = try await database.run([
            scope.opening,
            """
            select outcome, response_status, response_body, lease_token
              from queue.begin_request(\(scope.tenant), \(scope.account), \(key.principal), \(key.route), \(key.text),
                                       decode(\(digest), 'hex'), \(Self.leaseSeconds), \(Self.keptSeconds))
            """,
        ])
        let answer = try rows.last?.first(String.self, Int?.self, String?.self, UUID?.self)
        switch answer {
        case ("new", _, _, let token?)?: return .new(Lease(token: token))
        case ("replay", let status, let body, _)?: return .replay(status: status ?? 200, body: body ?? "")
        case ("mismatch", _, _, _)?: return .mismatch
        default: return .running
        }
    }

    /// Keeps the answer.
    /// - Returns: whether it is kept: not when the lease has ended.
    @discardableResult
    package func finish(
        _ key: Key, _ lease: Lease, status: Int, body: String, _ scope: RequestScope
    ) async throws -> Bool {
        try await end(key, lease, Int32(status), body, scope)
    }

    /// Nothing was done: the next one with the key may try.
    @discardableResult
    package func release(_ key: Key, _ lease: Lease, _ scope: RequestScope) async throws -> Bool {
        try await end(key, lease, nil, nil, scope)
    }

    private func end(
        _ key: Key, _ lease: Lease, _ status: Int32?, _ body: String?, _ scope: RequestScope
    ) async throws -> Bool {
        let rows = try await database.run([
            scope.opening,
            """
            select queue.finish_request(\(scope.tenant), \(key.principal), \(key.route), \(key.text), \(lease.token),
                                        \(status), null, \(body))
            """,
        ])
        return try rows.last?.value(Bool.self) ?? false
    }
}
