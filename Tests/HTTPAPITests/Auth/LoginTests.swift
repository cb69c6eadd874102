import AsyncHTTPClient
import Foundation
import HTTPAPI
import NIOCore
import NIOHTTP1
import Postgres
import Services
import TestSupport
import Testing

/// Logging in, and out.
@Suite(.database) struct LoginTests {
    @Test func `who was invited chooses a password, logs in, and may what the roles permit`() async throws {
        try await LoginServer.run { login in
            let (id, email) = try await login.person(["support"])
            let answer = try await login.logIn(email.uppercased())
            #expect(answer.status == 201, "\(answer.text)")
            let token = try answer.member("token")
            let me = try await login.server.ask(.GET, "/v1/me", key: token)
            #expect(me.status == 200 && me.text.contains(#""kind":"session""#) && me.text.contains(id))
            #expect(try await login.server.ask(.GET, "/v1/accounts/accounts", key: token).status == 200)
            let refused = try await login.server.ask(.GET, "/v1/billing/invoices", key: token)
            #expect(refused.status == 403 && refused.text.contains("\(email) lacks the permission billing:read"))
            #expect(refused.headers.first(name: "RateLimit-Policy") == #""key";q=600;w=60, "tenant";q=60000;w=60"#)
            #expect(try await login.post("/v1/auth/logout", [:], key: token).status == 204)
            try await Task.sleep(for: .seconds(1.1))
            #expect(try await login.server.ask(.GET, "/v1/me", key: token).status == 401)
        }
    }

    @Test func `what is done is recorded under who did it`() async throws {
        try await LoginServer.run { login in
            let (id, email) = try await login.person()
            let token = try await login.token(email)
            let body: JSONValue = [
                "account_id": .text(login.mine.account.uuidString), "name": "Contact", "email": "c@x.example",
            ]
            #expect(try await login.post("/v1/accounts/contacts", body, key: token).status == 201)
            let rows = try await login.server.database.owner.run(
                """
                select action, object, actor, host(source) from audit.audit_log
                 where tenant_id = \(login.mine.id) and user_id::text = \(id) and action in ('login', 'insert')
                   and object in ('auth.users', 'accounts.contacts')
                 order by occurred_at
                """
            ).decode(String.self, String.self, String.self, String.self)
            #expect(rows.map(\.0) == ["login", "insert"])
            #expect(rows.allSatisfy { $0.2 == email && $0.3 == "127.0.0.1" })
        }
    }

    /// Nobody learns from an answer who is known: a wrong password and a wrong address are the same, and both lock.
    @Test(arguments: [true, false])
    func `ten failures lock, whoever is meant`(isKnown: Bool) async throws {
        try await LoginServer.run { login in
            let email =
                isKnown ? try await login.person().email : "nobody\(UUID().uuidString.lowercased())@x.example"
            var answers: [String] = []
            for _ in 0..<12 {
                let answer = try await login.logIn(email, "not the password")
                answers.append("\(answer.status) \(try answer.member("title"))")
            }
            #expect(Set(answers.prefix(10)) == ["401 Not let in"])
            #expect(Set(answers.suffix(2)) == ["429 Locked"])
            let locked = try await login.logIn(email)
            #expect(locked.status == 429 && locked.headers.first(name: "Retry-After").flatMap { Int($0) } ?? 0 > 800)
            #expect(try await login.incidents() == (isKnown ? ["login_brute_force login"] : []))
        }
    }

    /// As if so many seconds had passed.
    private func wait(_ seconds: Int, _ login: LoginServer, _ email: String) async throws {
        try await login.server.database.owner.run(
            """
            with moved as (
                update auth.login_attempts set attempted_at = attempted_at - make_interval(secs => \(seconds))
                 where email = \(email)
            )
            update auth.users set last_failed_login_at = last_failed_login_at - make_interval(secs => \(seconds)),
                                  locked_until = locked_until - make_interval(secs => \(seconds))
             where email = \(email)
            """)
    }

    /// Nor from when it locks, and for how long.
    @Test(arguments: [true, false])
    func `failures count while each is soon after the one before, whoever is meant`(isKnown: Bool) async throws {
        try await LoginServer.run { login in
            let email =
                isKnown ? try await login.person().email : "nobody\(UUID().uuidString.lowercased())@x.example"
            func fail(_ times: Int) async throws -> [Int] {
                var statuses: [Int] = []
                for _ in 0..<times { statuses.append(try await login.logIn(email, "not the password").status) }
                return statuses
            }
            #expect(Set(try await fail(4)) == [401])
            try await wait(890, login, email)
            #expect(Set(try await fail(5)) == [401])
            try await wait(910, login, email)
            #expect(Set(try await fail(9)) == [401])
            try await wait(890, login, email)
            #expect(try await fail(2) == [401, 429])
            try await wait(880, login, email)
            #expect(try await fail(1) == [429])
            try await wait(30, login, email)
            #expect(Set(try await fail(10)) == [401])
            #expect(try await fail(1) == [429])
        }
    }

    @Test func `the tenth attempt is looked at as well`() async throws {
        try await LoginServer.run { login in
            let (_, email) = try await login.person()
            for _ in 0..<9 { _ = try await login.logIn(email, "not the password") }
            #expect(try await login.logIn(email).status == 201)
            #expect(try await login.logIn(email, "not the password").status == 401)
            #expect(try await login.logIn(email).status == 201)
            #expect(try await login.incidents() == [])
        }
    }

    @Test func `nobody has passwords looked at without end, right ones either`() async throws {
        try await LoginServer.run { login in
            let (id, email) = try await login.person()
            let token = try await login.token(email)
            let right: JSONValue = ["password": .text(LoginServer.password)]
            #expect(try await login.post("/v1/me/totp", right, key: token).status == 201)
            // In this quarter of an hour and the next, whichever it is by then.
            try await login.server.database.owner.run(
                """
                insert into queue.rate_counters as c (tenant_id, key, window_s, window_start, used)
                select tenant_id, key, window_s, window_start + make_interval(secs => n * window_s), 20
                  from queue.rate_counters cross join generate_series(0, 1) n
                 where tenant_id = \(login.mine.id) and key = \("password:" + id.lowercased())
                on conflict (tenant_id, key, window_s, window_start) do update set used = 20
                """)
            let refused = try await login.post("/v1/me/totp", right, key: token)
            #expect(refused.status == 429 && refused.headers.first(name: "Retry-After") != nil, "\(refused.text)")
        }
    }

    @Test func `a key of one's own permits what one may by then, and nothing once one is disabled`() async throws {
        try await LoginServer.run { login in
            let (id, email) = try await login.person()
            let token = try await login.token(email)
            let own: JSONValue = ["name": "mine", "scopes": ["numbers:read"], "is_own": true]
            let key = try await login.post("/v1/auth/api_keys", own, key: token).member("key")
            let me = try await login.server.ask(.GET, "/v1/me", key: key)
            #expect(me.status == 200 && me.text.contains(id), "\(me.text)")
            let rotate = "/v1/auth/api_keys/\(try me.member("id"))/rotate"
            #expect(try await login.post(rotate, [:], key: login.api.key).status == 403)
            #expect(try await login.server.ask(.GET, "/v1/numbers/dids", key: key).status == 200)
            let nobodys = try await login.post("/v1/auth/api_keys", own, key: login.api.key)
            #expect(nobodys.status == 422 && nobodys.text.contains("#/is_own"), "\(nobodys.text)")
            let confined: JSONValue = [
                "name": "theirs", "scopes": ["accounts:read"], "is_own": true,
                "account_id": .text(login.mine.account.uuidString),
            ]
            let refused = try await login.post("/v1/auth/api_keys", confined, key: token)
            #expect(refused.status == 422 && refused.text.contains("confined to his account"), "\(refused.text)")
            let roles = "/v1/auth/users/\(id)/roles"
            let fewer = try await login.post(roles, ["roles": ["finance"]], key: login.api.key, method: .PUT)
            #expect(fewer.status < 300, "\(fewer.text)")
            try await Task.sleep(for: .seconds(1.1))
            #expect(try await login.server.ask(.GET, "/v1/numbers/dids", key: key).status == 403)
            #expect(try await login.post("/v1/auth/users/\(id)/disable", [:], key: login.api.key).status == 204)
            try await Task.sleep(for: .seconds(1.1))
            #expect(try await login.server.ask(.GET, "/v1/me", key: key).status == 401)
        }
    }

    @Test func `who logs in again does nothing twice under a key`() async throws {
        try await LoginServer.run { login in
            let (_, email) = try await login.person()
            let body: JSONValue = [
                "account_id": .text(login.mine.account.uuidString), "name": "Contact", "email": "c@x.example",
            ]
            var ids: Set<String> = []
            for _ in 0..<2 {
                let made = try await login.post(
                    "/v1/accounts/contacts", body, key: try await login.token(email), [("Idempotency-Key", "one")])
                #expect(made.status == 201, "\(made.text)")
                ids.insert(try made.member("id"))
            }
            #expect(ids.count == 1)
        }
    }

    @Test(arguments: [true, false])
    func `many attempts at once are no more than ten`(isKnown: Bool) async throws {
        try await LoginServer.run { login in
            let email =
                isKnown ? try await login.person().email : "nobody\(UUID().uuidString.lowercased())@x.example"
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<30 { group.addTask { try await login.logIn(email, "not the password").status } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.count { $0 == 401 } == 10 && statuses.count { $0 == 429 } == 20, "\(statuses)")
        }
    }

    @Test func `staff unlocks, and whoever logs in begins anew`() async throws {
        try await LoginServer.run { login in
            let (id, email) = try await login.person()
            for _ in 0..<9 { _ = try await login.logIn(email, "not the password") }
            #expect(try await login.logIn(email).status == 201)
            for _ in 0..<10 { #expect(try await login.logIn(email, "not the password").status == 401) }
            #expect(try await login.logIn(email).status == 429)
            #expect(try await login.post("/v1/auth/users/\(id)/unlock", [:], key: login.api.key).status == 204)
            #expect(try await login.logIn(email).status == 201)
        }
    }

    @Test func `who is disabled is out at once`() async throws {
        try await LoginServer.run { login in
            let (id, email) = try await login.person()
            let token = try await login.token(email)
            #expect(try await login.post("/v1/auth/users/\(id)/disable", [:], key: login.api.key).status == 204)
            try await Task.sleep(for: .seconds(1.1))
            #expect(try await login.server.ask(.GET, "/v1/me", key: token).status == 401)
            #expect(try await login.logIn(email).status == 401)
            #expect(try await login.post("/v1/auth/users/\(id)/enable", [:], key: login.api.key).status == 204)
            #expect(try await login.logIn(email).status == 201)
        }
    }

    @Test func `guesses of who has a session count, and end it`() async throws {
        try await LoginServer.run { login in
            let (_, email) = try await login.person()
            let token = try await login.token(email)
            let wrong: JSONValue = ["password": "wrong"]
            var statuses: [Int] = []
            for _ in 0..<11 {
                statuses.append(try await login.post("/v1/me/totp/remove", wrong, key: token).status)
                if statuses.count == 10 { try await Task.sleep(for: .seconds(1.1)) }
            }
            #expect(statuses == Array(repeating: 422, count: 10) + [401])
            #expect(try await login.logIn(email).status == 429)
        }
    }

    @Test func `two who ask for a forgotten password at once make one link, and a later choice ends it`() async throws {
        try await LoginServer.run { login in
            let (id, email) = try await login.person()
            let invitation = try await login.post("/v1/auth/users/\(id)/link", [:], key: login.api.key).member("token")
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        try await login.post("/v1/auth/password/forgot", ["email": .text(email)]).status
                    }
                }
                return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
            }
            #expect(statuses == [202])
            let token = try await login.token(email)
            let body: JSONValue = ["current_password": .text(LoginServer.password), "password": "another long secret"]
            #expect(try await login.post("/v1/me/password", body, key: token).status == 200)
            let late: JSONValue = ["token": .text(invitation), "password": "a third long secret"]
            #expect(try await login.post("/v1/auth/password/reset", late).status == 422)
        }
    }

    private static let badPasswords = [
        ("short", "at least 12 characters"), (String(repeating: "x", count: 90), "at most 72 bytes"),
        ("aaaabbbbaaaa", "5 different characters"), ("abcdefghijklm", "no row"),
        ("person-person!", "known of its owner"),
        ("Password1234!", "guessed first"),
    ]

    @Test(arguments: badPasswords)
    func `a password that is guessed first is refused`(password: String, expected: String) {
        let fault = PasswordRule.fault(password, about: ["per.son@person.example", "Per Son"])
        #expect(fault?.contains(expected) ?? false, "\(fault ?? "none")")
        #expect(PasswordRule.fault(LoginServer.password, about: ["per.son@person.example"]) == nil)
    }

    @Test func `a link of who was disabled opens nothing, also when he is enabled again`() async throws {
        try await LoginServer.run { login in
            let (id, _) = try await login.person()
            let user = "/v1/auth/users/\(id)"
            let token = try await login.post("\(user)/link", [:], key: login.api.key).member("token")
            for verb in ["disable", "enable"] {
                #expect(try await login.post("\(user)/\(verb)", [:], key: login.api.key).status == 204)
            }
            let choice: JSONValue = ["token": .text(token), "password": "another long secret"]
            #expect(try await login.post("/v1/auth/password/reset", choice).status == 422)
        }
    }

    @Test func `a link opens once, and the one before opens nothing`() async throws {
        try await LoginServer.run { login in
            let (id, email) = try await login.person()
            let old = try await login.token(email)
            let links = [
                try await login.post("/v1/auth/users/\(id)/link", [:], key: login.api.key),
                try await login.post("/v1/auth/users/\(id)/link", [:], key: login.api.key),
            ]
            func use(_ token: String, _ password: String) async throws -> Int {
                try await login.post(
                    "/v1/auth/password/reset", ["token": .text(token), "password": .text(password)]
                ).status
            }
            #expect(try await use(links[0].member("token"), "another long secret") == 422)
            #expect(try await use(links[1].member("token"), "too short") == 422)
            #expect(try await use(links[1].member("token"), "another long secret") == 204)
            #expect(try await use(links[1].member("token"), "another long secret") == 422)
            try await Task.sleep(for: .seconds(1.1))
            #expect(try await login.server.ask(.GET, "/v1/me", key: old).status == 401)
            #expect(try await login.logIn(email).status == 401)
            #expect(try await login.logIn(email, "another long secret").status == 201)
        }
    }

    @Test func `a forgotten password sends a link where there is somebody, and tells nobody`() async throws {
        try await LoginServer.run { login in
            let (_, email) = try await login.person()
            for address in [email, "nobody@x.example"] {
                #expect(try await login.post("/v1/auth/password/forgot", ["email": .text(address)]).status == 202)
            }
            let mail = try await login.server.database.owner.run(
                """
                select payload ->> 'to', payload::text from queue.outbox
                 where tenant_id = \(login.mine.id) and topic = 'mail.password_reset'
                """
            ).decode(String.self, String.self)
            #expect(mail.map(\.0) == [email] && !mail[0].1.contains("ht_"))
        }
    }

    @Test func `a link that staff sent is not ended by who asks for another`() async throws {
        try await LoginServer.run { login in
            let (id, email) = try await login.person()
            let token = try await login.post("/v1/auth/users/\(id)/link", [:], key: login.api.key).member("token")
            _ = try await login.server.database.owner.run([
                "set local session_replication_role = replica",
                """
                update auth.user_tokens set created_at = created_at - interval '30 minutes'
                 where tenant_id = \(login.mine.id)
                """,
            ])
            #expect(try await login.post("/v1/auth/password/forgot", ["email": .text(email)]).status == 202)
            let choice: JSONValue = ["token": .text(token), "password": "another long secret"]
            #expect(try await login.post("/v1/auth/password/reset", choice).status == 204)
        }
    }

    /// Addresses, the next one, and what they are counted as: of IPv6 one has a whole network.
    static let places: [(String, String, String)] = [
        ("203.0.113.60", "203.0.113.61", "203.0.113.60"), ("2001:db8:0:1::", "2001:db8:0:2::", "2001:db8:0:1::/64"),
    ]

    @Test(arguments: places)
    func `from one address a forgotten password is asked for so often, and the answer stays the same`(
        first: String, next: String, place: String
    ) async throws {
        let db = try TestDatabase.suite
        let mine = try await TestOperator.make(db)
        let email = "p\(UUID().uuidString.lowercased())@x.example"
        try await db.owner.run("insert into auth.users (tenant_id, email, name) values (\(mine.id), \(email), 'P')")
        try await TestServer.run {
            $0.proxies = ["127.0.0.0/8"]
        } _: { server in
            func forgot(_ email: String, from address: String) async throws -> String {
                let body: JSONValue = ["email": .text(email)]
                let answer = try await server.ask(
                    .POST, "/v1/auth/password/forgot",
                    headers: [("Content-Type", "application/json"), ("X-Forwarded-For", address)],
                    body: .bytes(.init(string: body.text)))
                return "\(answer.status) \(answer.text) \(answer.headers.first(name: "Retry-After") ?? "")"
            }
            func mails() async throws -> Int? {
                try await db.owner.run("select count(*) from queue.outbox where tenant_id = \(mine.id)").value(Int.self)
            }
            var answers: Set<String> = []
            for number in 10..<70 {
                let address = first.hasSuffix(":") ? "\(first)\(number)" : first
                answers.insert(try await forgot("nobody@x.example", from: address))
            }
            answers.insert(try await forgot(email, from: first))
            #expect(try await mails() == 0)
            answers.insert(try await forgot(email, from: next))
            #expect(try await mails() == 1)
            #expect(answers == ["202  "])
            let incidents = try await db.owner.run(
                "select kind::text from audit.security_incidents where dedup_key = \("forgot_from:\(place)")"
            ).values(String.self)
            #expect(incidents == ["login_brute_force"])
        }
    }

    @Test func `who changes the password keeps this session only, under another token`() async throws {
        try await LoginServer.run { login in
            let (_, email) = try await login.person()
            let (here, there) = (try await login.token(email), try await login.token(email))
            let body: JSONValue = ["current_password": .text(LoginServer.password), "password": "another long secret"]
            let wrong: JSONValue = ["current_password": "wrong", "password": "another long secret"]
            #expect(try await login.post("/v1/me/password", wrong, key: here).status == 422)
            // Who has a copy of the token renews it just before.
            let stolen = try await login.post("/v1/auth/session/renew", [:], key: here).member("token")
            let changed = try await login.post("/v1/me/password", body, key: here)
            #expect(changed.status == 200, "\(changed.text)")
            try await Task.sleep(for: .seconds(1.1))
            for token in [here, there, stolen] {
                #expect(try await login.server.ask(.GET, "/v1/me", key: token).status == 401)
            }
            #expect(try await login.server.ask(.GET, "/v1/me", key: changed.member("token")).status == 200)
            let sessions = try await login.server.ask(.GET, "/v1/me/sessions", key: changed.member("token"))
            #expect(try sessions.rows.count == 1)
        }
    }

    @Test func `a token that comes back after it was renewed ends the session`() async throws {
        try await LoginServer.run { login in
            let (_, email) = try await login.person()
            let old = try await login.token(email)
            let new = try await login.post("/v1/auth/session/renew", [:], key: old).member("token")
            #expect(new != old)
            // The old one renews nothing more.
            #expect(try await login.post("/v1/auth/session/renew", [:], key: old).status == 409)
            // What was under way with the old one goes on.
            for token in [old, new] { #expect(try await login.server.ask(.GET, "/v1/me", key: token).status == 200) }
            try await login.server.database.owner.run(
                "update auth.sessions set rotated_at = now() - interval '1 minute' where tenant_id = \(login.mine.id)")
            try await Task.sleep(for: .seconds(1.1))
            for token in [old, new] {
                #expect(try await login.server.ask(.GET, "/v1/me", key: token).status == 401)
                try await Task.sleep(for: .seconds(1.1))
            }
            #expect(try await login.incidents() == ["credential_leak session"])
        }
    }

    @Test(arguments: [("idle_expires_at", 401), ("expires_at", 401)])
    func `a session ends when it was not used, and in any case`(column: String, status: Int) async throws {
        try await LoginServer.run { login in
            let (_, email) = try await login.person()
            let token = try await login.token(email)
            let ends: SQL = column == "expires_at" ? "expires_at = now() - interval '1 s'," : ""
            try await login.server.database.owner.run(
                """
                update auth.sessions set \(ends) idle_expires_at = now() - interval '1 s'
                 where tenant_id = \(login.mine.id)
                """)
            #expect(try await login.server.ask(.GET, "/v1/me", key: token).status == status)
        }
    }
}
