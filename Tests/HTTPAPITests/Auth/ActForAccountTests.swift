import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Postgres
import Services
import TestSupport
import Testing

/// `Heddle-Account`: who acts for which account.
@Suite(.database) struct ActForAccountTests {
    /// A reseller with a customer below it, and one that is somebody else's.
    private struct Family {
        let server: LoginServer
        let (reseller, child, other): (UUID, UUID, UUID)
        let key: String

        init(_ login: LoginServer) async throws {
            server = login
            (reseller, child, other) = (UUID(), UUID(), UUID())
            for (id, kind, parent) in [
                (reseller, "reseller", nil), (child, "customer", reseller), (other, "customer", nil),
            ]
                as [(UUID, String, UUID?)]
            {
                try await login.server.database.owner.run(
                    """
                    insert into accounts.accounts (tenant_id, id, ban, name, kind, parent_account_id)
                    values (\(login.mine.id), \(id), \(String(id.uuidString.filter(\.isHexDigit).prefix(12))), \(kind),
                            \(kind), \(parent))
                    """)
            }
            let reseller = reseller
            key = try await login.mine.key(["accounts:read", "accounts:write"]) { $0.account = reseller }.text
        }

        func accounts(_ account: String?, key: String? = nil) async throws -> (status: Int, ids: Set<String>) {
            let headers = account.map { [("Heddle-Account", $0)] } ?? []
            let answer = try await server.api.get("/v1/accounts/accounts", key: key ?? self.key, headers)
            return (answer.status, answer.status == 200 ? Set(try answer.column("id")) : [])
        }
    }

    @Test func `a reseller sees its own account, one below it, or all of them`() async throws {
        try await LoginServer.run { login in
            let family = try await Family(login)
            let (reseller, child) = (family.reseller.text, family.child.text)
            #expect(try await family.accounts(nil).ids == [reseller])
            #expect(try await family.accounts(child).ids == [child])
            #expect(try await family.accounts("all").ids == [reseller, child])
            for wrong in [family.other.text, UUID().text] {
                #expect(try await family.accounts(wrong).status == 403)
            }
            #expect(try await family.accounts("x").status == 400)
            #expect(try await login.incidents() == ["privilege_misuse act_for"])
        }
    }

    @Test func `staff acts for any account, and sees no more than it`() async throws {
        try await LoginServer.run { login in
            let family = try await Family(login)
            #expect(try await family.accounts(family.child.text, key: login.api.key).ids == [family.child.text])
            #expect(try await family.accounts(UUID().text, key: login.api.key).status == 403)
        }
    }

    @Test func `what is about oneself is not done for another`() async throws {
        try await LoginServer.run { login in
            let (_, email) = try await login.person()
            let token = try await login.token(email)
            let headers = [("Heddle-Account", login.mine.account.text)]
            #expect(try await login.post("/v1/auth/logout", [:], key: token, headers).status == 400)
            #expect(try await login.post("/v1/auth/logout", [:], key: token).status == 204)
        }
    }

    @Test func `what is made for an account below is that account's`() async throws {
        try await LoginServer.run { login in
            let family = try await Family(login)
            let body: JSONValue = ["account_id": .text(family.child.text), "name": "C", "email": "c@x.example"]
            func make(_ account: String?) async throws -> Int {
                try await login.post(
                    "/v1/accounts/contacts", body, key: family.key, account.map { [("Heddle-Account", $0)] } ?? []
                ).status
            }
            #expect(try await make(nil) == 403)
            #expect(try await make(family.child.text) == 201)
            #expect(try await make("all") == 201)
        }
    }
}
