import Foundation
import Services
import Testing

/// Times as the engines count them.
@Suite struct DateMicrosecondsTests {
    @Test(arguments: [(0.0, 0), (1.000_001, 1_000_001), (-0.000_001, -1)] as [(Double, Int64)])
    func `a time is counted in microseconds`(seconds: Double, microseconds: Int64) {
        #expect(Date(timeIntervalSince1970: seconds).microseconds == microseconds)
    }

    /// PostgreSQL's infinity comes as the last number of its own count, which ours does not reach.
    @Test func `what cannot be counted is the first or the last that can`() {
        #expect(Date(timeIntervalSince1970: 9.3e12).microseconds == .max)
        #expect(Date(timeIntervalSince1970: -9.3e12).microseconds == .min)
        #expect(Date(timeIntervalSince1970: .infinity).microseconds == .max)
        #expect(Date(timeIntervalSince1970: -.infinity).microseconds == .min)
    }
}
