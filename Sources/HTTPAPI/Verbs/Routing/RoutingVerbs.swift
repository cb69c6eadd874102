import Foundation
import HTTPTypes
import Postgres
import Services

/// What is asked of routing.
enum RoutingVerbs {
    static let all = [leastCost, policy]

    private static let number = "E.164, as +12125550100."

    private static let leastCost = Verb(
        method: .post, path: "/v1/routing/explain", name: "explain_route", tag: "routing",
        summary: "Show by which carriers a call would go, at what price, and why others were left",
        description: "Nothing is called, and no money is held.", access: .staff("routing:read"),
        body: [
            .init("called", .text(3...20), number), .optional("caller", .text(3...20), number),
            .optional("account_id", .uuid, "Whose call it is: with what it pays, and which profile it has."),
            .optional("at", .timestamp, "When; now unless said."),
            .optional("codecs", .texts(20, 1...40), "What it offers."),
        ],
        answer: .list([
            .nullable("rank", .integer(1...100_000), "The turn; null of those that were left."),
            .init("carrier_trunk_id", .uuid, "The trunk to the carrier."),
            .init("carrier", .text(0...200), "The carrier."),
            .init("outcome", .text(1...60), "`chosen`, or why it was left."),
            .nullable("prefix", .text(1...20), "What it is priced by."),
            .nullable("jurisdiction", .text(1...40), "Of the call."),
            .nullable("rate", .text(1...40), "A minute."),
            .nullable("expected_cost", .text(1...40), "What such a call costs on average."),
            .nullable("expected_price", .text(1...40), "What it is sold for."),
            .nullable("expected_margin", .text(1...40), "The difference."),
        ]), isOnce: false
    ) { call in
        var asked = AskRouting.Call(called: call.body.required("called"))
        asked.caller = call.body.text("caller")
        asked.account = call.body.id("account_id")
        asked.at = call.body.time("at")
        asked.codecs = call.body.has("codecs") ? call.body.texts("codecs") : nil
        return try await call.change { [asked] session, scope in
            .list(try await AskRouting.leastCost(asked, scope, session)) { json, candidate in
                json.numberOrNull("rank", candidate.rank)
                json.id("carrier_trunk_id", candidate.trunk)
                json.text("carrier", candidate.carrier)
                json.text("outcome", candidate.outcome)
                json.textOrNull("prefix", candidate.prefix)
                json.textOrNull("jurisdiction", candidate.jurisdiction)
                json.textOrNull("rate", candidate.rate)
                json.textOrNull("expected_cost", candidate.cost)
                json.textOrNull("expected_price", candidate.price)
                json.textOrNull("expected_margin", candidate.margin)
            }
        }
    }

    private static let policy = Verb(
        method: .post, path: "/v1/routing/policy", name: "ask_call_policy", tag: "routing",
        summary: "Ask whether an account may call a number", access: .staff("routing:read"),
        body: [.init("account_id", .uuid, "The account."), .init("called", .text(3...20), number)],
        answer: .list([
            .init("verdict", .text(1...100), "Whether it may, or why not."),
            .nullable("rule_id", .uuid, "The rule that says so."),
            .nullable("limit_id", .uuid, "The limit that counts."),
            .nullable("max_duration_s", .integer(0...Int(Int32.max)), "The longest that it may be."),
        ]), isOnce: false
    ) { call in
        try await call.change { session, scope in
            let verdicts = try await AskRouting.policy(
                of: call.body.id("account_id"), calling: call.body.required("called"), scope, session)
            return .list(verdicts) { json, one in
                json.text("verdict", one.verdict)
                json.idOrNull("rule_id", one.rule)
                json.idOrNull("limit_id", one.limit)
                json.numberOrNull("max_duration_s", one.maxSeconds)
            }
        }
    }
}
