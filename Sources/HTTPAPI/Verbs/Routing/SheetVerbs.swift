import Foundation
import HTTPTypes
import Postgres
import Services

/// What is done with the versions of price sheets: of decks and rate plans. A file comes in by `SheetImports`.
enum SheetVerbs {
    static let all = [publish, withdraw, rollBack, preview]

    private static let publish = Verb(
        method: .post, path: "/v1/routing/sheets/{key}/publish", name: "publish_sheet", tag: "routing",
        summary: "Put a version of a deck or rate plan into force",
        description: "Now, or at a time to come; it is all of the version at that instant, or nothing.",
        access: .staff("routing:write"),
        body: [
            .init("version", .integer(1...Int(Int32.max)), "A complete draft."),
            .optional("from", .timestamp, "When; now unless said."),
        ],
        answer: .object("activation", [.init("from", .timestamp, "When it comes into force.")])
    ) { call in
        let sheet = try call.id()
        return try await call.change { session, scope in
            let from = try await PublishSheet.publish(
                sheet, version: call.body.integer("version") ?? 0, from: call.body.time("from"), scope, session)
            return .object("activation") { $0.time("from", from) }
        }
    }

    private static let withdraw = Verb(
        method: .post, path: "/v1/routing/sheets/{key}/withdraw", name: "withdraw_sheet", tag: "routing",
        summary: "Withdraw the versions of a deck or rate plan that are to come", access: .staff("routing:write"),
        answer: .object("withdrawal", [.init("versions", .integer(0...Int(Int32.max)), "How many.")])
    ) { call in
        let sheet = try call.id()
        return try await call.change { session, scope in
            let versions = try await PublishSheet.withdraw(sheet, scope, session)
            return .object("withdrawal") { $0.number("versions", versions) }
        }
    }

    private static let rollBack = Verb(
        method: .post, path: "/v1/routing/sheets/{key}/rollback", name: "roll_back_sheet", tag: "routing",
        summary: "Put the version of a deck or rate plan that held before into force again",
        access: .staff("routing:write"),
        answer: .object(
            "activation",
            [
                .init("version", .integer(1...Int(Int32.max)), "The version that holds now."),
                .init("from", .timestamp, "Since when."),
            ])
    ) { call in
        let sheet = try call.id()
        return try await call.change { session, scope in
            let (version, from) = try await PublishSheet.rollBack(sheet, scope, session)
            return .object("activation") { json in
                json.number("version", version)
                json.time("from", from)
            }
        }
    }

    private static let preview = Verb(
        method: .get, path: "/v1/routing/sheets/{key}/preview", name: "preview_sheet", tag: "routing",
        summary: "Show what a version of a deck or rate plan would change",
        description: "How its prices differ from those that hold, the largest differences first. With `traffic` the "
            + "outbound calls of the last seven days are routed again by both.",
        access: .staff("routing:read"),
        parameters: [
            .init("version", .integer(1...Int(Int32.max)), "The version to look at."),
            .optional("base", .integer(1...Int(Int32.max)), "The version to compare it with; what holds unless said."),
            .optional("from", .timestamp, "When it is to come into force; now unless said."),
            .optional("notice_days", .integer(0...365), "Days ahead that a raised price has to be announced; 7."),
            .optional("differences", .integer(0...1_000), "How many differences are listed; 20."),
            .optional("traffic", .boolean, "Whether last week's calls are routed again."),
        ],
        answer: .other(
            type: "application/json",
            schema: [
                "type": "object", "required": ["object", "version", "changes"],
                "properties": [
                    "object": ["const": "sheet_preview"], "sheet": ["type": "string"], "version": ["type": "integer"],
                    "base": ["type": "integer"], "changes": ["type": "object"],
                    "traffic": [
                        "type": ["object", "null"],
                        "description": "Calls, revenue, cost and margin before and after; codes without a price.",
                    ],
                ],
            ])
    ) { call in
        let scope = try call.scope()
        let sheet = try await FindSheet(call.api.engine)(try call.id(), of: scope.tenant)
        var question = SheetPreview.Question(version: call.parameters.integer("version") ?? 1)
        question.base = call.parameters.integer("base")
        question.from = call.parameters.time("from") ?? Date()
        question.noticeDays = call.parameters.integer("notice_days") ?? question.noticeDays
        question.differences = call.parameters.integer("differences") ?? question.differences
        question.withTraffic = call.parameters.flag("traffic")
        let place = try question.withTraffic ? call.placeToRehearse() : nil
        defer { place?.giveBack() }
        return AnswerOnce.Answer(status: 200, body: try await SheetPreview(call.api.engine)(sheet, question))
    }
}
