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
