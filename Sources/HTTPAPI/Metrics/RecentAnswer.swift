/// An answer that is good for a moment, so that whoever asks often makes no work: probes show nothing that is secret,
/// and ask for no key.
actor RecentAnswer<Value: Sendable> {
    private let validity: Duration
    private let ask: @Sendable () async -> Value
    private var known: (at: ContinuousClock.Instant, value: Value)?
    private var isAsking = false
    private var waiting: [CheckedContinuation<Value, Never>] = []

    init(for validity: Duration = .seconds(1), _ ask: @escaping @Sendable () async -> Value) {
        self.validity = validity
        self.ask = ask
    }

    /// The answer of a moment ago, that which is being asked for, or a new one.
    var value: Value {
        get async {
            if let known, known.at + validity > .now { return known.value }
            if isAsking { return await withCheckedContinuation { waiting.append($0) } }
            isAsking = true
            let value = await ask()
            known = (.now, value)
            isAsking = false
            for waiter in waiting { waiter.resume(returning: value) }
            waiting = []
            return value
        }
    }
}
