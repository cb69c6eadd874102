import Foundation
import HTTPTypes
import Services

/// Runs a call through a version of a flow, without a call.
enum FlowSimulationVerb {
    static let simulate = Verb(
        method: .post, path: "/v1/flows/flow_versions/{key}/simulate", name: "simulate_flow_version", tag: "flows",
        summary: "Run a call through a version of a flow, and tell each step with its reason",
        description:
            "Drafts as well. Schedules, campaigns, caps, targets and earlier calls are those on record; nobody "
            + "is rung or told, and nothing is counted. Where nothing is said all goes well: targets answer, lookups "
            + "answer without values, checks are passed. The same body at a `time` gets the same answer.",
        access: .permission("flows:read"), body: fields,
        answer: .other(type: "application/json", schema: FlowSimulationSchema.simulation), isOnce: false,
        length: .long
    ) { call in
        let version = try call.id()
        let simulated = FlowSimulationVerb.read(call.body)
        let simulation = try await SimulateFlow(call.api.app)(simulated, version, try call.scope())
        return try .object("flow_simulation") { try simulation.write(to: &$0) }
    }

    private static let fields: [VerbField] = [
        .optional("caller", .text(3...16), "E.164, as +12125550100; withheld unless said."),
        .optional("called", .text(3...16), "The number that was called: E.164."),
        .optional("campaign_id", .uuid, "What the call came in for: a campaign of the flow's account."),
        .optional("time", .timestamp, "When it comes in, from 2000 to 2099; now unless said."),
        .optional(
            "digits", .texts(100, 0...32),
            "What the caller enters each time that he is asked: 0 to 9, * and #; an empty text is nothing, as is what "
                + "comes behind the last one."),
        .optional("answers", .objects(200, answer), "What nodes and targets answer."),
        .optional(
            "variables", .pairs(100, 0...1_000), "Values in place of those that variables of the flow begin with."),
        .optional("tags", .pairs(100, 0...1_000), "Tags that the call comes with."),
        .optional("seed", .integer(0...Int(Int32.max)), "What chance begins with; 0 unless said."),
        .optional("hangs_up_at", .text(1...63), "The node where the caller hangs up."),
        .optional(
            "connected_before", .text(1...200),
            "The target that the caller was connected to a day before; as calls are on record unless said."),
    ]

    private static let answer: [VerbField] = [
        .optional("node", .text(1...63), "The node that it is for, by name."),
        .optional("target", .text(1...200), "Or the target that it is for, by name."),
        .init(
            "outcome",
            .one(SimulateFlow.answers),
            "How it goes. Of several for the same each is used once, the last one again and again."),
        .optional("seconds", .integer(0...86_400), "How long is talked: 60 unless said, of a message 10."),
        .optional("ended_by_target", .boolean, "Whether the target hangs up; else the caller does."),
        .optional("bid", .text(1...20), "What a target bids: an amount; its least unless said."),
        .optional("check", .text(1...32), "By which check a call is refused."),
        .optional("values", .pairs(100, 0...1_000), "What another system answers, by variable."),
    ]

    private static func read(_ body: VerbInput) -> SimulatedCall {
        var call = SimulatedCall()
        call.caller = body.text("caller")
        call.called = body.text("called")
        call.campaign = body.id("campaign_id")
        call.time = body.time("time")
        call.digits = body.texts("digits")
        call.variables = body.pairs("variables")
        call.tags = body.pairs("tags")
        call.seed = body.integer("seed") ?? 0
        call.hangsUpAt = body.text("hangs_up_at")
        call.connectedBefore = body.text("connected_before")
        call.answers = body.objects("answers").map { given in
            var answer = SimulatedCall.Answer(
                given.required("outcome"), node: given.text("node"), target: given.text("target"))
            answer.seconds = given.integer("seconds")
            answer.endedByTarget = given.flag("ended_by_target")
            answer.bid = given.text("bid")
            answer.check = given.text("check")
            answer.values = given.pairs("values")
            return answer
        }
        return call
    }
}
