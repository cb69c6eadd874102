import Foundation
import Postgres
import TestSupport
import Testing

@testable import Services

/// What was asked, written down in batches.
@Suite(.database, .serialized) struct LogRequestsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func entry(_ tenant: UUID, _ request: UUID, method: String = "GET") -> LogRequests.Entry {
        LogRequests.Entry(
            caller: APICaller(
                kind: .key, tenant: tenant, id: UUID(), user: nil, name: "test", account: nil, scopes: [], proof: ""),
            request: request, trace: nil, at: Date(timeIntervalSince1970: 1_800_000_000), method: method,
            route: "/v1/accounts/accounts", path: "/v1/accounts/accounts", query: [], status: 200, problem: nil,
            milliseconds: 1, source: "192.0.2.1", userAgent: nil, idempotencyKey: nil, requestBytes: 0, body: nil)
    }

    @Test func `what was written already is there once, and what cannot be written keeps nothing else away`()
        async throws
    {
        let tenant = UUID()
        try await db.owner.run(
            "insert into core.tenants (id, slug, name) values (\(tenant), \("l-" + tenant.text), 'L')")
        func written() async throws -> Int? {
            try await db.owner.run(
                "select count(*) from audit.api_request_log where tenant_id = \(tenant)"
            ).value(Int.self)
        }
        let log = LogRequests(db.engine)
        let (first, second, third) = (UUID(), UUID(), UUID())
        for request in [first, second] { log.note(entry(tenant, request)) }
        #expect(try await log.write() == 0)
        #expect(try await written() == 2)
        // As after a COMMIT whose answer was lost.
        for request in [first, second, third, third] { log.note(entry(tenant, request)) }
        #expect(try await log.write() == 0)
        #expect(try await written() == 3)
        for (request, method) in [(first, "GET"), (UUID(), "NO METHOD"), (UUID(), "GET"), (second, "GET")] {
            log.note(entry(tenant, request, method: method))
        }
        #expect(try await log.write() == 1)
        #expect(try await written() == 4)
    }

    @Test func `what the database cannot write now waits until it can`() async throws {
        let tenant = UUID()
        try await db.owner.run(
            "insert into core.tenants (id, slug, name) values (\(tenant), \("w-" + tenant.text), 'W')")
        let log = LogRequests(db.engine)
        for _ in 0..<3 { log.note(entry(tenant, UUID())) }
        // As with a disk that is full, nothing is wrong with what is to be written.
        try await db.owner.run("revoke insert on audit.api_request_log from heddle_engine")
        await #expect(throws: PostgresError.self) { try await log.write() }
        try await db.owner.run("grant insert on audit.api_request_log to heddle_engine")
        #expect(try await log.write() == 0)
        let written = try await db.owner.run(
            "select count(*) from audit.api_request_log where tenant_id = \(tenant)"
        ).value(Int.self)
        #expect(written == 3)
    }

    @Test func `what an operator asked that has gone is not kept`() async throws {
        let log = LogRequests(db.engine)
        let tenant = UUID()
        log.note(entry(tenant, UUID()))
        #expect(try await log.write() == 0)
        let count = try await db.owner.run(
            "select count(*) from audit.api_request_log where tenant_id = \(tenant)"
        ).value(Int.self)
        #expect(count == 0)
    }
}
