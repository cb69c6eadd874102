package import Foundation
package import Postgres
import Synchronization

/// Keeps what was asked of the API and what was answered, without secrets, in `audit.api_request_log`: gathered, and
/// written once a second, so that no request waits for it. What a crash takes is a second of it; what requests change
/// is in the audit trail, which loses nothing.
package final class LogRequests: Sendable {
    private let database: Database
    private let waiting = Mutex<(lines: [String], lost: Int)>(([], 0))

    private static let most = 20_000
    private static let mostAtOnce = 2_000
    /// Of a body as it is kept.
    private static let mostBodyBytes = 16_384

    /// - Parameter database: as the engine.
    package init(_ database: Database) { self.database = database }

    /// A request that was answered.
    package struct Entry: Sendable {
        package let caller: APICaller
        package let request: UUID
        /// The trace that it is of.
        package let trace: String?
        package let at: Date
        package let method: String
        /// The path with the names of what varies.
        package let route: String
        package let path: String
        /// Parameters, the last of each name.
        package let query: [String: String]
        package let status: Int
        package let problem: String?
        package let milliseconds: Int
        package let source: String?
        package let userAgent: String?
        package let key: String?
        package let requestBytes: Int
        package let body: JSONValue?

        package init(
            caller: APICaller, request: UUID, trace: String?, at: Date, method: String, route: String, path: String,
            query: [String: String], status: Int, problem: String?, milliseconds: Int, source: String?,
            userAgent: String?, key: String?,
            requestBytes: Int, body: JSONValue?
        ) {
            self.caller = caller
            self.request = request
            self.trace = trace
            self.at = at
            self.method = method
            self.route = route
            self.path = path
            self.query = query
            self.status = status
            self.problem = problem
            self.milliseconds = milliseconds
            self.source = source
            self.userAgent = userAgent
            self.key = key
            self.requestBytes = requestBytes
            self.body = body
        }

        fileprivate var line: String {
            JSONWriter.object { json in
                json.id("tenant_id", caller.tenant)
                json.time("requested_at", at)
                json.id("id", request)
                json.id("account_id", caller.account)
                json.id("user_id", caller.user)
                if caller.kind == .key { json.id("api_key_id", caller.id) }
                json.text("method", method)
                json.text("route", route)
                json.text("path", String(path.prefix(2_000)))
                if !query.isEmpty {
                    json.object("query") { json in
                        for (name, value) in query.prefix(50) {
                            json.text(JSONWriter.escaped(String(name.prefix(100))), String(value.prefix(500)))
                        }
                    }
                }
                json.number("status_code", status)
                json.text("problem", problem)
                json.number("duration_ms", milliseconds)
                json.text("source", source)
                json.text("user_agent", userAgent.map { String($0.prefix(400)) })
                json.text("idempotency_key", key)
                json.text("trace_id", trace)
                json.number("request_bytes", requestBytes)
                if let text = body?.text, text.utf8.count <= LogRequests.mostBodyBytes {
                    json.raw("request_body", text)
                }
            }
        }
    }

    /// Takes a request to be written; when too many wait, it is counted only.
    package func note(_ entry: Entry) {
        let line = entry.line
        waiting.withLock { waiting in
            if waiting.lines.count < Self.most { waiting.lines.append(line) } else { waiting.lost += 1 }
        }
    }

    /// Writes what waits.
    /// - Returns: how many were lost since the last time: because too many waited, or the database does not take them.
    @discardableResult
    package func write() async throws -> Int {
        while true {
            let lines = waiting.withLock { Array($0.lines.prefix(Self.mostAtOnce)) }
            if lines.isEmpty { break }
            let refused = try await insertWhatCanBe(lines)
            waiting.withLock { waiting in
                waiting.lines.removeFirst(lines.count)
                waiting.lost += refused
            }
        }
        return waiting.withLock { waiting in
            defer { waiting.lost = 0 }
            return waiting.lost
        }
    }

    /// A line that the database does not take is not to keep the others from it: it is left. What is there already,
    /// because it was written and the answer was lost, is no such line: that is looked for where lines were refused
    /// only, for it takes as long as writing them.
    /// - Returns: how many were left.
    private func insertWhatCanBe(_ lines: [String], _ repeats: Repeats = .refused) async throws -> Int {
        do {
            try await insert(lines, repeats)
            return 0
        } catch {
            if error.sqlState == "23505", case .refused = repeats { return try await insertWhatCanBe(lines, .passed) }
            guard error.isAboutTheData else { throw error }
            guard lines.count > 1 else { return 1 }
            let half = lines.count / 2
            return try await insertWhatCanBe(Array(lines.prefix(half)), repeats)
                + insertWhatCanBe(Array(lines.dropFirst(half)), repeats)
        }
    }

    /// What becomes of lines that are there already.
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

    private func insert(_ lines: [String], _ repeats: Repeats) async throws(PostgresError) {
        try await database.run(
            """
            insert into audit.api_request_log (tenant_id, requested_at, id, account_id, user_id, api_key_id, method,
                route, path, query, status_code, problem, duration_ms, source, user_agent, idempotency_key, trace_id,
                request_bytes, request_body)
            select r.tenant_id, r.requested_at, r.id, r.account_id, r.user_id, r.api_key_id, r.method, r.route, r.path,
                   r.query, r.status_code, r.problem, r.duration_ms, r.source, r.user_agent, r.idempotency_key,
                   r.trace_id, r.request_bytes,
                   case when octet_length(r.request_body::text) <= 65536 then r.request_body end
              from jsonb_to_recordset(\(JSONText("[\(lines.joined(separator: ","))]"))) as r (
                   tenant_id uuid, requested_at timestamptz, id uuid, account_id uuid, user_id uuid, api_key_id uuid,
                   method text, route text, path text, query jsonb, status_code integer, problem text,
                   duration_ms integer, source inet, user_agent text, idempotency_key text, trace_id text,
                   request_bytes bigint, request_body jsonb)
             where exists (select from core.tenants t where t.id = r.tenant_id)
            \(repeats.clause)
            """, deadline: .seconds(30))
    }
}
