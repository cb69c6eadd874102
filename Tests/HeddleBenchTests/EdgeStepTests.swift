import Testing

@testable import HeddleBench

/// Which rate the edge is said to bear.
@Suite struct EdgeStepTests {
    private static let statistics = """
        StartTime;CurrentTime;TotalCallCreated;SuccessfulCall(C);
        s;2026-11-26\t05:55:59.750000\t1795672559.750000;0;0;
        s;2026-11-26\t05:56:00.750000\t1795672560.750000;50;40;
        s;2026-11-26\t05:56:01.750000\t1795672561.750000;100;91;
        s;2026-11-26\t05:56:01.950000\t1795672561.950000;100;99;

        """

    @Test func `SIPp's statistics tell how long placing took, not how long the calls lasted`() throws {
        let table = try SippStatistics(Self.statistics)
        #expect(table.succeeded == 99)
        #expect(table.seconds(untilCreated: 100) == 2 && table.seconds(untilCreated: 50) == 1)
        #expect(table.seconds(untilCreated: 101) == nil)
    }

    @Test(arguments: ["", "StartTime;CurrentTime\n", "CurrentTime;TotalCallCreated;SuccessfulCall(C)\n"])
    func `a file without figures is an error`(text: String) {
        #expect(throws: BenchError.self) { try SippStatistics(text) }
    }

    struct Row: Sendable {
        var succeeded = 500
        var placingSeconds: Double? = 5
        let isGood: Bool
        let perSecond: Double
    }

    @Test(arguments: [
        Row(isGood: true, perSecond: 100),
        Row(placingSeconds: 4.9, isGood: true, perSecond: 100),
        Row(placingSeconds: 5.2, isGood: true, perSecond: 500 / 5.2),
        Row(succeeded: 496, isGood: true, perSecond: 100),
        Row(succeeded: 495, isGood: false, perSecond: 100),
        Row(placingSeconds: 5.6, isGood: false, perSecond: 500 / 5.6),
        Row(placingSeconds: 9, isGood: false, perSecond: 500.0 / 9),
        Row(placingSeconds: nil, isGood: false, perSecond: 0),
    ])
    func `a step is good when few calls fail and all are placed in time`(row: Row) {
        let outcome = Sipp.Outcome(wanted: 500, succeeded: row.succeeded, placingSeconds: row.placingSeconds)
        let step = EdgeCalls.Step(rate: 100, outcome: outcome, median: 1, worstOfHundred: 2)
        #expect(step.isGood == row.isGood && step.perSecond == row.perSecond)
    }
}
