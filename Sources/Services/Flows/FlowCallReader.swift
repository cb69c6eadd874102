import Foundation
import Telecom

/// Reads a call that somebody wrote down, and notes everything that is wrong with it.
struct FlowCallReader {
    private let call: SimulatedCall
    private let time: Date
    private var faults: [ResourceFault.Value] = []
    private(set) var caller: E164?
    private(set) var called: E164?

    /// PostgreSQL knows the clocks of zones, and people know dates, about as far.
    private static let years = 946_684_800.0..<4_102_444_800.0
    private static let day: Int64 = 86_400_000_000

    init(_ call: SimulatedCall, _ time: Date) {
        self.call = call
        self.time = time
        if !Self.years.contains(time.timeIntervalSince1970) {
            wrong("time", "/time", Instant(time).text, "a time from 2000 to 2099")
        }
        caller = number(call.caller, "caller")
        called = number(call.called, "called")
        for (position, keys) in call.digits.enumerated() {
            let isKeys = keys.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2a || $0 == 0x23 }
            if keys.utf8.count > 32 || !isKeys {
                wrong("digits[\(position)]", "/digits/\(position)", keys, "0 to 32 of the keys 0 to 9, * and #")
            }
        }
    }

    private mutating func wrong(_ name: String, _ pointer: String, _ value: String, _ expected: String) {
        faults.append(.init(name, pointer: pointer, value.forDisplay(100), expected: expected))
    }

    private mutating func number(_ text: String?, _ name: String) -> E164? {
        guard let text else { return nil }
        if let number = E164(text) { return number }
        wrong(name, "/\(name)", text, "E.164, as +12125550100")
        return nil
    }

    /// - Throws: `ResourceFault` with everything that is wrong.
    func throwFaults() throws {
        if !faults.isEmpty { throw ResourceFault(faults) }
    }

    // MARK: Script

    /// What happens to the call, with nodes and targets that are there.
    mutating func script(in world: FlowWorld) -> FlowScript {
        var script = FlowScript()
        script.keys = call.digits
        let kinds = Self.kinds(in: world)
        let targets = Self.targets(in: world)
        for (position, answer) in call.answers.enumerated() {
            if let known = read(answer, position, kinds, targets) { script.answers.append(known) }
        }
        if let node = call.hangsUpAt {
            if kinds[node] == nil { wrong("hangs_up_at", "/hangs_up_at", node, "a node of the flow") }
            script.hangsUpAt = node
        }
        return script
    }

    /// What nodes of a name do: flows that run flows may have several.
    private static func kinds(in world: FlowWorld) -> [String: Set<FlowKind>] {
        var kinds: [String: Set<FlowKind>] = [:]
        for flow in world.flows.values {
            for node in flow.nodes { kinds[node.name, default: []].insert(node.kind) }
        }
        return kinds
    }

    private static func targets(in world: FlowWorld) -> [String: UUID] {
        Dictionary(world.targets.values.map { ($0.name, $0.id) }, uniquingKeysWith: { first, _ in first })
    }

    private mutating func read(
        _ answer: SimulatedCall.Answer, _ position: Int, _ kinds: [String: Set<FlowKind>], _ targets: [String: UUID]
    ) -> FlowScript.Answer? {
        let (name, place) = ("answers[\(position)]", "/answers/\(position)")
        var possible = FlowScript.Answer.Outcome.ofTargets
        switch (answer.node, answer.target) {
        case (let node?, nil):
            guard let found = kinds[node] else {
                wrong("\(name).node", "\(place)/node", node, "a node of the flow")
                return nil
            }
            possible = found.sorted { $0.rawValue < $1.rawValue }.flatMap { FlowScript.Answer.Outcome.possible(at: $0) }
            if possible.isEmpty {
                wrong("\(name).node", "\(place)/node", node, "a node that waits for an answer of its own")
                return nil
            }
        case (nil, let target?):
            if targets[target] == nil {
                wrong("\(name).target", "\(place)/target", target, "a target that calls may be sent to from the flow")
                return nil
            }
        default:
            wrong(name, place, "", "either a node or a target")
            return nil
        }
        guard let outcome = FlowScript.Answer.Outcome(rawValue: answer.outcome), possible.contains(outcome) else {
            let expected = possible.map(\.rawValue).joined(separator: ", ")
            wrong("\(name).outcome", "\(place)/outcome", answer.outcome, "one of \(expected)")
            return nil
        }
        var read = FlowScript.Answer(outcome, node: answer.node, target: answer.target.flatMap { targets[$0] })
        read.seconds = answer.seconds
        read.endedByTarget = answer.endedByTarget
        read.check = answer.check
        read.values = answer.values
        if let bid = answer.bid {
            read.bid = Money(bid)
            if read.bid.map({ $0 < .zero }) ?? true {
                wrong("\(name).bid", "\(place)/bid", bid, "an amount, as 12.50")
            }
        }
        return read
    }

    /// The earlier call that the caller is said to have made: a day before.
    mutating func contact(in world: FlowWorld) -> FlowCall.Contact? {
        guard let name = call.connectedBefore else { return nil }
        guard let target = world.targets.values.first(where: { $0.name == name }) else {
            wrong("connected_before", "/connected_before", name, "a target that calls may be sent to from the flow")
            return nil
        }
        let at = time.microseconds - Self.day
        return FlowCall.Contact(target: target.id, buyer: target.buyer, connectedAt: at, convertedAt: at)
    }
}
