extension FlowWalk {
    /// Goes on with what has happened.
    /// - Returns: nil for what the node does not wait for.
    mutating func answer(_ event: FlowEvent, _ node: Flow.Node) -> Exit? {
        switch (node.work, event) {
        case (.play, .done): return .leaves("done", "it was played")
        case (.play, .failed): return .leaves("done", "it could not be played")
        case (.menu(let menu), .pressed(let keys)): return choose(menu, keys, node)
        case (.gather(let gather), .pressed(let keys)): return collect(gather, keys)
        case (.lookup(let lookup), .answered(let reply, let values)): return learn(reply, values, lookup.mapping.keys)
        case (.compliance, .checked(let refusal)): return check(refusal, node)
        case (.queue, .waited(let waiting)): return wait(waiting)
        case (.forward, .rang(let ringing)): return hear(ringing)
        case (.forward, .bid(let bids)): return weigh(bids)
        case (.transfer, .done):
            state.stay?.outcome = .transferred
            return .leaves("completed", "it is transferred")
        case (.transfer, .failed): return .leaves("failed", "it could not be transferred")
        case (.voicemail, .recorded(let seconds)):
            guard seconds > 0 else { return .leaves("no_audio", "nothing was said") }
            state.stay?.outcome = .voicemail
            return .leaves("recorded", "a message of \(seconds) s was left")
        case (.recording(let change), .done): return didRecord(change)
        case (.recording(let change), .failed): return .leaves("failed", "\(change.rawValue) did not work")
        case (.message, .done): return .leaves("sent", "it is sent")
        case (.message, .failed): return .leaves("failed", "it could not be sent")
        case (.agent(_, let sets), .answered(let reply, let values)): return talk(reply, values, sets)
        default: return nil
        }
    }

    // MARK: Keys

    private mutating func choose(_ menu: FlowMenu, _ keys: String, _ node: Flow.Node) -> Exit {
        if let key = keys.first, node.ports["digit:\(key)"] != nil {
            return .leaves("digit:\(key)", "the caller pressed \(key)")
        }
        let asked = state.stay?.attempts ?? 0
        if asked < menu.attempts { return ask(menu, digits: 1, endKey: nil) }
        guard let key = keys.first else { return .leaves("no_input", "nothing was pressed, asked \(asked) times") }
        return .leaves("no_match", "\(key) is no choice, asked \(asked) times")
    }

    private mutating func collect(_ gather: FlowGather, _ keys: String) -> Exit {
        let entered = gather.endKey.map { end in String(keys.prefix { $0 != end }) } ?? keys
        let digits = String(entered.prefix(gather.digits.upperBound))
        let isRight =
            gather.digits.contains(digits.count)
            && gather.pattern.map { pattern in DialString(digits).map { pattern.matches($0) } ?? false } ?? true
        if isRight {
            set(gather.variable, digits)
            return .leaves("matched", "\(digits.count) digits were entered")
        }
        let asked = state.stay?.attempts ?? 0
        if asked < gather.asking.attempts {
            return ask(gather.asking, digits: gather.digits.upperBound, endKey: gather.endKey)
        }
        if keys.isEmpty { return .leaves("timeout", "nothing was entered, asked \(asked) times") }
        return .leaves("invalid", "what was entered is not what is asked for, asked \(asked) times")
    }

    // MARK: Others

    private mutating func learn(
        _ reply: FlowReply, _ values: [String: String], _ known: Dictionary<String, String>.Keys
    ) -> Exit? {
        switch reply {
        case .success:
            for (name, value) in values.sorted(by: { $0.key < $1.key }) where known.contains(name) { set(name, value) }
            return .leaves("success", "it answered")
        case .httpError, .failed: return .leaves("http_error", "it answered with an error")
        case .timeout: return .leaves("timeout", "it did not answer in time")
        case .handoff, .completed: return nil
        }
    }

    private func check(_ refusal: String?, _ node: Flow.Node) -> Exit {
        guard let refusal else { return .leaves("pass", "it passes every check") }
        let port = "fail:\(refusal)"
        return .leaves(node.ports[port] == nil ? "fail" : port, "it is refused by \(refusal)")
    }

    private mutating func wait(_ waiting: FlowWaiting) -> Exit {
        switch waiting {
        case .connected:
            state.stay?.outcome = .connected
            return .leaves("connected", "somebody took it out of the queue")
        case .timeout: return .leaves("timeout", "it has waited as long as it may")
        case .full: return .leaves("full", "the queue is full")
        case .exitKey: return .leaves("exit_key", "the caller pressed the key to leave")
        case .hangup:
            state.stay?.outcome = .callerHungUp
            return .leaves("hangup", "the caller hung up in the queue")
        }
    }

    private mutating func didRecord(_ change: FlowRecordingChange) -> Exit {
        state.recording =
            switch change {
            case .start, .resume: .on
            case .pause: .paused
            case .stop: .off
            }
        return .leaves("next", "\(change.rawValue) is done")
    }

    private mutating func talk(_ reply: FlowReply, _ values: [String: String], _ sets: [String]) -> Exit? {
        switch reply {
        case .handoff, .completed, .success:
            for (name, value) in values.sorted(by: { $0.key < $1.key }) where sets.contains(name) { set(name, value) }
            if reply == .handoff { return .leaves("handoff", "the agent hands it on") }
            state.stay?.outcome = .agent
            return .leaves("completed", "the agent is done with it")
        case .failed, .httpError, .timeout: return .leaves("failed", "the agent could not take it")
        }
    }
}
