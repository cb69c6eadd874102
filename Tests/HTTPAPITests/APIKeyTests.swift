import AsyncHTTPClient
import Foundation
import HTTPAPI
import NIOHTTP1
import Postgres
import Services
import TestSupport
import Testing

/// Who is let in.
@Suite(.database) struct APIKeyTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let batch = "/v1/cdr/batches/00000000-0000-7000-8000-000000000001"

    /// A key of a state, and what it gets.
    private static let states = [
        ("active", 404, "not-found"), ("no scope", 403, "lacks the scope cdr:read"),
        ("revoked", 401, "the key was revoked"), ("expired", 401, "the key has expired"),
        ("elsewhere", 403, "may not be used from this address"), ("here", 404, "not-found"),
        ("closed", 403, "the operator is closed"),
    ]

    private func key(_ state: String, of mine: TestOperator) async throws -> String {
        let key = try await mine.key(state == "no scope" ? ["cdr:write"] : ["cdr:read"]) { entry in
            if state == "expired" { entry.expiresAt = Date(timeIntervalSinceNow: -1) }
            if state == "elsewhere" { entry.addresses = ["203.0.113.0/24"] }
            if state == "here" { entry.addresses = ["203.0.113.0/24", "127.0.0.0/8"] }
        }
        if state == "revoked" { _ = try await ListAPIKeys(db.app).revoke(key.prefix, because: "test", mine.scope) }
        if state == "closed" {
            try await db.owner.run("update core.tenants set status = 'closed' where id = \(mine.id)")
        }
        return key.text
    }

    @Test(arguments: states)
    func `a key opens what it may, while it may`(state: String, status: Int, expected: String) async throws {
        let mine = try await TestOperator.make(db)
        let key = try await key(state, of: mine)
        try await TestServer.run { server in
            let answer = try await server.ask(.GET, Self.batch, key: key)
            #expect(answer.status == status && answer.text.contains(expected), "\(answer.text)")
        }
    }

    @Test func `without a key that is right there is nothing to see`() async throws {
        let mine = try await TestOperator.make(db)
        let right = try await mine.key().text
        let wrong = String(right.dropLast()) + (right.hasSuffix("a") ? "b" : "a")
        let headers = [
            nil, "Bearer", "Bearer ", "Bearer x", "Basic \(right)", right, "Bearer \(wrong)", "Bearer \(right)a",
            "Bearer hk_\(String(repeating: "a", count: 12))_\(String(repeating: "b", count: 52))",
        ]
        try await TestServer.run { server in
            for header in headers {
                let answer = try await server.ask(
                    .GET, Self.batch, headers: header.map { [("Authorization", $0)] } ?? [])
                #expect(answer.status == 401, "\(header ?? "none")")
                #expect(answer.headers.first(name: "WWW-Authenticate") == "Bearer realm=\"heddle\"")
                #expect(answer.text.contains("send an API key that is valid"))
            }
            #expect(
                try await server.ask(.GET, Self.batch, headers: [("authorization", "bearer \(right)")]).status == 404)
        }
    }

    @Test func `a key of an account hands in no call records`() async throws {
        let mine = try await TestOperator.make(db)
        let key = try await mine.key { $0.account = mine.account }.text
        try await TestServer.run { server in
            let answer = try await server.post(TestOperator.heading + mine.lines(0..<1), key: key)
            #expect(answer.status == 403 && answer.text.contains("account-key"))
            #expect(try await mine.calls() == 0)
        }
    }

    @Test func `a key that asks too often waits`() async throws {
        let mine = try await TestOperator.make(db)
        let key = try await mine.key { $0.requestsPerMinute = 3 }.text
        try await TestServer.run { server in
            // A minute may end in between: of eight requests some are always above three a minute.
            var statuses: [Int] = []
            for _ in 0..<8 {
                let answer = try await server.ask(.GET, Self.batch, key: key)
                statuses.append(answer.status)
                #expect(answer.headers.first(name: "RateLimit-Limit") == "3")
                if answer.status == 429 { #expect(answer.headers.first(name: "Retry-After") != nil) }
            }
            #expect(statuses.first == 404 && statuses.contains(429), "\(statuses)")
        }
    }

    @Test func `a key that was revoked opens nothing a second later`() async throws {
        let mine = try await TestOperator.make(db)
        let key = try await mine.key()
        try await TestServer.run { server in
            #expect(try await server.ask(.GET, Self.batch, key: key.text).status == 404)
            _ = try await ListAPIKeys(server.database.app).revoke(key.prefix, because: "test", mine.scope)
            try await Task.sleep(for: .milliseconds(1_100))
            #expect(try await server.ask(.GET, Self.batch, key: key.text).status == 401)
        }
    }

    @Test func `a key is kept as a hash, is noted when it is used, and leaves who made it in the trail`() async throws {
        let mine = try await TestOperator.make(db)
        let key = try await mine.key()
        #expect(APIKeyText(key.text)?.prefix == key.prefix && "\(key)" == "\(key.prefix)_…")
        let kept = try await db.owner.run(
            "select encode(key_sha256, 'hex'), key_prefix from auth.api_keys where tenant_id = \(mine.id)"
        ).first(String.self, String.self)
        #expect(kept?.0 == key.sha256.hex && kept?.1 == key.prefix)
        let trail = try await db.owner.run(
            """
            select actor || ' ' || (new_values ->> 'key_sha256') from audit.audit_log
             where tenant_id = \(mine.id) and object = 'auth.api_keys'
            """
        ).values(String.self)
        #expect(trail == ["test ***"])
        try await TestServer.run { server in _ = try await server.ask(.GET, Self.batch, key: key.text) }
        let lines = try await ListAPIKeys(db.app)(mine.scope, limit: 10)
        #expect(lines.count == 1 && lines.first?.lastUsedAt != nil && lines.first?.state == "active")
    }

    @Test func `keys of one operator are not another's`() async throws {
        let (mine, yours) = (try await TestOperator.make(db), try await TestOperator.make(db))
        let key = try await mine.key()
        #expect(try await ListAPIKeys(db.app)(yours.scope, limit: 10).isEmpty)
        await #expect(throws: APIKeyFailure.self) {
            try await ListAPIKeys(db.app).revoke(key.prefix, because: "x", yours.scope)
        }
        #expect(try await ListAPIKeys(db.app).revoke(key.prefix, because: "x", mine.scope))
        #expect(try await !ListAPIKeys(db.app).revoke(key.prefix, because: "x", mine.scope))
    }

    @Test(arguments: [
        (["cdr:erase"], [String](), "are not all permissions"), (["cdr:read"], ["here"], "are not all networks"),
    ])
    func `what a key cannot permit is told`(scopes: [String], networks: [String], expected: String) async throws {
        let mine = try await TestOperator.make(db)
        let failure = await #expect(throws: APIKeyFailure.self) {
            try await mine.key(scopes) { $0.addresses = networks }
        }
        #expect(failure?.description.contains(expected) == true)
    }
}
