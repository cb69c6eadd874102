import struct FoundationEssentials.UUID

extension FlowWalk {
    /// Does what a node does when a call comes to it.
    mutating func enter(_ node: Flow.Node) -> Exit {
        switch node.work {
        case .entry: return .leaves("next", "a call comes in")
        case .play(let text): return act(.play(filled(text)))
        case .menu(let menu): return ask(menu, digits: 1, endKey: nil)
        case .gather(let gather): return ask(gather.asking, digits: gather.digits.upperBound, endKey: gather.endKey)
        case .condition(let rules): return decide(rules)
        case .schedule(let id): return lookAtClock(id)
        case .geo(let geo): return locate(geo)
        case .splitter(let split): return divide(split, at: node.name)
        case .lookup(let lookup):
            return act(
                .lookUp(
                    method: lookup.method, url: filled(lookup.url),
                    timeoutMilliseconds: lookup.timeoutMilliseconds, mapping: lookup.mapping))
        case .compliance(let checks): return act(.check(checks))
        case .setTags(let assignments): return assign(assignments)
        case .queue(let queue): return act(.enqueue(queue))
        case .forward(let destination): return forward(to: destination)
        case .transfer(let to):
            let address = filled(to)
            return address.isEmpty ? .leaves("failed", "there is nowhere to transfer it to") : act(.transfer(address))
        case .voicemail(let greeting, let seconds):
            return act(.takeMessage(greeting: filled(greeting), maximumSeconds: seconds))
        case .recording(let change): return record(change)
        case .webhook(let url):
            note(.tell(url: filled(url)))
            return .leaves("next", "it is told, and nobody waits for an answer")
        case .message(let to, let body):
            guard let number = E164(filled(to)) else { return .leaves("failed", "it has no number to send to") }
            return act(.send(to: number.description, body: filled(body)))
        case .subflow(let flow): return run(flow)
        case .agent(let url, let sets): return act(.connectAgent(url: filled(url), sets: sets))
        case .hangup(let cause):
            note(.hangUp(cause))
            return .over(port: nil, .hungUp, "the flow hangs up: \(cause.rawValue)")
        case .unfinished(let reason): return lost(.notConfigured, reason)
        }
    }

    /// Asks the caller, for the first time or again.
    mutating func ask(_ menu: FlowMenu, digits: Int, endKey: Character?) -> Exit {
        let isAgain = (state.stay?.attempts ?? 0) > 0
        state.stay?.attempts += 1
        return act(
            .ask(
                FlowQuestion(
                    prompt: filled(isAgain ? menu.retryPrompt : menu.prompt), maximumDigits: digits,
                    timeoutSeconds: menu.timeoutSeconds, endKey: endKey)))
    }

    private mutating func decide(_ rules: [FlowCondition]) -> Exit {
        for (position, rule) in rules.enumerated() {
            spend(rule.size, of: .comparisons)
            guard rule.holds(in: state.names) else { continue }
            let shown = rule.description.cut(to: FlowNames.longestValue)
            return .leaves("rule:\(position + 1)", "rule \(position + 1) holds: \(shown)")
        }
        return .leaves("else", "no rule holds")
    }

    private mutating func lookAtClock(_ id: UUID) -> Exit {
        guard let schedule = world.schedules[id] else {
            return lost(.notConfigured, "its schedule is not there")
        }
        switch schedule.moment(at: now) {
        case .open: return .leaves("open", "\(schedule.name) is open")
        case .onBreak: return .leaves("closed", "\(schedule.name) has a break")
        case .closed: return .leaves("closed", "\(schedule.name) is closed")
        }
    }

    private mutating func divide(_ split: FlowSplit, at node: String) -> Exit {
        let branch: Int?
        if split.isSticky, let caller = state.call.caller {
            var draw = FlowDraw(of: "\(node) \(caller)")
            branch = draw.pick(split.weights)
        } else {
            branch = state.draw.pick(split.weights)
        }
        guard let branch else { return lost(.notConfigured, "none of its branches has a weight") }
        let total = split.weights.reduce(0) { $0 + max($1, 0) }
        return .leaves("branch:\(branch + 1)", "drawn by \(split.weights[branch]) of \(total)")
    }

    private mutating func assign(_ assignments: FlowAssignments) -> Exit {
        // All are filled before any is set: their order means nothing.
        let tags = assignments.tags.mapValues { filled($0).cut(to: FlowNames.longestValue) }
        let variables = assignments.variables.mapValues { filled($0) }
        for (name, value) in tags.sorted(by: { $0.key < $1.key }) {
            state.names.tags[name] = value
            note(.tag(name, value))
        }
        for (name, value) in variables.sorted(by: { $0.key < $1.key }) { set(name, value) }
        return .leaves("next", "\(tags.count) tags and \(variables.count) variables are set")
    }

    private mutating func record(_ change: FlowRecordingChange) -> Exit {
        let isPossible =
            switch change {
            case .start: state.recording == .off
            case .stop: state.recording != .off
            case .pause: state.recording == .on
            case .resume: state.recording == .paused
            }
        guard isPossible else { return .leaves("failed", "a recording cannot \(change.rawValue) now") }
        return act(.record(change))
    }

    private mutating func run(_ id: UUID) -> Exit {
        guard let version = world.served[id], let inner = world.flows[version] else {
            return .leaves("failed", "the flow is not there, or not published")
        }
        guard state.frames.count <= FlowEngine.deepest else {
            return .leaves("failed", "flows run in flows to a depth of \(FlowEngine.deepest)")
        }
        goInto(version, called: inner.name)
        for (name, value) in inner.variables where state.names.variables[name] == nil {
            state.names.variables[name] = value.cut(to: FlowNames.longestValue)
        }
        return enterFlow()
    }
}
