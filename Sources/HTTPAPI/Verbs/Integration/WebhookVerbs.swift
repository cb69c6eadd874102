import Foundation
import HTTPTypes
import Postgres
import Services

/// What is done with webhooks.
enum WebhookVerbs {
    static let all = [create, rotate, test, replay]

    private static let secret = VerbField(
        "secret", .text(1...200), "What its receiver checks signatures with (Standard Webhooks), shown this once.")

    private static func answer(_ id: UUID, _ secret: String, status: Int) -> AnswerOnce.Answer {
        AnswerOnce.Answer.object("webhook_secret", status: status) { json in
            json.id("id", id)
            json.text("secret", secret)
        }.keeping(without: secret)
    }

    private static let create = Verb(
        method: .post, path: "/v1/integration/webhooks", name: "create_webhook", tag: "integration",
        summary: "Make a webhook",
        description: "It is sent the events that it wants, each at least once and under one id, in the order of each "
            + "thing that they tell of: signed as Standard Webhooks has it, over https, to public addresses. What else "
            + "it may be is changed as rows are.",
        access: .permission("integration:write"),
        body: [
            .init("name", .text(1...200), "Name, unique within the account."),
            .init("url", .text(10...2000), "https://host/path."),
            .init(
                "event_types", .texts(100, 1...100),
                "Events that it gets: invoice.paid, invoice.*, or * for all; /v1/ref/event_types has what there is."),
            .optional("account_id", .uuid, "The account whose events it gets; without it, those of all accounts."),
            .optional("max_per_minute", .integer(1...100_000), "Most deliveries a minute."),
        ],
        answer: .object("webhook_secret", [.init("id", .uuid, "The webhook."), secret]), status: 201
    ) { call in
        var entry = ChangeWebhook.Entry(
            name: call.body.required("name"), url: call.body.required("url"), eventTypes: call.body.texts("event_types")
        )
        entry.account = try call.body.id("account_id") ?? call.scope().account
        entry.maxPerMinute = call.body.integer("max_per_minute")
        return try await call.change { [entry] session, scope in
            let made = try await ChangeWebhook(call.api.ring).create(entry, scope, session)
            return answer(made.id, made.secret, status: 201)
        }
    }

    private static let rotate = Verb(
        method: .post, path: "/v1/integration/webhooks/{key}/rotate", name: "rotate_webhook_secret", tag: "integration",
        summary: "Give a webhook another secret", description: "For a day both sign.",
        access: .permission("integration:write"),
        answer: .object("webhook_secret", [.init("id", .uuid, "The webhook."), secret])
    ) { call in
        let id = try call.id()
        return try await call.change { session, scope in
            answer(id, try await ChangeWebhook(call.api.ring).rotate(id, scope, session), status: 200)
        }
    }

    private static let test = Verb(
        method: .post, path: "/v1/integration/webhooks/{key}/test", name: "test_webhook", tag: "integration",
        summary: "Send a webhook a test",
        description: "The event webhook.test. What came of it is in /v1/integration/delivery_attempts.",
        access: .permission("integration:write"),
        answer: .object("delivery", [.init("id", .uuid, "The delivery.")]), status: 202
    ) { call in
        let id = try call.id()
        return try await call.change { session, scope in
            let delivery = try await ChangeWebhook.test(id, scope, session)
            return .object("delivery", status: 202) { $0.id("id", delivery) }
        }
    }

    private static let replay = Verb(
        method: .post, path: "/v1/integration/webhooks/{key}/replay", name: "replay_webhook", tag: "integration",
        summary: "Send the events of a time again",
        description: "Under the ids that they had, in their order; \(ChangeWebhook.mostReplayed) at most.",
        access: .permission("integration:write"),
        body: [
            .init("from", .timestamp, "The first instant."), .init("to", .timestamp, "The first instant after it."),
            .optional("event_types", .texts(100, 1...100), "Only these."),
            .optional("only_failed", .boolean, "Only those that were never delivered."),
        ],
        answer: .object(
            "replay", [.init("deliveries", .integer(0...ChangeWebhook.mostReplayed), "How many are sent.")]),
        status: 202
    ) { call in
        guard let from = call.body.time("from"), let to = call.body.time("to"), from < to else {
            throw ResourceFault([
                .init("to", pointer: "/to", call.body.required("to"), expected: "a time after from")
            ])
        }
        let id = try call.id()
        return try await call.change { session, scope in
            let made = try await ChangeWebhook.replay(
                id, from: from, to: to, types: call.body.texts("event_types"),
                onlyFailed: call.body.flag("only_failed"),
                scope, session)
            return .object("replay", status: 202) { $0.number("deliveries", made) }
        }
    }
}
