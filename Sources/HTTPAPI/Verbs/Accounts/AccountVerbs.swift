import Foundation
import HTTPTypes
import Postgres
import Services

/// What staff does with accounts, for a reason.
enum AccountVerbs {
    static let all = [
        change("suspend", "Suspend an account", "suspended", "Its calls are refused, but to emergency codes.") {
            try await ChangeAccount.suspend($0, because: $1, $2, $3)
        },
        change("resume", "Let a suspended account call again", "active") {
            try await ChangeAccount.resume($0, because: $1, $2, $3)
        },
        change(
            "close", "Close an account", "closed",
            "It is kept for its history, and stays closed. Refused while calls of it hold money, while it has numbers "
                + "or accounts below it, and while its balance is not 0; the answer says what to do."
        ) {
            try await ChangeAccount.close($0, because: $1, $2, $3)
        },
    ]

    private static func change(
        _ name: String, _ summary: String, _ status: String, _ description: String = "",
        _ work: @escaping @Sendable (UUID, String, RequestScope, Connection) async throws -> Void
    ) -> Verb {
        Verb(
            method: .post, path: "/v1/accounts/accounts/{key}/\(name)", name: "\(name)_account", tag: "accounts",
            summary: summary, description: description, access: .staff("accounts:write"),
            body: [.init("reason", .text(3...500), "Why; the audit trail has it beside the change.")],
            answer: .object(
                "account_status",
                [
                    .init("id", .uuid, "The account."),
                    .init("status", .one(["active", "suspended", "closed"]), "How it is now."),
                ])
        ) { call in
            let account = try call.id()
            return try await call.change { session, scope in
                try await work(account, call.body.required("reason"), scope, session)
                return AnswerOnce.Answer.object("account_status") { json in
                    json.id("id", account)
                    json.text("status", status)
                }.tellingRouters()
            }
        }
    }
}
