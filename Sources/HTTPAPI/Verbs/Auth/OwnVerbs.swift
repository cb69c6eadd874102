import Foundation
import HTTPTypes
import Postgres
import Services

/// What somebody does with his own sessions, password and second factor.
enum OwnVerbs {
    static let all = [
        me, FeatureVerbs.mine, logout, renew, sessions, endSession, endSessions, password, beginTOTP, confirmTOTP,
        removeTOTP,
    ]

    private static let me = Verb(
        method: .get, path: "/v1/me", name: "get_me", tag: "me", summary: "Who asks", access: .anybody,
        answer: .object(
            "caller",
            [
                .init("kind", .one(["key", "session", "support"]), "How it was let in."),
                .init("tenant_id", .uuid, "The operator."), .init("id", .uuid, "The key, session or entry."),
                .init("name", .text(0...400), "The key's name, or the login."),
                .nullable("user_id", .uuid, "The user."),
                .nullable("account_id", .uuid, "The account it is confined to."),
                .init("permissions", .texts(1000, 1...100), "What it permits."),
                .nullable("duty", .one(["second_factor", "password"]), "What has to be done first."),
            ])
    ) { call in
        let caller = try call.asker()
        return .object("caller") { json in
            json.text("kind", "\(caller.kind)")
            json.id("tenant_id", caller.tenant)
            json.id("id", caller.id)
            json.text("name", caller.name)
            json.idOrNull("user_id", caller.user)
            json.idOrNull("account_id", caller.account)
            json.array("permissions") { json in for scope in caller.scopes.sorted() { json.text(nil, scope) } }
            json.textOrNull("duty", caller.duty?.rawValue)
        }
    }

    private static func session(_ call: VerbCall) throws -> APICaller {
        let caller = try call.asker()
        guard caller.kind == .session else {
            throw Problem(.forbidden, "no-session", "Not a session", "only people who are logged in do this")
        }
        guard !caller.isActing else {
            throw Problem.wrong("Heddle-Account", "", expected: "nothing: it is about you")
        }
        return caller
    }

    private static let logout = Verb(
        method: .post, path: "/v1/auth/logout", name: "log_out", tag: "auth", summary: "Log out",
        access: .anybody, answer: .none, status: 204, isOnce: false
    ) { call in
        let caller = try session(call)
        return try await call.change { session, scope in
            guard let user = caller.user else { return .nothing }
            try await OpenedSession.end(of: user, only: caller.id, because: .logout, scope, session)
            return .nothing
        }
    }

    private static let renew = Verb(
        method: .post, path: "/v1/auth/session/renew", name: "renew_session", tag: "auth",
        summary: "Give the session another token",
        description:
            "The old token opens for half a minute more. Who shows it later has a copy: then the session ends.",
        access: .anybody, answer: .object("session", LoginVerbs.session), isOnce: false
    ) { call in
        let caller = try session(call)
        return try await call.change { session, scope in
            LoginVerbs.answer(try await OpenedSession.renew(caller, scope, session))
        }
    }

    private static let sessions = Verb(
        method: .get, path: "/v1/me/sessions", name: "list_own_sessions", tag: "me", summary: "Your open sessions",
        access: .anybody,
        answer: .list([
            .init("id", .uuid, "The session."), .init("is_current", .boolean, "Whether it is this one."),
            .init("created_at", .timestamp, "When you logged in."),
            .init("last_seen_at", .timestamp, "When it was used."),
            .init("expires_at", .timestamp, "When it ends in any case."),
            .nullable("ip", .text(0...60), "Where it was used from."),
            .init("user_agent", .text(0...512), "What the program calls itself."),
        ])
    ) { call in
        let caller = try session(call)
        let open = try await OwnSessions(call.api.app)(caller, try call.scope())
        return .list(open) { json, one in
            json.id("id", one.id)
            json.flag("is_current", one.id == caller.id)
            json.time("created_at", one.createdAt)
            json.time("last_seen_at", one.lastSeenAt)
            json.time("expires_at", one.expiresAt)
            json.textOrNull("ip", one.address)
            json.text("user_agent", one.userAgent)
        }
    }

    private static let endSession = Verb(
        method: .delete, path: "/v1/me/sessions/{key}", name: "end_own_session", tag: "me", summary: "End a session",
        access: .anybody, answer: .none, status: 204
    ) { call in
        let (caller, id) = (try session(call), try call.id())
        return try await call.change { session, scope in
            guard let user = caller.user,
                try await OpenedSession.end(of: user, only: id, because: .revokedByUser, scope, session) == 1
            else { throw ResourceFault(.notFound, "you have no open session \(id.text)") }
            return .nothing
        }
    }

    private static let endSessions = Verb(
        method: .delete, path: "/v1/me/sessions", name: "end_own_sessions", tag: "me",
        summary: "End all other sessions", access: .anybody, answer: .none, status: 204
    ) { call in
        let caller = try session(call)
        return try await call.change { session, scope in
            guard let user = caller.user else { return .nothing }
            try await OpenedSession.end(of: user, except: caller.id, because: .revokedByUser, scope, session)
            return .nothing
        }
    }

    private static let password = Verb(
        method: .post, path: "/v1/me/password", name: "change_own_password", tag: "me", summary: "Change the password",
        description: "Your other sessions end, and this one gets another token.", access: .anybody,
        body: [.init("current_password", .text(1...256), "The one until now."), LoginVerbs.password],
        answer: .object("session", LoginVerbs.session), isOnce: false
    ) { call in
        let caller = try session(call)
        return LoginVerbs.answer(
            try await ChangePassword(call.api.app, call.api.passwords)(
                from: call.body.required("current_password"), to: call.body.required("password"), caller,
                try call.scope()))
    }

    private static let beginTOTP = Verb(
        method: .post, path: "/v1/me/totp", name: "begin_totp", tag: "me", summary: "Begin a second factor",
        description: "A secret for an app (RFC 6238). It counts when it is confirmed with a code.", access: .anybody,
        body: [.init("password", .text(1...256), "The password.")],
        answer: .object(
            "totp",
            [
                .init("address", .text(1...600), "otpauth://, as apps read it from a picture."),
                .init("secret", .text(1...100), "The same to type in, in base32."),
            ]), status: 201, isOnce: false
    ) { call in
        let caller = try await proved(call)
        return try await call.change { session, scope in
            let made = try await SecondFactor(call.api.ring).begin(caller, scope, session)
            return .object("totp", status: 201) { json in
                json.text("address", made.address)
                json.text("secret", made.secret)
            }
        }
    }

    private static let confirmTOTP = Verb(
        method: .post, path: "/v1/me/totp/confirm", name: "confirm_totp", tag: "me", summary: "Confirm a second factor",
        description: "Your other sessions end.", access: .anybody,
        body: [.init("code", .text(6...40), "What the app shows.")],
        answer: .object(
            "recovery_codes", [.init("codes", .texts(20, 1...40), "For when the app is lost, each once. Keep them.")]),
        isOnce: false
    ) { call in
        let caller = try session(call)
        return try await call.change { session, scope in
            let codes = try await SecondFactor(call.api.ring).confirm(
                call.body.required("code"), caller, scope, session)
            return .object("recovery_codes") { json in
                json.array("codes") { json in for code in codes { json.text(nil, code) } }
            }
        }
    }

    /// Who is logged in, and knows the password: a copy of a session is not enough.
    private static func proved(_ call: VerbCall) async throws -> APICaller {
        let caller = try session(call)
        try await ProvePassword(call.api.app, call.api.passwords)(
            call.body.required("password"), caller, try call.scope(), as: "password")
        return caller
    }

    private static let removeTOTP = Verb(
        method: .post, path: "/v1/me/totp/remove", name: "remove_totp", tag: "me", summary: "Remove the second factor",
        access: .anybody, body: [.init("password", .text(1...256), "The password.")], answer: .none, status: 204,
        isOnce: false
    ) { call in
        let caller = try await proved(call)
        return try await call.change { session, scope in
            try await SecondFactor.remove(caller, scope, session)
            return .nothing
        }
    }
}
