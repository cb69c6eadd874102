import Foundation
import Testing

@testable import SIPEdge

/// What a keeper remembers of rates.
struct RateRestsTests {
    private let start = Date(timeIntervalSince1970: 1_800_000_000)

    @Test func `what was taken off a share rests for two seconds`() {
        var rests = RateRests()
        #expect(rests.largest(of: "x", now: 3, at: start) == 3)
        rests.replace(10, of: "x", at: start)
        rests.replace(6, of: "x", at: start + 1)
        #expect(rests.largest(of: "x", now: 3, at: start + 1.9) == 10)
        #expect(rests.largest(of: "x", now: 3, at: start + 2.1) == 6)
        #expect(rests.largest(of: "y", now: 3, at: start + 2.1) == 3)
        #expect(rests.largest(of: "x", now: 3, at: start + 3.1) == 3)
    }

    @Test func `a count that begins anew does not look like fewer calls`() {
        var rests = RateRests()
        #expect(rests.wanted(of: "x", count: 0, at: start) == 0)
        #expect(rests.wanted(of: "x", count: 40, at: start) == 20)
        #expect(rests.wanted(of: "x", count: 1, at: start + 1) == 20)
        #expect(rests.wanted(of: "x", count: 9, at: start + 3.5) == 5)
        #expect(rests.wanted(of: "x", count: 0, at: start + 7) == 0)
    }
}
