import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Postgres
import Services
import TestSupport
import Testing

/// Nobody gives more than he has, and what is shown once is kept nowhere.
@Suite(.database) struct GrantTests {
    private func roleNamed(_ name: String, _ login: LoginServer) async throws -> String {
        let rows = try await login.api.get("/v1/auth/roles?name=\(name)").rows
        return rows.first?["id"]?.shown ?? ""
    }

    @Test func `nobody gives roles, permissions or keys that permit more than he may`() async throws {
        try await LoginServer.run { login in
            let helper: JSONValue = ["name": "helper", "permissions": ["auth:read", "auth:write", "cdr:read"]]
            #expect(try await login.post("/v1/auth/roles", helper, key: login.api.key).status == 201)
            let (own, email) = try await login.person(["helper"])
            let (admin, _) = try await login.person(["admin"])
            let token = try await login.token(email)
            func post(_ path: String, _ body: JSONValue, put: Bool = false) async throws -> Int {
                try await login.post(path, body, key: token, method: put ? .PUT : .POST).status
            }
            #expect(try await post("/v1/auth/users/\(own)/roles", ["roles": ["admin"]], put: true) == 403)
            #expect(try await post("/v1/auth/users/\(own)/roles", ["roles": ["helper"]], put: true) == 204)
            #expect(
                try await post(
                    "/v1/auth/users", ["email": "new@x.example", "name": "N", "roles": ["admin"]]) == 403)
            #expect(try await post("/v1/auth/roles", ["name": "more", "permissions": ["billing:write"]]) == 403)
            #expect(try await post("/v1/auth/roles", ["name": "same", "permissions": ["cdr:read"]]) == 201)
            let helperRole = try await roleNamed("helper", login)
            let widened: JSONValue = ["permissions": ["auth:read", "auth:write", "cdr:read", "billing:write"]]
            #expect(try await post("/v1/auth/roles/\(helperRole)/permissions", widened, put: true) == 403)
            #expect(try await post("/v1/auth/api_keys", ["name": "k", "scopes": ["billing:read"]]) == 403)
            #expect(try await post("/v1/auth/api_keys", ["name": "k", "scopes": ["cdr:read"]]) == 201)
            // Who may more is not his to look after: or he would take his password.
            for verb in ["link", "disable", "unlock", "remove_totp"] {
                #expect(try await post("/v1/auth/users/\(admin)/\(verb)", [:]) == 403, "\(verb)")
            }
            // Nor what is his own without the password.
            for verb in ["link", "disable", "remove_totp"] {
                #expect(try await post("/v1/auth/users/\(own)/\(verb)", [:]) == 422, "\(verb)")
            }
        }
    }

    @Test func `people of an account look after people of that account`() async throws {
        try await LoginServer.run { login in
            let role: JSONValue = ["name": "manager", "permissions": ["auth:read", "auth:write", "cdr:read"]]
            #expect(try await login.post("/v1/auth/roles", role, key: login.api.key).status == 201)
            let (_, email) = try await login.person(["manager"], account: login.mine.account)
            let (staff, _) = try await login.person([])
            let token = try await login.token(email)
            let outside: JSONValue = ["email": "o@x.example", "name": "O", "account_id": .text(UUID().uuidString)]
            #expect(try await login.post("/v1/auth/users", outside, key: token).status == 403)
            let inside = try await login.post("/v1/auth/users", ["email": "i@x.example", "name": "I"], key: token)
            #expect(inside.status == 201, "\(inside.text)")
            let user = try await login.api.get("/v1/auth/users/\(inside.member("user_id"))")
            #expect(try user.member("account_id").uppercased() == login.mine.account.uuidString)
            #expect(try await login.post("/v1/auth/users/\(staff)/link", [:], key: token).status == 404)
            // One of the same account who may more is not theirs to look after, although they see no roles.
            let billing: JSONValue = ["name": "money", "permissions": ["billing:write"]]
            #expect(try await login.post("/v1/auth/roles", billing, key: login.api.key).status == 201)
            let (rich, _) = try await login.person(["money"], account: login.mine.account)
            for verb in ["link", "disable", "unlock", "remove_totp"] {
                #expect(
                    try await login.post("/v1/auth/users/\(rich)/\(verb)", [:], key: token).status == 403, "\(verb)")
            }
            let new: JSONValue = ["name": "r", "permissions": []]
            #expect(try await login.post("/v1/auth/roles", new, key: token).status == 403)
        }
    }

    @Test func `who is invited has an address, and so many are invited in an hour`() async throws {
        try await LoginServer.run { login in
            func invite(_ email: String) async throws -> TestServer.Answer {
                let body: JSONValue = ["email": .text(email), "name": "N"]
                return try await login.post("/v1/auth/users", body, key: login.api.key)
            }
            for wrong in ["a b@x.example", "büro@x.example", "a@x.example,b@x.example"] {
                let answer = try await invite(wrong)
                #expect(answer.status == 422 && answer.text.contains("\"pointer\":\"#/email\""), "\(answer.text)")
            }
            try await login.server.database.engine.run(
                "select queue.take_rate(\(login.mine.id), 'invitations', 500, 3600, 497)")
            let late = try await invite("late-\(UUID().uuidString.lowercased())@x.example")
            #expect(late.status == 429, "\(late.text)")
        }
    }

    @Test func `a key is shown once, and again only without its secret`() async throws {
        try await LoginServer.run { login in
            let body: JSONValue = ["name": "k", "scopes": ["accounts:read", "cdr:read"]]
            let headers = [("Idempotency-Key", "one")]
            let first = try await login.post("/v1/auth/api_keys", body, key: login.api.key, headers)
            let second = try await login.post("/v1/auth/api_keys", body, key: login.api.key, headers)
            let key = try first.member("key")
            #expect(first.status == 201 && second.status == 201 && !second.text.contains(key))
            #expect(try second.member("id") == first.member("id"))
            let kept = try await login.server.database.owner.run(
                """
                select count(*) from queue.idempotency_keys
                 where tenant_id = \(login.mine.id) and response_body like \("%" + key + "%")
                """
            ).value(Int.self)
            #expect(kept == 0)
            #expect(try await login.api.get("/v1/accounts/accounts", key: key).status == 200)
            let rotated = try await login.post(
                "/v1/auth/api_keys/\(first.member("id"))/rotate", [:], key: login.api.key)
            #expect(rotated.status == 200)
            try await Task.sleep(for: .seconds(1.1))
            #expect(try await login.api.get("/v1/accounts/accounts", key: key).status == 401)
            let new = try rotated.member("key")
            #expect(try await login.api.get("/v1/accounts/accounts", key: new).status == 200)
            let end = "/v1/auth/api_keys/\(try first.member("id"))/revoke"
            #expect(try await login.post(end, ["reason": "test"], key: login.api.key).status == 204)
            try await Task.sleep(for: .seconds(1.1))
            #expect(try await login.api.get("/v1/accounts/accounts", key: new).text.contains("was revoked"))
            #expect(try await login.incidents() == ["credential_leak api_key"])
        }
    }

    @Test func `a key gets access tokens, which end with it`() async throws {
        try await LoginServer.run { login in
            let key = try await login.mine.key(["accounts:read", "cdr:read"])
            func token(_ form: String) async throws -> TestServer.Answer {
                try await login.server.ask(
                    .POST, "/oauth/token", headers: [("Content-Type", "application/x-www-form-urlencoded")],
                    body: .bytes(.init(string: form)))
            }
            let client = "grant_type=client_credentials&client_id=\(key.prefix)&client_secret="
            let whole = try await token(client + key.text)
            #expect(try whole.status == 200 && whole.member("scope") == "accounts:read cdr:read")
            let narrow = try await token(client + key.text + "&scope=cdr:read").member("access_token")
            #expect(try await login.api.get("/v1/accounts/accounts", key: whole.member("access_token")).status == 200)
            #expect(try await login.api.get("/v1/accounts/accounts", key: narrow).status == 403)
            #expect(try await login.api.get("/v1/cdr/raw_cdr", key: narrow).status == 200)
            #expect(try await token(client + key.text + "&scope=billing:write").status == 422)
            #expect(try await token(client + String(key.text.dropLast())).status == 401)
            // Another signature, algorithm or claim is none.
            let parts = narrow.split(separator: ".").map(String.init)
            let none = "eyJhbGciOiJub25lIn0.\(parts[1])."
            for forged in [none, "\(parts[0]).\(parts[1]).", "\(parts[0]).\(parts[1])A.\(parts[2])", "eyJ"] {
                #expect(try await login.api.get("/v1/cdr/raw_cdr", key: forged).status == 401, "\(forged)")
            }
            _ = try await ListAPIKeys(login.server.database.app).revoke(key.prefix, because: "test", login.mine.scope)
            try await Task.sleep(for: .seconds(1.1))
            #expect(try await login.api.get("/v1/cdr/raw_cdr", key: narrow).status == 401)
        }
    }

    @Test func `only the platform's staff enters an operator, for a time and a reason that the operator sees`()
        async throws
    {
        try await LoginServer.run { login in
            let database = login.server.database
            let nobody = UUID(uuidString: "00000000-0000-0000-0000-000000000000") ?? UUID()
            let scope = RequestScope(tenant: nobody, actor: "test")
            try await database.owner.run("select auth.add_usual_roles(\(nobody))")
            try await database.owner.run(
                """
                insert into auth.role_permissions (tenant_id, role_id, permission)
                select tenant_id, id, 'support:enter' from auth.roles where tenant_id = \(nobody) and name = 'admin'
                    on conflict do nothing
                """)
            let email = "s\(UUID().uuidString.lowercased())@platform.example"
            var entry = UserEntry(email: email, name: "Support")
            entry.roles = ["admin"]
            let link = try await database.app.transaction(context: scope.opening, statementTimeout: .seconds(10)) {
                [entry] session in try await InviteUser.make(entry, scope, session).link
            }
            let choice: JSONValue = ["token": .text(link.token.text), "password": .text(LoginServer.password)]
            #expect(try await login.post("/v1/auth/password/reset", choice).status == 204)
            let staff = try await login.token(email)
            let wanted: JSONValue = ["tenant_id": .text(login.mine.id.uuidString), "reason": "ticket 4711, as asked"]
            // Not people of an operator, whatever they may there.
            let (_, other) = try await login.person()
            #expect(try await login.post("/v1/support/entries", wanted, key: login.token(other)).status == 403)
            let entered = try await login.post("/v1/support/entries", wanted, key: staff)
            #expect(entered.status == 201, "\(entered.text)")
            let token = try entered.member("token")
            let seen = try await login.api.get("/v1/accounts/accounts", key: token)
            #expect(try seen.status == 200 && seen.column("ban") == [login.mine.ban])
            let body: JSONValue = ["account_id": .text(login.mine.account.uuidString), "name": "C"]
            #expect(try await login.post("/v1/accounts/contacts", body, key: token).status == 403)
            let entries = try await login.api.get("/v1/auth/support_entries").rows
            #expect(entries.map { $0["reason"]?.shown } == ["ticket 4711, as asked"])
            #expect(try await login.post("/v1/support/leave", [:], key: token).status == 204)
            try await Task.sleep(for: .seconds(1.1))
            #expect(try await login.api.get("/v1/accounts/accounts", key: token).status == 401)
            // Who logs out has left wherever he was from there.
            let elsewhere = try await login.token(email)
            let third = try await login.post("/v1/support/entries", wanted, key: elsewhere).member("token")
            #expect(try await login.api.get("/v1/accounts/accounts", key: third).status == 200)
            #expect(try await login.post("/v1/auth/logout", [:], key: elsewhere).status == 204)
            try await Task.sleep(for: .seconds(1.1))
            #expect(try await login.api.get("/v1/accounts/accounts", key: third).status == 401)
            // Who is no staff of the platform any more is out everywhere.
            let second = try await login.post("/v1/support/entries", wanted, key: staff).member("token")
            #expect(try await login.api.get("/v1/accounts/accounts", key: second).status == 200)
            try await database.owner.run("update auth.users set status = 'disabled' where email = \(email)")
            try await Task.sleep(for: .seconds(1.1))
            #expect(try await login.api.get("/v1/accounts/accounts", key: second).status == 401)
        }
    }
}
