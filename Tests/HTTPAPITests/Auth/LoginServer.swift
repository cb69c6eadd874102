import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Postgres
import Services
import TestSupport
import Testing

/// A server, an operator on it with the usual roles, and people.
struct LoginServer: Sendable {
    let api: ResourceServer
    var server: TestServer { api.server }
    var mine: TestOperator { api.mine }
    static let password = "correct horse battery"

    static func run(_ body: @escaping @Sendable (LoginServer) async throws -> Void) async throws {
        try await ResourceServer.run { api in
            try await api.server.database.owner.run("select auth.add_usual_roles(\(api.mine.id))")
            try await body(LoginServer(api: api))
        }
    }

    /// Sends JSON.
    func post(
        _ path: String, _ body: JSONValue, key: String? = nil, method: HTTPMethod = .POST,
        _ headers: [(String, String)] = []
    ) async throws -> TestServer.Answer {
        try await server.ask(
            method, path, key: key, headers: headers + [("Content-Type", "application/json")],
            body: .bytes(.init(string: body.text)))
    }

    /// Invites somebody, who chooses a password.
    /// - Returns: id and address.
    func person(
        _ roles: [String] = ["admin"], account: UUID? = nil, by key: String? = nil
    ) async throws -> (id: String, email: String) {
        let email = "p\(UUID().uuidString.lowercased())@x.example"
        var body: [JSONValue.Member] = [
            .init("email", .text(email)), .init("name", "Per Son"), .init("roles", .list(roles.map { .text($0) })),
        ]
        if let account { body.append(.init("account_id", .text(account.uuidString))) }
        let invited = try await post("/v1/auth/users", .object(body), key: key ?? api.key)
        #expect(invited.status == 201, "\(invited.text)")
        let chosen = try await post(
            "/v1/auth/password/reset",
            ["token": .text(try invited.member("token")), "password": .text(Self.password)])
        #expect(chosen.status == 204, "\(chosen.text)")
        return (try invited.member("user_id"), email)
    }

    func logIn(_ email: String, _ password: String = password, code: String? = nil) async throws -> TestServer.Answer {
        var body: [JSONValue.Member] = [.init("email", .text(email)), .init("password", .text(password))]
        if let code { body.append(.init("code", .text(code))) }
        return try await post("/v1/auth/login", .object(body))
    }

    /// Logs in, and gives the token.
    func token(_ email: String) async throws -> String { try await logIn(email).member("token") }

    /// What there is of security incidents: kind and key.
    func incidents(_ tenant: UUID? = nil) async throws -> [String] {
        try await server.database.owner.run(
            """
            select kind || ' ' || split_part(dedup_key, ':', 1) from audit.security_incidents
             where tenant_id = \(tenant ?? mine.id) order by 1
            """
        ).values(String.self)
    }
}
