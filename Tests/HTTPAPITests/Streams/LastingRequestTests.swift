import AsyncHTTPClient
import Foundation
import HTTPAPI
import NIOCore
import NIOHTTP1
import Postgres
import Services
import TestSupport
import Testing

/// What takes long ends when a new request would be refused: streams, exports and what is coming in.
@Suite(.database) struct LastingRequestTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// What happens to a key, and why its stream ends then.
    private static let keyChanges: [(SQL, String)] = [
        ("scopes = '{cdr:read}'", "permission"),
        ("key_prefix = 'hk_' || left(md5(id::text), 12), key_sha256 = sha256(id::text::bytea)", "key"),
        ("revoked_at = now(), revoked_reason = 'test'", "key"), ("expires_at = now()", "key"),
        ("allowed_addresses = '{203.0.113.0/24}'", "key"),
        ("account_id = (select a.id from accounts.accounts a where a.tenant_id = api_keys.tenant_id)", "permission"),
    ]

    @Test(arguments: keyChanges.indices)
    func `a stream ends within a second when its key is not what it was`(index: Int) async throws {
        let (change, reason) = Self.keyChanges[index]
        let mine = try await TestOperator.make(db)
        let key = try await mine.key(["cdr:read", "billing:read"]).text
        try await TestServer.run { server in
            try await OpenStream.read("of=balances", key: key, of: server) { stream in
                try await db.owner.run("update auth.api_keys set \(change) where tenant_id = \(mine.id)")
                try await until("it ended") { stream.hasEnded }
                #expect(stream.messages.last?.name == "stream.ended")
                #expect(stream.messages.last?.data["reason"] == .text(reason))
            }
        }
    }

    @Test func `a stream of several topics ends when one of them is not permitted any more`() async throws {
        let mine = try await TestOperator.make(db)
        let key = try await mine.key(["cdr:read", "routing:read", "billing:read"]).text
        try await TestServer.run {
            $0.checkTime = .milliseconds(100)
        } _: { server in
            try await OpenStream.read("of=calls,balances", key: key, of: server) { stream in
                // Either of two shows calls.
                try await db.owner.run(
                    "update auth.api_keys set scopes = '{cdr:read,billing:read}' where tenant_id = \(mine.id)")
                try await Task.sleep(for: .milliseconds(1_500))
                #expect(!stream.hasEnded)
                try await db.owner.run("update auth.api_keys set scopes = '{cdr:read}' where tenant_id = \(mine.id)")
                try await until("it ended") { stream.hasEnded }
                #expect(stream.messages.last?.data["reason"] == "permission")
            }
        }
    }

    /// Whoever is suspended is let in as before, and a stream goes on as it would begin.
    @Test func `a stream ends when its operator is closed, and not when it is suspended`() async throws {
        let mine = try await TestOperator.make(db)
        let key = try await mine.key(["billing:read"]).text
        try await TestServer.run {
            $0.checkTime = .milliseconds(100)
        } _: { server in
            try await OpenStream.read("of=balances", key: key, of: server) { stream in
                try await db.owner.run("update core.tenants set status = 'suspended' where id = \(mine.id)")
                try await Task.sleep(for: .milliseconds(1_500))
                #expect(!stream.hasEnded)
                try await db.owner.run("update core.tenants set status = 'closed' where id = \(mine.id)")
                try await until("it ended") { stream.hasEnded }
                #expect(stream.messages.last?.data["reason"] == "key")
            }
        }
    }

    /// What happens to somebody who logged in, and why the stream ends then.
    private static let sessionChanges: [(@Sendable (UUID) -> SQL, String)] = [
        ({ "delete from auth.role_permissions where tenant_id = \($0) and permission = 'billing:read'" }, "permission"),
        ({ "delete from auth.user_roles where tenant_id = \($0)" }, "permission"),
        ({ "update auth.users set must_change_password = true where tenant_id = \($0)" }, "permission"),
        ({ "update auth.users set status = 'disabled', disabled_at = now() where tenant_id = \($0)" }, "key"),
        ({ "update auth.sessions set revoked_at = now(), revoked_reason = 'logout' where tenant_id = \($0)" }, "key"),
        (
            {
                """
                update auth.sessions
                   set previous_token_hash = token_hash, token_hash = sha256(id::text::bytea),
                       rotated_at = now() - interval '1 minute'
                 where tenant_id = \($0)
                """
            }, "key"
        ),
        (
            {
                """
                update auth.users u set account_id = a.id from accounts.accounts a
                 where u.tenant_id = \($0) and a.tenant_id = u.tenant_id
                """
            }, "key"
        ),
    ]

    @Test(arguments: sessionChanges.indices)
    func `a stream ends within a second when who logged in may not have it any more`(index: Int) async throws {
        let (change, reason) = Self.sessionChanges[index]
        try await LoginServer.run { login in
            let token = try await login.token(try await login.person().email)
            try await OpenStream.read("of=balances", key: token, of: login.server) { stream in
                try await db.owner.run(change(login.mine.id))
                try await until("it ended", within: .seconds(4)) { stream.hasEnded }
                #expect(stream.messages.last?.data["reason"] == .text(reason))
            }
            // That its token was renewed long ago tells of no copy here.
            #expect(try await login.incidents() == [])
        }
    }

    @Test func `a token that was just renewed keeps its stream until its moment is over`() async throws {
        try await LoginServer.run { login in
            let token = try await login.token(try await login.person().email)
            try await OpenStream.read("of=balances", key: token, of: login.server) { stream in
                #expect(try await login.post("/v1/auth/session/renew", [:], key: token).status == 200)
                try await Task.sleep(for: .milliseconds(2_200))
                #expect(!stream.hasEnded)
            }
        }
    }

    @Test func `who acts for an account loses its stream with the account`() async throws {
        let mine = try await TestOperator.make(db)
        let (reseller, child) = (UUID(), UUID())
        for (id, kind, parent) in [(reseller, "reseller", nil), (child, "customer", reseller)]
            as [(UUID, String, UUID?)]
        {
            try await db.owner.run(
                """
                insert into accounts.accounts (tenant_id, id, ban, name, kind, parent_account_id)
                values (\(mine.id), \(id), \(String(id.uuidString.filter(\.isHexDigit).prefix(12))), \(kind), \(kind),
                        \(parent))
                """)
        }
        let key = try await mine.key(["billing:read"]) { $0.account = reseller }.text
        let headers = [("Heddle-Account", child.text)]
        try await TestServer.run { server in
            try await OpenStream.read("of=balances", key: key, headers: headers, of: server) { stream in
                try await Task.sleep(for: .milliseconds(1_500))
                #expect(!stream.hasEnded)
                try await db.owner.run(
                    """
                    update accounts.accounts set parent_account_id = null
                     where tenant_id = \(mine.id) and id = \(child)
                    """)
                try await until("it ended") { stream.hasEnded }
                #expect(stream.messages.last?.data["reason"] == "permission")
            }
        }
    }

    @Test func `a body that comes in is not waited for when its key may not send it any more`() async throws {
        let mine = try await TestOperator.make(db)
        let key = try await mine.key().text
        try await TestServer.run {
            $0.checkTime = .milliseconds(100)
        } _: { server in
            let body = TestOperator.heading + mine.lines(0..<2)
            let head =
                "POST /v1/cdr/batches HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: text/csv\r\n"
                + "Authorization: Bearer \(key)\r\nContent-Length: \(body.utf8.count * 1_000)\r\n\r\n"
            let (parts, rest) = AsyncStream.makeStream(of: String.self)
            async let answer = RawClient.send(parts, port: server.port)
            rest.yield(head + body)
            try await until("the key is let in") {
                try await ListAPIKeys(db.app)(mine.scope, limit: 1).first?.lastUsedAt != nil
            }
            try await db.owner.run("update auth.api_keys set scopes = '{cdr:read}' where tenant_id = \(mine.id)")
            // Most of it never comes. A busy machine may have read what came before it looks for the first time.
            for _ in 0..<20 {
                try await Task.sleep(for: .milliseconds(100))
                rest.yield(body)
            }
            rest.finish()
            let text = try await answer
            #expect(text.hasPrefix("HTTP/1.1 403") && text.contains("lacks the scope cdr:write"), "\(text)")
            #expect(try await [mine.calls(), mine.batches()] == [0, 0])
        }
    }

    /// A database that moves to another machine is away for some seconds.
    @Test(arguments: [(true, "HTTP/1.1 201", 2), (false, "HTTP/1.1 5", 0)])
    func `a body goes on coming in while the database does not say whose it is, and is taken when it does again`(
        saysAgain: Bool, status: String, calls: Int
    ) async throws {
        let mine = try await TestOperator.make(db)
        let key = try await mine.key().text
        let policy: SQL = "away_\(unescaped: String(mine.id.uuidString.filter(\.isHexDigit)))"
        try await TestServer.run {
            $0.checkTime = .milliseconds(100)
        } _: { server in
            let body = TestOperator.heading + mine.lines(0..<2)
            let half = body.utf8.count / 2
            let head =
                "POST /v1/cdr/batches HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: text/csv\r\n"
                + "Authorization: Bearer \(key)\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
            let (parts, rest) = AsyncStream.makeStream(of: String.self)
            async let answer = RawClient.send(parts, port: server.port)
            rest.yield(head + String(body.prefix(half / 2)))
            try await until("the key is let in") {
                try await ListAPIKeys(db.app)(mine.scope, limit: 1).first?.lastUsedAt != nil
            }
            // Whoever reads this key fails.
            try await db.owner.run(
                """
                create policy \(policy) on auth.api_keys as restrictive for select to heddle_app
                 using (case when tenant_id = '\(unescaped: mine.id.text)'
                                  and current_setting('app.tenant_id', true) = '\(unescaped: mine.id.text)'
                             then 1 / (length(name) - length(name)) = 1 else true end)
                """)
            try await Task.sleep(for: .milliseconds(300))
            rest.yield(String(body.dropFirst(half / 2).prefix(half / 2)))
            try await Task.sleep(for: .milliseconds(300))
            if saysAgain { try await db.owner.run("drop policy \(policy) on auth.api_keys") }
            rest.yield(String(body.dropFirst(half / 2 * 2)))
            rest.finish()
            let text = try await answer
            #expect(text.hasPrefix(status), "\(text)")
            if !saysAgain { try await db.owner.run("drop policy \(policy) on auth.api_keys") }
            #expect(try await mine.calls() == calls)
        }
    }

    @Test func `an export is broken off when its key may not read on`() async throws {
        let mine = try await TestOperator.make(db)
        let key = try await mine.key(["integration:read"]).text
        // Six parts, together far more than sockets keep.
        let count = 12_000
        try await mine.event("invoice.paid", padding: 3_000, count: count)
        try await TestServer.run {
            $0.checkTime = .milliseconds(100)
        } _: { server in
            var request = HTTPClientRequest(
                url: "http://127.0.0.1:\(server.port)/v1/integration/events?format=jsonl")
            request.headers = HTTPHeaders([("Authorization", "Bearer \(key)"), ("Accept-Encoding", "identity")])
            let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
            #expect(response.status == .ok)
            var parts = response.body.makeAsyncIterator()
            var lines = 0
            func add(_ part: ByteBuffer) { lines += part.readableBytesView.count { $0 == UInt8(ascii: "\n") } }
            if let first = try await parts.next() { add(first) }
            try await db.owner.run("update auth.api_keys set scopes = '{}' where tenant_id = \(mine.id)")
            try await Task.sleep(for: .milliseconds(300))
            do {
                while let part = try await parts.next() { add(part) }
                Issue.record("it came to its end, with \(lines) lines")
            } catch {
                // Broken off.
            }
            #expect(lines < count)
        }
    }
}
