import Testing

@testable import Services

/// Whether a service is asked.
@Suite struct PortingBreakerTests {
    private func admits(_ breaker: inout PortingBreaker, at now: Double, rate: Int? = nil) -> Bool {
        breaker.admits(at: now, atMostPerSecond: rate)
    }

    @Test func `some failures in a row close it for a while, and one question tries whether it is back`() {
        var breaker = PortingBreaker()
        for failure in 1...PortingBreaker.failuresAllowed {
            #expect(admits(&breaker, at: 0), "failure \(failure)")
            breaker.failed(at: 0)
        }
        #expect(!admits(&breaker, at: 1))
        #expect(admits(&breaker, at: PortingBreaker.pauseSeconds))
        #expect(!admits(&breaker, at: PortingBreaker.pauseSeconds), "one is on its way")
        breaker.failed(at: PortingBreaker.pauseSeconds)
        #expect(!admits(&breaker, at: PortingBreaker.pauseSeconds + 1))
        #expect(admits(&breaker, at: 2 * PortingBreaker.pauseSeconds))
        breaker.succeeded()
        #expect(admits(&breaker, at: 2 * PortingBreaker.pauseSeconds))
        #expect(admits(&breaker, at: 2 * PortingBreaker.pauseSeconds))
    }

    @Test func `of a service that was down already one question finds out`() {
        var breaker = PortingBreaker(isOpen: true)
        #expect(admits(&breaker, at: 0) && !admits(&breaker, at: 0))
        breaker.succeeded()
        #expect(admits(&breaker, at: 0) && admits(&breaker, at: 0))
    }

    @Test func `a success forgets the failures before it`() {
        var breaker = PortingBreaker()
        for _ in 0..<20 {
            for _ in 1..<PortingBreaker.failuresAllowed { breaker.failed(at: 0) }
            breaker.succeeded()
        }
        #expect(admits(&breaker, at: 0))
    }

    @Test func `it keeps to the rate of the contract`() {
        var breaker = PortingBreaker()
        let asked = (0..<40).count { admits(&breaker, at: Double($0) / 10, rate: 3) }
        #expect(asked == 12)
    }
}
