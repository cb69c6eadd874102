/// Goes through the increments of a call, as many at a time as one rate holds for.
///
/// Increments follow each other without regard to what changes meanwhile: each is priced whole by what holds at its
/// first second. So a call that goes from the evening into the night pays the evening's rate to the end of the
/// increment that it is in, and no second is billed twice or begun anew.
struct IncrementWalk {
    private let terms: RateTerms
    private let extras: RateExtras?
    private let use: CallUse
    /// The second of the call that is paid for first, and that at which the next increment begins.
    private let first: Int64
    private var second: Int64
    /// What bundles still have.
    private var included: Int64

    init(_ terms: RateTerms, _ extras: RateExtras?, _ use: CallUse) {
        self.terms = terms
        self.extras = extras
        self.use = use
        first = extras?.firstPaidSecond ?? 0
        second = first
        included = max(use.includedSeconds, 0)
    }

    /// The parts of a call that is charged.
    mutating func parts(talkSeconds: Int64) -> [CallPrice.Part] {
        let charged = max(talkSeconds - first, extras?.minimumSeconds ?? 0)
        let beyond = max(charged - terms.initialIncrementSeconds, 0)
        var left = (beyond + terms.nextIncrementSeconds - 1) / terms.nextIncrementSeconds
        var parts: [CallPrice.Part] = []
        parts.reserveCapacity(4)
        parts.append(next(terms.initialRate, length: terms.initialIncrementSeconds, atMost: 1, isInitial: true))
        while left > 0 {
            let part = next(terms.nextRate, length: terms.nextIncrementSeconds, atMost: left, isInitial: false)
            left -= part.increments
            if let last = parts.last, last.continues(in: part) {
                parts[parts.count - 1].add(part)
            } else {
                parts.append(part)
            }
        }
        return parts
    }

    /// The increments from here on that have one rate.
    private mutating func next(_ rate: Rate, length: Int64, atMost limit: Int64, isInitial: Bool) -> CallPrice.Part {
        var factored = FactoredRate(rate: rate)
        var until = Int64.max
        var steps: (talk: RateStep?, usage: RateStep?) = (nil, nil)
        var window: RateWindow?
        if let extras {
            steps.talk = Self.step(of: extras.talkSteps, at: second, startingAt: 0, &until)
            steps.usage = usageStep(extras, &until)
            window = self.window(extras.clock, &until)
            // One by one, for a list of them would be allocated.
            if let change = steps.talk?.change { factored.apply(change) }
            if let change = steps.usage?.change { factored.apply(change) }
            if let change = window?.change { factored.apply(change) }
        }
        let ahead = until == .max ? limit : min(limit, (until - second + length - 1) / length)
        let billed = ahead * length
        let given = min(included, billed)
        included -= given
        second += billed
        return CallPrice.Part(
            isInitial: isInitial, increments: ahead, billedSeconds: billed, includedSeconds: given,
            rate: factored.rate, factor: factored.factor, talkStepID: steps.talk?.id, usageStepID: steps.usage?.id,
            windowID: window?.id)
    }

    /// The last step that was reached at a second, and the second of the call at which the next one is.
    private static func step(
        of steps: [RateStep], at position: Int64, startingAt start: Int64, _ until: inout Int64
    ) -> RateStep? {
        var reached: RateStep?
        for step in steps {
            guard step.fromSeconds <= position else {
                until = min(until, step.fromSeconds - start)
                break
            }
            reached = step
        }
        return reached
    }

    private func usageStep(_ extras: RateExtras, _ until: inout Int64) -> RateStep? {
        if extras.usageSteps.isEmpty { return nil }
        let before = min(max(use.usedSecondsBefore, 0), RateStep.largestStart)
        if extras.usageSplitsCall {
            // The second of the call at which nothing would have been used.
            let start = before - first
            return Self.step(of: extras.usageSteps, at: second + start, startingAt: start, &until)
        }
        var never = Int64.max
        return Self.step(of: extras.usageSteps, at: before, startingAt: 0, &never)
    }

    private func window(_ clock: RateClock, _ until: inout Int64) -> RateWindow? {
        if clock.windows.isEmpty { return nil }
        let (position, ends) = clock.window(at: use.answeredMicroseconds + second * 1_000_000)
        if ends < .max {
            until = min(until, (ends - use.answeredMicroseconds + 999_999) / 1_000_000)
        }
        return position.map { clock.windows[$0] }
    }
}

extension CallPrice.Part {
    /// Whether the next increments are priced as these are.
    fileprivate func continues(in part: CallPrice.Part) -> Bool {
        !isInitial && rate == part.rate && factor == part.factor && talkStepID == part.talkStepID
            && usageStepID == part.usageStepID && windowID == part.windowID
    }

    fileprivate mutating func add(_ part: CallPrice.Part) {
        increments += part.increments
        billedSeconds += part.billedSeconds
        includedSeconds += part.includedSeconds
    }
}
