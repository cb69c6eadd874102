import Foundation
import Postgres
import TestSupport
import Testing

/// Trigger audit.clean_request: no path keeps a password.
@Suite(.database) struct CleanRequestTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `a request is cleaned on its way in`() async throws {
        let tenant = try await db.tenant()
        let kept = try await db.app.run([
            tenant.staff,
            """
            insert into audit.api_request_log (tenant_id, method, route, path, query, status_code, duration_ms,
                                               request_body, response_body, user_agent)
            values (\(tenant.id), 'POST', '/v1/users', '/v1/users', '{"token": "x"}', 201, 3,
                    '{"password": "x"}', '{"id": 1, "secret": "x"}', repeat('x', 1000))
            returning query::text || request_body::text || response_body::text || ' ' || length(user_agent)
            """,
        ]).last?.value(String.self)
        #expect(kept == #"{"token": "***"}{"password": "***"}{"id": 1, "secret": "***"} 400"#)
    }

    /// Paths, parameters, programs and problems: what is kept of them is what is kept of each alone.
    static let requests: [(String, String?, String?, String?)] = [
        ("/v1/accounts/accounts", nil, nil, nil), ("/v1/a", #"{"limit": "50"}"#, "curl/8", "not-found"),
        ("/v1/accounts/accounts/be300000-0000-7000-8000-000000000005", nil, nil, nil),
        ("/v1/a", #"{"cursor": "WyIiLCJiZTMwMDAwMC0wMDAwLTcwMDAiXQ"}"#, nil, nil),
        ("/v1/a?code=1", nil, nil, nil), ("/v1/a;sig=1", nil, nil, nil), ("/a?x&hash=2", nil, nil, nil),
        ("/v1/resets/abcdefghijklmnopqrstuvwxyz0123456789A", nil, nil, nil),
        ("/v1/resets/abcdefghijklmnopqrstuvwxyz0123456789", nil, nil, nil),
        ("/v1/a", #"{"api_key": "x"}"#, nil, nil), ("/v1/a", #"{"note": "4111 1111 1111 1111"}"#, nil, nil),
        ("/v1/a", nil, "Bearer abcdefgh", nil), ("/v1/a", nil, nil, "Basic abcdefgh"),
        ("/v1/Basic abcdefgh", nil, nil, nil), ("/v1/4111111111111111", nil, nil, nil),
        ("/v1/a", #"{"a": {"b": "c"}}"#, nil, nil),
        ("/v1/" + String(repeating: "a/", count: 1_100), nil, String(repeating: "b", count: 500), nil),
        ("/v1/a", #"{"a":[[[[[[[[["deep"]]]]]]]]]}"#, nil, nil),
    ]

    @Test(arguments: ["request_body", "response_body"]) func `a body is cleaned beside a path that is`(
        column: String
    ) async throws {
        let tenant = try await db.tenant()
        let kept = try await db.owner.run(
            """
            insert into audit.api_request_log (tenant_id, method, route, path, status_code, duration_ms,
                                               \(identifier: column))
            values (\(tenant.id), 'POST', '/v1/a', '/v1/a', 201, 3, '{"password": "x"}')
            returning \(identifier: column)::text
            """
        ).value(String.self)
        #expect(kept == #"{"password": "***"}"#)
    }

    @Test(arguments: requests) func `what is told to be clean by one look is`(
        path: String, query: String?, agent: String?, problem: String?
    ) async throws {
        let tenant = try await db.tenant()
        let same = try await db.owner.run(
            """
            with kept as (
                insert into audit.api_request_log (tenant_id, method, route, path, query, status_code, duration_ms,
                                                   user_agent, problem)
                values (\(tenant.id), 'GET', '/', \(path), \(query)::text::jsonb, 200, 1, \(agent), \(problem))
                returning *)
            select path = audit.clean_path(\(path))
                   and query is not distinct from audit.sanitise(\(query)::text::jsonb)
                   and user_agent is not distinct from left(audit.mask_text(\(agent)), 400)
                   and problem is not distinct from left(audit.mask_text(\(problem)), 2000)
              from kept
            """
        ).value(Bool.self)
        #expect(same == true)
    }

    @Test func `what says something of a person may be taken away, nothing be put in its place`() async throws {
        let tenant = try await db.tenant()
        try await db.owner.run(
            """
            insert into audit.api_request_log (tenant_id, method, route, path, source, request_body, status_code,
                                               duration_ms, problem)
            values (\(tenant.id), 'GET', '/', '/x?token=abc', '192.0.2.1', '{"name": "Jo"}', 200, 1, 'Bearer abcdefgh')
            """)
        func update(_ change: SQL) async throws -> Refusal? {
            try await Refusal.of {
                try await db.owner.run("update audit.api_request_log set \(change) where tenant_id = \(tenant.id)")
            }
        }
        let kept = Refusal("23001", "api_request_log_is_append_only")
        for change: SQL in [
            "path = '/y'", "source = '192.0.2.2'", #"request_body = '{"name": "Eve"}'"#, "status_code = 500",
            "query = '{}'", "user_agent = 'x'", "problem = null",
        ] { #expect(try await update(change) == kept) }
        #expect(try await update("path = '', source = null, request_body = null") == nil)
        let left = try await db.owner.run(
            "select problem || ' ' || status_code from audit.api_request_log where tenant_id = \(tenant.id)"
        ).value(String.self)
        #expect(left == "Bearer *** 200")
    }

    @Test func `a request that was kept stays`() async throws {
        let tenant = try await db.tenant()
        try await db.owner.run(
            """
            insert into audit.api_request_log (tenant_id, method, route, path, status_code, duration_ms)
            values (\(tenant.id), 'GET', '/', '/', 200, 1)
            """)
        #expect(
            try await Refusal.of {
                try await db.owner.run("delete from audit.api_request_log where tenant_id = \(tenant.id)")
            } == Refusal("23001", "api_request_log_is_append_only"))
    }
}
