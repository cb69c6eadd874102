import Testing

@testable import Telecom

@Suite struct BreakerTests {
    private static let second: Int64 = 1_000_000
    private static let start: Int64 = 1_000_000 * second

    /// What a breaker is told at a second, and what it is after that.
    struct Step: Sendable {
        let at: Int64
        var succeeded = 0
        var failed = 0
        let state: Breaker.State
        /// For how long it opened last.
        var backoff: Int64 = 0
    }

    struct Story: CustomTestStringConvertible {
        let testDescription: String
        let steps: [Step]
    }

    @Test(arguments: [
        Story(
            testDescription: "few tries prove nothing", steps: [Step(at: 0, failed: 19, state: .closed)]),
        Story(
            testDescription: "half of twenty is enough",
            steps: [Step(at: 0, succeeded: 10, failed: 10, state: .open, backoff: 30)]),
        Story(
            testDescription: "less than half is not",
            steps: [Step(at: 0, succeeded: 11, failed: 10, state: .closed)]),
        Story(
            testDescription: "the half minute before counts as well",
            steps: [
                Step(at: 0, failed: 10, state: .closed), Step(at: 30, failed: 10, state: .open, backoff: 30),
            ]),
        Story(
            testDescription: "what lies further back does not",
            steps: [Step(at: 0, failed: 10, state: .closed), Step(at: 70, failed: 10, state: .closed)]),
        Story(
            testDescription: "while it is open nothing counts",
            steps: [
                Step(at: 0, failed: 20, state: .open, backoff: 30),
                Step(at: 5, succeeded: 9, state: .open, backoff: 30),
                Step(at: 29, state: .open, backoff: 30), Step(at: 30, state: .halfOpen, backoff: 30),
            ]),
        Story(
            testDescription: "a probe that succeeds closes it, and the counts begin anew",
            steps: [
                Step(at: 0, failed: 20, state: .open, backoff: 30),
                Step(at: 31, succeeded: 1, state: .closed, backoff: 30),
                Step(at: 32, failed: 19, state: .closed, backoff: 30),
            ]),
        Story(
            testDescription: "a probe that fails opens it for twice as long, ten minutes at most",
            steps: [
                Step(at: 0, failed: 20, state: .open, backoff: 30), Step(at: 40, failed: 1, state: .open, backoff: 60),
                Step(at: 110, failed: 2, state: .open, backoff: 120),
                Step(at: 240, succeeded: 1, failed: 1, state: .open, backoff: 240),
                Step(at: 490, failed: 1, state: .open, backoff: 480),
                Step(at: 980, failed: 1, state: .open, backoff: 600),
                Step(at: 1590, failed: 1, state: .open, backoff: 600),
            ]),
        Story(
            testDescription: "failing again soon after it closed goes on where it was, and long after begins anew",
            steps: [
                Step(at: 0, failed: 20, state: .open, backoff: 30),
                Step(at: 31, succeeded: 1, state: .closed, backoff: 30),
                Step(at: 90, failed: 20, state: .open, backoff: 60),
                Step(at: 151, succeeded: 1, state: .closed, backoff: 60),
                Step(at: 800, failed: 20, state: .open, backoff: 30),
            ]),
        Story(
            testDescription: "what nobody decides is closed after ten minutes",
            steps: [
                Step(at: 0, failed: 20, state: .open, backoff: 30), Step(at: 629, state: .halfOpen, backoff: 30),
                Step(at: 630, state: .closed, backoff: 30), Step(at: 700, failed: 19, state: .closed, backoff: 30),
            ]),
    ])
    func `a breaker opens, probes and heals`(_ story: Story) {
        var breaker = Breaker()
        for step in story.steps {
            let now = Self.start + step.at * Self.second
            let before = breaker.openUntil
            let switched = breaker.observe(succeeded: step.succeeded, failed: step.failed, at: now)
            #expect(breaker.state(at: now) == step.state, "at \(step.at) s")
            #expect(breaker.backoffSeconds == step.backoff, "at \(step.at) s")
            #expect(switched == (breaker.openUntil != before), "at \(step.at) s")
        }
    }

    @Test func `an open breaker lets nobody pass, a half open one every tenth call`() throws {
        let until = Self.start
        let called = number("+12125550100")
        let draws = (0..<10_000).map { CallDraw(called, at: Self.start + $0 * 997) }
        func share(at now: Int64) -> Int { draws.count { Breaker.passes(openUntil: until, at: now, $0) } }
        #expect(share(at: until - 1) == 0)
        #expect((900...1100).contains(share(at: until)))
        #expect((900...1100).contains(share(at: until + 599 * Self.second)))
        #expect(share(at: until + 600 * Self.second) == draws.count)
    }
}
