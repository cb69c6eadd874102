import HTTPTypes
import Postgres
import Services

/// Staff of the platform enters an operator, and leaves it.
enum SupportVerbs {
    static let all = [enter, leave]

    private static let enter = Verb(
        method: .post, path: "/v1/support/entries", name: "enter_tenant", tag: "support",
        summary: "Enter an operator for support",
        description: "Only for the platform's own staff. The operator sees who entered, why and until when, and "
            + "everything that was changed is in its audit trail under that name.",
        access: .permission(EnterTenant.permission),
        body: [
            .init("tenant_id", .uuid, "The operator."),
            .init("reason", .text(10...500), "Why: a ticket, or a sentence."),
            .optional("minutes", .integer(1...EnterTenant.mostMinutes), "For how long: 60 unless said."),
            .optional("may_write", .boolean, "Whether things may be changed; else what is seen is seen only."),
        ],
        answer: .object(
            "support_entry",
            [
                .init("id", .uuid, "The entry."),
                .init("token", .text(1...100), "To be sent as Authorization: Bearer."),
                .init("expires_at", .timestamp, "When it ends."),
            ]), status: 201, isOnce: false
    ) { call in
        guard let tenant = call.body.id("tenant_id") else { throw Problem.noKey }
        let entry = try await EnterTenant(call.api.app)(
            tenant, because: call.body.required("reason"), minutes: call.body.integer("minutes") ?? 60,
            mayWrite: call.body.flag("may_write"), try call.asker(), try call.scope())
        return .object("support_entry", status: 201) { json in
            json.id("id", entry.id)
            json.text("token", entry.token.text)
            json.time("expires_at", entry.expiresAt)
        }
    }

    private static let leave = Verb(
        method: .post, path: "/v1/support/leave", name: "leave_tenant", tag: "support",
        summary: "Leave an operator that was entered", access: .anybody, answer: .none, status: 204, isOnce: false
    ) { call in
        let caller = try call.asker()
        guard caller.kind == .support else {
            throw Problem(.forbidden, "no-support", "Not an entry", "only who entered an operator leaves it")
        }
        return try await call.change { session, scope in
            try await EnterTenant.leave(caller, scope, session)
            return .nothing
        }
    }
}
