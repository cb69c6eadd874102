import Foundation
import HTTPTypes
import Postgres
import Services

/// What is done to be let in.
enum LoginVerbs {
    static let all = [login, forgot, reset, token]

    static let password = VerbField(
        "password", .text(1...256), "At least \(PasswordRule.shortest) characters, and nothing that is guessed first.")
    static let session: [VerbField] = [
        .init("id", .uuid, "The session."), .init("token", .text(1...100), "To be sent as Authorization: Bearer."),
        .init("expires_at", .timestamp, "When it ends in any case."),
        .init("idle_expires_at", .timestamp, "When it ends unless it is used before."),
    ]

    private static let login = Verb(
        method: .post, path: "/v1/auth/login", name: "log_in", tag: "auth", summary: "Log in",
        description: "A session of an hour after its last use, and of twelve hours at most. After ten failures nothing "
            + "is looked at for a quarter of an hour.",
        access: .open,
        body: [
            .init("email", .text(3...320), "Login."), .init("password", .text(1...256), "The password."),
            .optional("code", .text(6...40), "Of the second factor; or one of the recovery codes."),
        ],
        answer: .object("session", session), status: 201
    ) { call in
        let opened = try await LogIn(call.api.app, call.api.passwords, call.api.ring)(
            LogIn.Entry(
                email: call.body.required("email"), password: call.body.required("password"),
                code: call.body.text("code"), source: call.context.source, userAgent: call.userAgent,
                request: call.context.requestID))
        return answer(opened, status: 201)
    }

    static func answer(_ opened: OpenedSession, status: Int = 200) -> AnswerOnce.Answer {
        .object("session", status: status) { json in
            json.id("id", opened.id)
            json.text("token", opened.token.text)
            json.time("expires_at", opened.expiresAt)
            json.time("idle_expires_at", opened.idleExpiresAt)
        }
    }

    private static let forgot = Verb(
        method: .post, path: "/v1/auth/password/forgot", name: "forget_password", tag: "auth",
        summary: "Ask for a link to choose another password",
        description: "It is sent where there is such a user, once in a quarter of an hour at most, and sixty times "
            + "from one address; the answer does not tell.",
        access: .open, body: [.init("email", .text(3...320), "Login.")], answer: .none, status: 202
    ) { call in
        try await UserLink(call.api.app, call.api.passwords).forgot(
            call.body.required("email"), call.api.ring, source: call.context.source, request: call.context.requestID)
        return AnswerOnce.Answer(status: 202)
    }

    private static let reset = Verb(
        method: .post, path: "/v1/auth/password/reset", name: "reset_password", tag: "auth",
        summary: "Choose a password by a link",
        description: "The link of an invitation or of a forgotten password. All sessions of the user end.",
        access: .open, body: [.init("token", .text(1...200), "Of the link."), password], answer: .none, status: 204
    ) { call in
        try await UserLink(call.api.app, call.api.passwords).use(
            call.body.required("token"), password: call.body.required("password"), source: call.context.source,
            request: call.context.requestID)
        return .nothing
    }

    private static let token = Verb(
        method: .post, path: "/oauth/token", name: "oauth_token", tag: "auth",
        summary: "Get an access token for a key (OAuth 2.0 client credentials)",
        description: "RFC 6749, section 4.4. client_id is the key's prefix, client_secret the key. The token counts a "
            + "quarter of an hour, and no longer than the key.",
        access: .open,
        body: [
            .init("grant_type", .one(["client_credentials"]), "What is asked for."),
            .init("client_id", .text(1...100), "The key's prefix, `hk_…`."),
            .init("client_secret", .text(1...200), "The key."),
            .optional("scope", .text(1...4000), "What it is to permit, with spaces; all that the key does otherwise."),
        ],
        isForm: true,
        answer: .other(
            type: "application/json",
            schema: VerbField.schema(
                of: [
                    .init("access_token", .text(1...4000), "To be sent as Authorization: Bearer."),
                    .init("token_type", .one(["Bearer"]), "How it is sent."),
                    .init("expires_in", .integer(1...3600), "Seconds."),
                    .init("scope", .text(0...4000), "What it permits."),
                ], isClosed: false))
    ) { call in
        let tokens = BearerTokens(call.api.ring)
        let unknown = Problem(.unauthorized, "client-unknown", "Not let in", "client_id or client_secret is wrong")
        guard let key = APIKeyText(call.body.required("client_secret")), key.prefix == call.body.text("client_id")
        else {
            throw unknown
        }
        let caller: APICaller
        do {
            caller = try await CheckCaller(call.api.app, tokens)(
                key.text, from: call.context.source, request: call.context.requestID)
        } catch let refusal as APIRefusal {
            guard case .tooMany(let rate) = refusal else { throw unknown }
            throw Problem.busy(.tooManyRequests, "the key asks too often", after: rate.resetSeconds)
        }
        let wanted = call.body.text("scope").map { Set($0.split(separator: " ").map(String.init)) } ?? caller.scopes
        let more = wanted.subtracting(caller.scopes).sorted()
        guard more.isEmpty else {
            throw ResourceFault.refused("scope", more.joined(separator: " "), expected: "what the key permits")
        }
        let token = tokens.make(for: caller, key: key, scopes: wanted, at: Date())
        return AnswerOnce.Answer(
            status: 200,
            body: JSONWriter.object { json in
                json.text("access_token", token)
                json.text("token_type", "Bearer")
                json.number("expires_in", BearerTokens.seconds)
                json.text("scope", wanted.sorted().joined(separator: " "))
            })
    }
}
