import struct FoundationEssentials.UUID

/// One step of the engine: goes from node to node until something has to be waited for.
struct FlowWalk {
    /// How a node is left.
    enum Exit {
        case waits
        /// By a port, and why.
        case leaves(String, String)
        /// The call ends here, at a port or in the node.
        case over(port: String?, FlowEnd.Outcome, String)
    }

    let world: FlowWorld
    /// In microseconds since 1970.
    let now: Int64
    var state: FlowState
    var actions: [FlowAction] = []
    var steps: [FlowStep] = []

    init(world: FlowWorld, now: Int64, state: FlowState) {
        self.world = world
        self.now = now
        self.state = state
    }

    var flow: Flow? { state.frames.last.flatMap { world.flows[$0.version] } }

    var node: Flow.Node? {
        guard let flow, let frame = state.frames.last, flow.nodes.indices.contains(frame.node) else { return nil }
        return flow.nodes[frame.node]
    }

    mutating func take(_ event: FlowEvent) {
        guard state.end == nil else { return }
        switch event {
        case .began:
            if state.hasBegun { return }
            state.hasBegun = true
            follow(enterFlow())
        case .hungUp:
            if state.hasBegun { follow(.over(port: nil, .callerHungUp, "the caller hung up")) }
        default:
            guard state.stay != nil, let node, let exit = answer(event, node) else { return }
            follow(exit)
        }
    }

    private mutating func follow(_ first: Exit) {
        var exit = first
        while true {
            switch exit {
            case .waits: return
            case .leaves(let port, let reason): exit = leave(port, reason)
            case .over(let port, let outcome, let reason):
                close(port, reason)
                state.end = FlowEnd(outcome: outcome, reason: reason)
                return
            }
        }
    }

    // MARK: Nodes

    /// Comes to the entry of the flow that was begun last.
    mutating func enterFlow() -> Exit {
        guard let entry = flow?.entry else { return lost(.notConfigured, "the flow has no entry") }
        return arrive(at: entry)
    }

    private mutating func arrive(at position: Int) -> Exit {
        state.frames[state.frames.count - 1].node = position
        if let end = open() { return end }
        guard let flow, let node, let frame = state.frames.last else {
            return .over(port: nil, .notConfigured, "there is no such node")
        }
        let visits = (state.visits[frame] ?? 0) + 1
        state.visits[frame] = visits
        guard visits <= flow.maximumVisits else {
            return .over(port: nil, .tooManyVisits, "the call comes here more than \(flow.maximumVisits) times")
        }
        return enter(node)
    }

    /// Begins a step; why it may not.
    private mutating func open() -> Exit? {
        state.stay = FlowState.Stay()
        state.stepCount += 1
        let most = state.frames.first.flatMap { world.flows[$0.version]?.maximumSteps } ?? 0
        guard state.stepCount > most else { return overspent }
        return .over(port: nil, .tooManySteps, "the call makes more than \(most) steps")
    }

    /// Ends the step that is open, if one is.
    private mutating func close(_ port: String?, _ reason: String) {
        guard let stay = state.stay, let flow, let node else { return }
        spend(reason.utf8.count, of: .textBytes)
        steps.append(
            FlowStep(
                flow: flow.name, depth: state.frames.count - 1, node: node.name, kind: node.kind, port: port,
                reason: reason, actions: stay.actions, candidates: stay.candidates))
        state.stay = nil
    }

    /// Goes into another flow; the step at the node that runs it is over for now.
    mutating func goInto(_ version: UUID, called name: String) {
        close(nil, "it runs \(name)")
        state.frames.append(FlowState.Frame(version: version, node: 0))
    }

    // MARK: Edges

    private mutating func leave(_ name: String, _ reason: String) -> Exit {
        let outcome = state.stay?.outcome ?? .ended
        close(name, reason)
        guard let node else { return .over(port: nil, .notConfigured, "there is no such node") }
        guard let port = node.ports[name] else {
            // A call that is where it was meant to come to needs no port.
            if outcome != .ended { return finish(outcome, reason) }
            return lost(.missingPort, "\(node.name) has no port \(name)")
        }
        for edge in port.edges {
            spend(edge.condition?.size ?? 0, of: .comparisons)
            if edge.condition?.holds(in: state.names) ?? true { return arrive(at: edge.node) }
        }
        if port.endsCall { return finish(outcome, reason) }
        return lost(.missingEdge, "no edge leads on from \(name) of \(node.name)")
    }

    /// The flow is over as it was meant to be: so is the call, or the flow around it goes on.
    private mutating func finish(_ outcome: FlowEnd.Outcome, _ reason: String) -> Exit {
        guard state.frames.count > 1, outcome != .callerHungUp else { return .over(port: nil, outcome, reason) }
        return giveBack("completed", "\(flow?.name ?? "the flow") is over: \(reason)")
    }

    /// The flow cannot go on: the call ends, or the flow around it goes on.
    mutating func lost(_ outcome: FlowEnd.Outcome, _ reason: String) -> Exit {
        guard state.frames.count > 1 else { return .over(port: nil, outcome, reason) }
        return giveBack("failed", "\(flow?.name ?? "the flow") could not go on: \(reason)")
    }

    private mutating func giveBack(_ port: String, _ reason: String) -> Exit {
        close(nil, reason)
        state.frames.removeLast()
        return open() ?? .leaves(port, reason)
    }

    // MARK: Doing

    /// Has something done, and waits for what comes of it.
    mutating func act(_ action: FlowAction) -> Exit {
        note(action)
        return .waits
    }

    /// Has something done that nobody waits for.
    mutating func note(_ action: FlowAction) {
        spend(action.size, of: .actions)
        actions.append(action)
        state.stay?.actions.append(action)
    }

    mutating func set(_ variable: String, _ value: String) {
        let value = value.cut(to: FlowNames.longestValue)
        spend(value.utf8.count, of: .textBytes)
        state.names.variables[variable] = value
        note(.setVariable(variable, value))
    }

    mutating func filled(_ text: FlowText) -> String {
        let filled = text.filled(from: state.names)
        spend(text.partCount + filled.utf8.count, of: .textBytes)
        return filled
    }

    // MARK: Bounds

    mutating func spend(_ count: Int, of kind: FlowBudget.Kind) { state.budget.take(count, of: kind) }

    /// The end of a call that has taken too much of something.
    var overspent: Exit? {
        state.budget.exceeded.map { kind in
            Exit.over(port: nil, .tooMuch, "the call takes more than \(kind.most) \(kind.rawValue)")
        }
    }
}
