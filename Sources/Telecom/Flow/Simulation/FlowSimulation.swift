package import struct FoundationEssentials.UUID

/// Drives a call through a flow by a script: the engine is the one of live calls, and nothing is done.
///
/// Where the script says nothing all goes well: what is played is heard, lookups answer without values, checks are
/// passed, targets bid their least and answer. The clock goes on by what is known to take time: waiting for keys, for
/// an answer and in a queue, and talking.
package struct FlowSimulation: Sendable {
    /// What a call came to.
    package struct Result: Sendable {
        package let steps: [FlowStep]
        package let end: FlowEnd
        package let state: FlowState
        /// In microseconds since 1970.
        package let endedAt: Int64
    }

    private let engine: FlowEngine
    private var script: FlowScript
    private var now: Int64
    private var turn: FlowEngine.Turn
    private var steps: [FlowStep] = []

    private static let talkSeconds = 60
    private static let messageSeconds = 10

    /// A call that has not begun.
    /// - Parameter microseconds: when it comes in, since 1970.
    package init(
        _ call: FlowCall, version: UUID, in world: FlowWorld, _ script: FlowScript, at microseconds: Int64
    ) {
        let engine = FlowEngine(world)
        self.engine = engine
        self.script = script
        now = microseconds
        turn = FlowEngine.Turn(state: engine.start(call, version: version), actions: [], steps: [])
    }

    /// Runs a call to its end.
    /// - Parameter microseconds: when it comes in, since 1970.
    package static func run(
        _ call: FlowCall, version: UUID, in world: FlowWorld, _ script: FlowScript, at microseconds: Int64
    ) -> Result {
        var simulation = FlowSimulation(call, version: version, in: world, script, at: microseconds)
        while true {
            if let result = simulation.advance(by: .max) { return result }
        }
    }

    /// Goes on with the call, by so many events and steps or, where nothing is waited for, some more.
    /// - Returns: nil while the call is not over.
    package mutating func advance(by count: Int) -> Result? {
        var made = 0
        while made < count {
            if let end = turn.state.end { return Result(steps: steps, end: end, state: turn.state, endedAt: now) }
            let next = nextEvent()
            turn = engine.step(turn.state, next, at: now)
            // An event that the node does not wait for would be given again and again.
            if turn.state.end == nil, turn.actions.isEmpty { turn = engine.step(turn.state, .hungUp, at: now) }
            steps += turn.steps
            made += 1 + turn.steps.count
        }
        return nil
    }

    private mutating func nextEvent() -> FlowEvent {
        guard turn.state.hasBegun else { return .began }
        guard let action = turn.actions.last else { return .hungUp }
        return event(after: action, turn.state)
    }

    /// What comes of an action.
    private mutating func event(after action: FlowAction, _ state: FlowState) -> FlowEvent {
        let node = engine.node(of: state)?.name
        if let node, node == script.hangsUpAt { return .hungUp }
        switch action {
        case .ask(let question): return press(question)
        case .ring(let rings): return ring(rings)
        case .askBids(let targets): return .bid(bids(of: targets))
        default: break
        }
        let answer = script.next(of: node)
        switch action {
        case .lookUp(_, _, let timeout, _):
            if answer?.outcome == .timeout { now += Int64(timeout) * 1_000 }
            return .answered(reply(answer, otherwise: .success), answer?.values ?? [:])
        case .connectAgent: return .answered(reply(answer, otherwise: .completed), answer?.values ?? [:])
        case .check: return .checked(refusedBy: answer?.outcome == .fail ? answer?.check ?? "refused" : nil)
        case .enqueue(let queue): return wait(in: queue, answer)
        case .takeMessage(_, let most):
            let seconds = min(answer?.seconds ?? Self.messageSeconds, most)
            pass(seconds)
            return .recorded(seconds: seconds)
        default: return answer?.outcome == .failed ? .failed : .done
        }
    }

    private mutating func pass(_ seconds: Int) { now += Int64(seconds) * 1_000_000 }

    private mutating func press(_ question: FlowQuestion) -> FlowEvent {
        let keys = script.nextKeys()
        if keys.isEmpty { pass(question.timeoutSeconds) }
        return .pressed(keys)
    }

    private func reply(_ answer: FlowScript.Answer?, otherwise usual: FlowReply) -> FlowReply {
        answer.flatMap { FlowReply(rawValue: $0.outcome.rawValue) } ?? usual
    }

    private mutating func wait(in queue: FlowQueue, _ answer: FlowScript.Answer?) -> FlowEvent {
        let waiting = answer.flatMap { FlowWaiting(rawValue: $0.outcome.rawValue) } ?? .connected
        if waiting == .timeout { pass(queue.maximumWaitSeconds) }
        if waiting == .connected { pass(answer?.seconds ?? Self.talkSeconds) }
        return .waited(waiting)
    }

    private func bids(of targets: [UUID]) -> [UUID: FlowBid] {
        var bids: [UUID: FlowBid] = [:]
        for target in targets {
            // The answer is left for the ringing that may follow.
            let answer = script.answers.first { $0.target == target }
            let least = engine.world.targets[target]?.minimumBid ?? .zero
            bids[target] = answer?.outcome == .noBid ? .refused : .amount(answer?.bid ?? least)
        }
        return bids
    }

    /// Of several that ring the first that answers has it; else what the last one says counts.
    private mutating func ring(_ rings: [FlowRing]) -> FlowEvent {
        var came = FlowRinging(.noAnswer)
        for ring in rings {
            let answer = script.next(target: ring.target)
            let outcome = answer.flatMap { FlowRinging.Outcome(rawValue: $0.outcome.rawValue) } ?? .answered
            came = FlowRinging(outcome, by: ring.target)
            if outcome == .answered || outcome == .machine && !ring.detectsMachines {
                came.seconds = min(answer?.seconds ?? Self.talkSeconds, ring.maximumSeconds)
                came.endedByTarget = answer?.endedByTarget ?? false
                pass(came.seconds)
                return .rang(came)
            }
        }
        if came.outcome == .noAnswer { pass(rings.map(\.ringSeconds).max() ?? 0) }
        return .rang(came)
    }
}
