import Foundation
import HTTPTypes
import Postgres
import Services

/// What is done with keys for programs. Nobody makes one that permits more than he may himself.
enum APIKeyVerbs {
    static let all = [create, rotate, revoke]

    private static let keyFields: [VerbField] = [
        .init("id", .uuid, "The key's id."), .init("prefix", .text(1...20), "What it is recognised by."),
        .init("key", .text(1...100), "The key, shown this once."),
    ]

    private static func answer(_ id: UUID, _ key: APIKeyText, status: Int) -> AnswerOnce.Answer {
        AnswerOnce.Answer.object("api_key", status: status) { json in
            json.id("id", id)
            json.text("prefix", key.prefix)
            json.text("key", key.text)
        }.keeping(without: key.text)
    }

    private static let create = Verb(
        method: .post, path: "/v1/auth/api_keys", name: "create_api_key", tag: "auth", summary: "Make an API key",
        description: "Its scopes are what whoever makes it may do himself, at most.", access: .permission("auth:write"),
        body: [
            .init("name", .text(1...200), "What it is used for."),
            .init("scopes", .texts(1000, 1...100), "What it permits: names of /v1/auth/permissions."),
            .optional("account_id", .uuid, "The account that it is confined to."),
            .optional("expires_at", .timestamp, "When it stops working."),
            .optional("allowed_addresses", .texts(100, 1...60), "Networks that it may be used from."),
            .optional("rate_limit_per_minute", .integer(1...1_000_000), "Most requests a minute: 600 unless said."),
            .optional("is_own", .boolean, "Whether it acts in your name: it permits no more than you may, ever."),
        ],
        answer: .object("api_key", keyFields), status: 201
    ) { call in
        let scope = try call.scope()
        var entry = APIKeyEntry(name: call.body.required("name"), scopes: call.body.texts("scopes"))
        entry.account = call.body.id("account_id") ?? scope.account
        entry.expiresAt = call.body.time("expires_at")
        entry.addresses = call.body.texts("allowed_addresses")
        entry.requestsPerMinute = call.body.integer("rate_limit_per_minute") ?? 600
        if call.body.flag("is_own") {
            let caller = try call.asker()
            guard caller.kind == .session else {
                throw ResourceFault(
                    .refused, "only people who are logged in have keys of their own",
                    [.init("is_own", pointer: "/is_own", "true", expected: "false, or nothing")])
            }
            entry.user = caller.user
        }
        try GrantRoles.refuse(entry.scopes, scope)
        if let own = scope.account, entry.account != own {
            throw ResourceFault(.forbidden, "people of an account make keys of that account")
        }
        return try await call.change { [entry] session, scope in
            do {
                let (id, key) = try await CreateAPIKey.make(entry, scope, session)
                return answer(id, key, status: 201)
            } catch let failure as APIKeyFailure {
                throw ResourceFault(.refused, failure.description)
            }
        }
    }

    private static let rotate = Verb(
        method: .post, path: "/v1/auth/api_keys/{key}/rotate", name: "rotate_api_key", tag: "auth",
        summary: "Give a key another secret", description: "The old one opens nothing a second later.",
        access: .permission("auth:write"), answer: .object("api_key", keyFields)
    ) { call in
        let id = try call.id()
        return try await call.change { session, scope in
            answer(id, try await ChangeAPIKey.rotate(id, scope, session), status: 200)
        }
    }

    private static let revoke = Verb(
        method: .post, path: "/v1/auth/api_keys/{key}/revoke", name: "revoke_api_key", tag: "auth",
        summary: "End a key for good", access: .permission("auth:write"),
        body: [.optional("reason", .text(1...200), "Why.")], answer: .none, status: 204
    ) { call in
        let id = try call.id()
        return try await call.change { session, scope in
            try await ChangeAPIKey.revoke(
                id, because: call.body.text("reason") ?? "revoked by \(scope.actor)", scope, session)
            return .nothing
        }
    }
}
