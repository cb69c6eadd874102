import Foundation
import HTTPTypes
import Postgres
import Services

/// What staff of the platform does with operators.
enum TenantVerbs {
    static let all = [
        list, open, hold, close,
        change("suspend", "Suspend an operator", "Its charged calls are refused; emergency calls pass.") {
            try await ChangeTenant.suspend($0, because: $1, $2)
        },
        change("resume", "Let a suspended operator serve again") {
            try await ChangeTenant.resume($0, because: $1, $2)
        },
    ]

    private static let ours = "Only for the platform's own staff."
    private static let reason = VerbField("reason", .text(3...500), "Why; the audit trail has it beside the change.")

    /// - Throws: `ResourceFault` when whoever asks is none of the platform's.
    private static func refuseOthers(_ call: VerbCall) throws {
        guard try call.scope().isPlatform else {
            throw ResourceFault(.forbidden, "only the platform's own staff looks after operators")
        }
    }

    private static let list = Verb(
        method: .get, path: "/v1/platform/tenants", name: "list_operators", tag: "platform",
        summary: "All operators, by their short names",
        description: "\(ours) Needs the permission `\(EnterTenant.permission)` or `\(RequestScope.tenantsPermission)`.",
        access: .anybody,
        parameters: [
            .optional("after", .text(1...63), "The short name before the first."),
            .optional("limit", .integer(1...ListTenants.most), "How many at most: 100 unless said."),
        ],
        answer: .list([
            .init("id", .uuid, "The operator."), .init("slug", .text(2...63), "Short name."),
            .init("name", .text(0...400), "Name as people read it."),
            .init("status", .one(["active", "suspended", "closed"]), "How it is."),
            .nullable("status_reason", .text(0...500), "Why it was suspended or resumed."),
            .init("country", .text(2...2), "ISO 3166 code of its home country."),
            .init("currency", .text(3...3), "Currency of its reports and of new accounts."),
            .init("legal_hold", .boolean, "While true nothing of it may be deleted."),
            .init("created_at", .timestamp, "When it was made."),
            .nullable("closed_at", .timestamp, "When it was closed."),
            .nullable("kept_until", .timestamp, "Until when its data stays once it is closed."),
        ])
    ) { call in
        try refuseOthers(call)
        let scope = try call.scope()
        guard scope.may(EnterTenant.permission) || scope.may(RequestScope.tenantsPermission) else {
            throw Problem.lacking(RequestScope.tenantsPermission, try call.asker())
        }
        return try await call.changeAsEngine { session, _ in
            let lines = try await ListTenants.list(
                after: call.parameters.text("after"), limit: call.parameters.integer("limit") ?? 100, session)
            return .list(lines) { json, line in
                json.id("id", line.id)
                json.text("slug", line.slug)
                json.text("name", line.name)
                json.text("status", line.status)
                json.textOrNull("status_reason", line.statusReason)
                json.text("country", line.country)
                json.text("currency", line.currency)
                json.flag("legal_hold", line.isHeld)
                json.time("created_at", line.createdAt)
                json.time("closed_at", line.closedAt)
                json.time("kept_until", line.keptUntil)
            }
        }
    }

    private static let open = Verb(
        method: .post, path: "/v1/core/tenants", name: "open_operator", tag: "core", summary: "Make an operator",
        description: "\(ours) It has the usual roles, and one administrator, who chooses a password by the link that "
            + "is mailed, within seven days, and lets the others in.",
        access: .staff(RequestScope.tenantsPermission),
        body: [
            .init("slug", .text(2...63), "Short name in addresses, unique on the platform: small letters and digits."),
            .init("name", .text(1...200), "Name as people read it."),
            .optional("country", .text(2...2), "ISO 3166 code of its home country: US unless said."),
            .optional("currency", .text(3...3), "Of its reports and new accounts: USD unless said."),
            .init("email", .text(3...320), "The first administrator's login."),
            .optional("administrator", .text(1...200), "The administrator's name: the login unless said."),
        ],
        answer: .object(
            "operator",
            [
                .init("id", .uuid, "The operator."), .init("slug", .text(2...63), "Short name."),
                .init("user_id", .uuid, "The administrator."), .init("email", .text(3...320), "Login."),
                .init("token", .text(1...100), "For POST /v1/auth/password/reset; shown this once."),
                .init("expires_at", .timestamp, "When the link ends."),
            ]), status: 201
    ) { call in
        try refuseOthers(call)
        var entry = OpenTenant.Entry(
            slug: call.body.required("slug"), name: call.body.required("name"), email: call.body.required("email"))
        entry.country = call.body.text("country") ?? entry.country
        entry.currency = call.body.text("currency") ?? entry.currency
        entry.administrator = call.body.text("administrator") ?? entry.administrator
        return try await call.changeAsEngine { [entry] session, scope in
            let opened = try await OpenTenant.open(entry, session)
            let own = RequestScope(tenant: opened.id, actor: scope.actor)
            try await UserLink.send(opened.link, .invitation, call.api.ring, own, session)
            return AnswerOnce.Answer.object("operator", status: 201) { json in
                json.id("id", opened.id)
                json.text("slug", entry.slug)
                json.id("user_id", opened.user)
                json.text("email", opened.link.email)
                json.text("token", opened.link.token.text)
                json.time("expires_at", opened.link.expiresAt)
            }.keeping(without: opened.link.token.text).tellingRouters()
        }
    }

    private static let hold = Verb(
        method: .put, path: "/v1/core/tenants/{key}/legal_hold", name: "hold_operator", tag: "core",
        summary: "Place a legal hold on an operator, or lift it",
        description: "\(ours) While it is held nothing of it may be deleted, whatever its retention says.",
        access: .staff(RequestScope.tenantsPermission),
        body: [.init("legal_hold", .boolean, "Whether it is held from now on."), reason], answer: .none, status: 204
    ) { call in
        try refuseOthers(call)
        let tenant = try call.id()
        return try await call.changeAsEngine { session, _ in
            try await ChangeTenant.hold(
                tenant, call.body.flag("legal_hold"), because: call.body.required("reason"), session)
            return .nothing
        }
    }

    private static let close = Verb(
        method: .post, path: "/v1/core/tenants/{key}/close", name: "close_operator", tag: "core",
        summary: "Close an operator",
        description: "\(ours) It serves no more: keys, sessions and links open nothing, SMPP logins are suspended, "
            + "webhooks paused. Its data stays for its retention; said again, the time only moves on.",
        access: .staff(RequestScope.tenantsPermission),
        body: [
            reason, .optional("retention_months", .integer(0...1200), "How long its data stays: 36 unless said."),
        ],
        answer: .object(
            "closing",
            [.init("id", .uuid, "The operator."), .init("kept_until", .timestamp, "Until when its data stays.")])
    ) { call in
        try refuseOthers(call)
        let tenant = try call.id()
        return try await call.changeAsEngine { session, _ in
            let until = try await ChangeTenant.close(
                tenant, because: call.body.required("reason"), keeping: call.body.integer("retention_months") ?? 36,
                session)
            return AnswerOnce.Answer.object("closing") { json in
                json.id("id", tenant)
                json.time("kept_until", until)
            }.tellingRouters()
        }
    }

    private static func change(
        _ name: String, _ summary: String, _ description: String = "",
        _ work: @escaping @Sendable (UUID, String, Connection) async throws -> Void
    ) -> Verb {
        Verb(
            method: .post, path: "/v1/core/tenants/{key}/\(name)", name: "\(name)_operator", tag: "core",
            summary: summary, description: description.isEmpty ? ours : "\(ours) \(description)",
            access: .staff(RequestScope.tenantsPermission), body: [reason], answer: .none, status: 204
        ) { call in
            try refuseOthers(call)
            let tenant = try call.id()
            return try await call.changeAsEngine { session, _ in
                try await work(tenant, call.body.required("reason"), session)
                return AnswerOnce.Answer.nothing.tellingRouters()
            }
        }
    }
}
