import Foundation
import Telecom

extension SimulateFlow.Simulation {
    private static let mostBytes = 4_194_304

    /// Writes its members as the API has them.
    /// - Throws: `ResourceFault` when that is too much for an answer.
    package func write(to json: inout JSONWriter) throws {
        json.id("flow_version_id", version.id)
        json.id("flow_id", version.flow)
        json.text("flow", version.name)
        json.number("version", version.number)
        json.text("status", version.status)
        json.time("time", time)
        json.number("seed", seed)
        json.text("outcome", result.end.outcome.rawValue)
        json.text("reason", result.end.reason)
        json.time("ended_at", Date(microseconds: result.endedAt))
        let connected = result.state.connectedTarget
        json.idOrNull("target_id", connected)
        json.textOrNull("target", connected.flatMap { world.targets[$0]?.name })
        try json.array("steps") { json in
            for (position, step) in result.steps.enumerated() {
                json.object { Self.write(step, position + 1, to: &$0) }
                try Self.permit(json)
            }
        }
        Self.write("variables", result.state.names.variables, to: &json)
        Self.write("tags", result.state.names.tags, to: &json)
        Self.write("facts", result.state.names.facts, to: &json)
        json.array("faults") { json in
            for (_, flow) in world.flows.sorted(by: { $0.key.uuidString < $1.key.uuidString }) {
                for fault in flow.faults {
                    json.object { json in
                        json.text("flow", flow.name)
                        json.textOrNull("node", fault.node)
                        json.text("reason", fault.reason)
                    }
                }
            }
        }
        try Self.permit(json)
    }

    private static func permit(_ json: JSONWriter) throws(ResourceFault) {
        guard json.bytes.count <= mostBytes else {
            throw ResourceFault(.refused, "the answer has more than \(mostBytes) bytes")
        }
    }

    private static func write(_ key: String, _ pairs: [String: String], to json: inout JSONWriter) {
        json.object(key) { json in
            for (name, value) in pairs.sorted(by: { $0.key < $1.key }) { json.text(JSONWriter.escaped(name), value) }
        }
    }

    private static func write(_ step: FlowStep, _ number: Int, to json: inout JSONWriter) {
        json.number("step", number)
        json.text("flow", step.flow)
        json.number("depth", step.depth)
        json.text("node", step.node)
        json.text("kind", step.kind.rawValue)
        json.textOrNull("port", step.port)
        json.text("reason", step.reason)
        json.array("actions") { json in
            for action in step.actions { json.object { write(action, to: &$0) } }
        }
        json.array("candidates") { json in
            for candidate in step.candidates {
                json.object { json in
                    json.idOrNull("target_id", candidate.target)
                    json.text("target", candidate.name)
                    json.text("outcome", candidate.outcome.rawValue)
                    json.textOrNull("reason", candidate.reason?.rawValue)
                    json.textOrNull("bid", candidate.bid?.description)
                }
            }
        }
    }

    private static func write(_ action: FlowAction, to json: inout JSONWriter) {
        func named(_ name: String, _ members: (inout JSONWriter) -> Void) {
            json.text("action", name)
            members(&json)
        }
        switch action {
        case .play(let text): named("play") { $0.text("text", text) }
        case .ask(let question):
            named("ask") { json in
                json.text("text", question.prompt)
                json.number("max_digits", question.maximumDigits)
                json.number("timeout_s", question.timeoutSeconds)
                json.text("finish_on", question.endKey.map { String($0) })
            }
        case .tag(let name, let value):
            named("tag") { json in
                json.text("name", name)
                json.text("value", value)
            }
        case .setVariable(let name, let value):
            named("set_variable") { json in
                json.text("name", name)
                json.text("value", value)
            }
        case .lookUp(let method, let url, let timeout, let mapping):
            named("look_up") { json in
                json.text("method", method)
                json.text("url", url)
                json.number("timeout_ms", timeout)
                write("mapping", mapping, to: &json)
            }
        case .tell(let url): named("tell") { $0.text("url", url) }
        case .check(let checks): named("check") { write("checks", checks, to: &$0) }
        case .askBids(let targets): named("ask_bids") { write("target_ids", targets.map(\.text), to: &$0) }
        case .transfer(let to): named("transfer") { $0.text("to", to) }
        case .record(let change): named("record") { $0.text("change", change.rawValue) }
        case .hangUp(let cause): named("hang_up") { $0.text("cause", cause.rawValue) }
        case .enqueue(let queue): named("enqueue") { write(queue, to: &$0) }
        case .ring(let rings):
            named("ring") { json in
                json.array("targets") { json in for ring in rings { json.object { write(ring, to: &$0) } } }
            }
        case .takeMessage(let greeting, let seconds):
            named("take_message") { json in
                json.text("text", greeting)
                json.number("max_s", seconds)
            }
        case .send(let to, let body):
            named("send") { json in
                json.text("to", to)
                json.text("text", body)
            }
        case .connectAgent(let url, let sets):
            named("connect_agent") { json in
                json.text("url", url)
                write("variables", sets, to: &json)
            }
        }
    }

    private static func write(_ key: String, _ texts: [String], to json: inout JSONWriter) {
        json.array(key) { json in for text in texts { json.text(nil, text) } }
    }

    private static func write(_ queue: FlowQueue, to json: inout JSONWriter) {
        json.text("queue", queue.name)
        json.number("max_wait_s", queue.maximumWaitSeconds)
        json.number("max_size", queue.maximumSize)
        json.text("exit_key", queue.exitKey)
    }

    private static func write(_ ring: FlowRing, to json: inout JSONWriter) {
        json.id("target_id", ring.target)
        json.text("target", ring.name)
        json.number("ring_s", ring.ringSeconds)
        json.number("max_s", ring.maximumSeconds)
        json.text("shows", ring.shows)
        json.text("whisper", ring.whisper)
        json.flag("press_to_accept", ring.pressesToAccept)
        json.flag("records", ring.records)
    }
}
