import DequeModule
package import Foundation
package import Postgres
import Synchronization

/// Keeps what was asked of the API and what was answered, without secrets, in `audit.api_request_log`: gathered, and
/// written once a second, so that no request waits for it. What a crash takes is a second of it; what requests change
/// is in the audit trail, which loses nothing.
package final class LogRequests: Sendable {
    private let database: Database
    private let waiting = Mutex<(entries: Deque<Entry>, lost: Int)>(([], 0))

    private static let most = 20_000
    private static let mostAtOnce = 2_000
    /// Of a body as it is kept.
    private static let mostBodyBytes = 16_384

    /// - Parameter database: as the engine.
    package init(_ database: Database) { self.database = database }

    /// A request that was answered, as much of it as is kept: many wait.
    package struct Entry: Sendable {
        fileprivate let tenant: UUID
        fileprivate let account: UUID?
        fileprivate let user: UUID?
        /// The API key that was shown.
        fileprivate let key: UUID?
        fileprivate let request: UUID
        fileprivate let trace: String?
        fileprivate let at: Date
        fileprivate let method: String
        fileprivate let route: String
        fileprivate let path: String
        fileprivate let query: JSONText?
        fileprivate let status: Int
        fileprivate let problem: String?
        fileprivate let milliseconds: Int
        fileprivate let source: String?
        fileprivate let userAgent: String?
        fileprivate let idempotencyKey: String?
        fileprivate let requestBytes: Int
        fileprivate let body: JSONText?

        /// - Parameters:
        ///   - trace: the trace that it is of.
        ///   - route: the path with the names of what varies.
        ///   - query: parameters; the first 50 are kept, and of those of the same name the last.
        ///   - idempotencyKey: the header of that name.
        package init(
            caller: APICaller, request: UUID, trace: String?, at: Date, method: String, route: String, path: String,
            query: [(name: String, value: String)], status: Int, problem: String?, milliseconds: Int,
            source: String?, userAgent: String?, idempotencyKey: String?, requestBytes: Int, body: JSONValue?
        ) {
            tenant = caller.tenant
            account = caller.account
            user = caller.user
            key = caller.kind == .key ? caller.id : nil
            self.request = request
            self.trace = trace
            self.at = at
            self.method = method
            self.route = route
            self.path = String(path.prefix(2_000))
            self.query = query.isEmpty ? nil : Self.text(query.prefix(50))
            self.status = status
            self.problem = problem
            self.milliseconds = milliseconds
            self.source = source
            self.userAgent = userAgent.map { String($0.prefix(400)) }
            self.idempotencyKey = idempotencyKey.map { String($0.prefix(255)) }
            self.requestBytes = requestBytes
            self.body = body.flatMap(Self.text)
        }

        private static func text(_ query: ArraySlice<(name: String, value: String)>) -> JSONText {
            JSONText(
                JSONWriter.object { json in
                    for (name, value) in query {
                        json.text(JSONWriter.escaped(String(name.prefix(100))), String(value.prefix(500)))
                    }
                })
        }

        private static func text(_ body: JSONValue) -> JSONText? {
            let text = body.text
            return text.utf8.count <= LogRequests.mostBodyBytes ? JSONText(text) : nil
        }
    }

    /// Takes a request to be written; when too many wait, it is counted only.
    package func note(_ entry: Entry) {
        waiting.withLock { waiting in
            if waiting.entries.count < Self.most { waiting.entries.append(entry) } else { waiting.lost += 1 }
        }
    }

    /// Writes what waits.
    /// - Returns: how many were lost since the last time: because too many waited, or the database does not take them.
    @discardableResult
    package func write() async throws -> Int {
        while true {
            let entries = waiting.withLock { Array($0.entries.prefix(Self.mostAtOnce)) }
            if entries.isEmpty { break }
            let refused = try await insertWhatCanBe(entries)
            waiting.withLock { waiting in
                waiting.entries.removeFirst(entries.count)
                waiting.lost += refused
            }
        }
        return waiting.withLock { waiting in
            defer { waiting.lost = 0 }
            return waiting.lost
        }
    }

    /// An entry that the database does not take is not to keep the others from it: it is left. What is there already,
    /// because it was written and the answer was lost, is no such entry: that is looked for where some were refused
    /// only, for it takes as long as writing them.
    /// - Returns: how many were left.
    private func insertWhatCanBe(_ entries: [Entry], _ repeats: Repeats = .refused) async throws -> Int {
        do {
            try await insert(entries, repeats)
            return 0
        } catch {
            if error.sqlState == "23505", case .refused = repeats { return try await insertWhatCanBe(entries, .passed) }
            guard error.isAboutTheData else { throw error }
            guard entries.count > 1 else { return 1 }
            let half = entries.count / 2
            return try await insertWhatCanBe(Array(entries.prefix(half)), repeats)
                + insertWhatCanBe(Array(entries.dropFirst(half)), repeats)
        }
    }

    /// What becomes of entries that are there already.
    private enum Repeats {
        case refused
        case passed

        var clause: SQL {
            switch self {
            case .refused: ""
            case .passed: "on conflict do nothing"
            }
        }
    }

    private func insert(_ entries: [Entry], _ repeats: Repeats) async throws(PostgresError) {
        try await database.run(
            """
            insert into audit.api_request_log (tenant_id, requested_at, id, account_id, user_id, api_key_id, method,
                route, path, query, status_code, problem, duration_ms, source, user_agent, idempotency_key, trace_id,
                request_bytes, request_body)
            select r.tenant_id, r.requested_at, r.id, r.account_id, r.user_id, r.api_key_id, r.method, r.route, r.path,
                   r.query, r.status_code, r.problem, r.duration_ms, r.source::inet, r.user_agent, r.idempotency_key,
                   r.trace_id, r.request_bytes,
                   case when octet_length(r.request_body::text) <= 65536 then r.request_body end
              from unnest(\(Self.columns(entries))) as r (tenant_id, requested_at, id, account_id, user_id, api_key_id,
                   method, route, path, query, status_code, problem, duration_ms, source, user_agent, idempotency_key,
                   trace_id, request_bytes, request_body)
             where exists (select from core.tenants t where t.id = r.tenant_id)
            \(repeats.clause)
            """, deadline: .seconds(30))
    }

    /// Each column of the entries as an array, in the order of the names above.
    private static func columns(_ entries: [Entry]) -> SQL {
        """
        \(entries.map(\.tenant)), \(entries.map(\.at)), \(entries.map(\.request)),
        \(NullableArray(entries.map(\.account))), \(NullableArray(entries.map(\.user))),
        \(NullableArray(entries.map(\.key))), \(entries.map(\.method)), \(entries.map(\.route)),
        \(entries.map(\.path)), \(NullableArray(entries.map(\.query))), \(entries.map(\.status)),
        \(NullableArray(entries.map(\.problem))), \(entries.map(\.milliseconds)),
        \(NullableArray(entries.map(\.source))), \(NullableArray(entries.map(\.userAgent))),
        \(NullableArray(entries.map(\.idempotencyKey))), \(NullableArray(entries.map(\.trace))),
        \(entries.map(\.requestBytes)), \(NullableArray(entries.map(\.body)))
        """
    }
}
