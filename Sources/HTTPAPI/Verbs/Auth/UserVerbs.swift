import Foundation
import HTTPTypes
import Postgres
import Services

/// What is done with users.
enum UserVerbs {
    static let all = [
        invite, setRoles, link,
        change("disable", "Disable a user", "All sessions end, and keys in the user's name open nothing.") {
            try await ChangeUser.disable($0, $1, $2)
        },
        change("enable", "Enable a user again") { try await ChangeUser.enable($0, $1, $2) },
        change("unlock", "Unlock a user who failed too often") { try await ChangeUser.unlock($0, $1, $2) },
        change("remove_totp", "Take a lost second factor away", "All sessions end.") {
            try await ChangeUser.removeFactor($0, $1, $2)
        },
    ]

    private static let linkFields: [VerbField] = [
        .init("user_id", .uuid, "The user."),
        .init("token", .text(1...100), "For POST /v1/auth/password/reset; shown this once."),
        .init("email", .text(3...320), "Login."), .init("expires_at", .timestamp, "When the link ends."),
    ]

    private static func answer(_ user: UUID, _ made: UserLink.Made, status: Int) -> AnswerOnce.Answer {
        AnswerOnce.Answer.object("user_link", status: status) { json in
            json.id("user_id", user)
            json.text("token", made.token.text)
            json.text("email", made.email)
            json.time("expires_at", made.expiresAt)
        }.keeping(without: made.token.text)
    }

    private static let invite = Verb(
        method: .post, path: "/v1/auth/users", name: "invite_user", tag: "auth", summary: "Invite a user",
        description:
            "Nobody gives roles that permit more than he may himself. The link is mailed to the user, who chooses a "
            + "password by it within seven days. An operator invites 500 people an hour at most, and each account 50.",
        access: .permission("auth:write"),
        body: [
            .init("email", .text(3...320), "Login."), .init("name", .text(1...200), "Name as people read it."),
            .optional("account_id", .uuid, "The account whose people it belongs to; without it, staff."),
            .optional("roles", .texts(50, 1...100), "Names of roles."),
        ],
        answer: .object("user_link", linkFields), status: 201
    ) { call in
        var entry = UserEntry(email: call.body.required("email"), name: call.body.required("name"))
        entry.account = try call.body.id("account_id") ?? call.scope().account
        entry.roles = call.body.texts("roles")
        if let seconds = try await InvitationRate.use(try call.scope(), call.api.app) {
            throw Problem.busy(.tooManyRequests, "enough people were invited for this hour", after: seconds)
        }
        return try await call.change { [entry] session, scope in
            let made = try await InviteUser.make(entry, scope, session)
            try await UserLink.send(made.link, .invitation, call.api.ring, scope, session)
            return answer(made.user, made.link, status: 201)
        }
    }

    private static let setRoles = Verb(
        method: .put, path: "/v1/auth/users/{key}/roles", name: "set_user_roles", tag: "auth",
        summary: "Give a user these roles, and no others",
        description: "Nobody gives or takes roles that permit more than he may himself.",
        access: .permission("auth:write"), body: [.init("roles", .texts(50, 1...100), "Names of roles.")],
        answer: .none, status: 204
    ) { call in
        let user = try call.id()
        return try await call.change { session, scope in
            try await GrantRoles.mayLookAfter(user, scope, session)
            try await GrantRoles.set(call.body.texts("roles"), of: user, scope, session)
            return .nothing
        }
    }

    private static let link = Verb(
        method: .post, path: "/v1/auth/users/{key}/link", name: "make_user_link", tag: "auth",
        summary: "Make a link by which a user chooses another password",
        description: "For one who cannot be reached by mail. The link before opens nothing any more.",
        access: .permission("auth:write"), answer: .object("user_link", linkFields), status: 201
    ) { call in
        let user = try call.id()
        return try await call.change { session, scope in
            try await GrantRoles.mayLookAfter(user, scope, session)
            // By the password, so that a copy of a session cannot.
            if user == scope.user { throw ResourceFault(.refused, "change your own password by POST /v1/me/password") }
            return answer(
                user, try await UserLink.make(.passwordReset, for: user, scope, session), status: 201)
        }
    }

    private static func change(
        _ name: String, _ summary: String, _ description: String = "",
        _ work: @escaping @Sendable (UUID, RequestScope, Connection) async throws -> Void
    ) -> Verb {
        Verb(
            method: .post, path: "/v1/auth/users/{key}/\(name)", name: "\(name)_user", tag: "auth", summary: summary,
            description: description, access: .permission("auth:write"), answer: .none, status: 204
        ) { call in
            let user = try call.id()
            return try await call.change { session, scope in
                try await work(user, scope, session)
                return .nothing
            }
        }
    }
}
