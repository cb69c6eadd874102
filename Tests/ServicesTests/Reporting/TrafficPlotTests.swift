import Foundation
import Testing

@testable import Services

/// The picture of traffic, by its lines.
@Suite struct TrafficPlotTests {
    private func row(_ hour: Int) -> ReportTraffic.Row {
        ReportTraffic.Row(
            name: "x", startsAt: Date(timeIntervalSince1970: Double(hour) * 3_600),
            quality: CallQuality([10, 0, 10, 5, 7, 0, 60_000, 5, 900, 2_000]))
    }

    @Test func `an hour without calls is a gap in quality, and none in counts`() throws {
        let span = try #require(
            ReportSpan(from: Date(timeIntervalSince1970: 0), until: Date(timeIntervalSince1970: 6 * 3_600)))
        let svg = TrafficPlot([row(0), row(1), row(3), row(4), row(5)], span, by: .hour, title: "A & B").svg
        #expect(svg.contains("A &amp; B"))
        let lines = svg.split(separator: "\n").filter { $0.hasPrefix("<polyline") }
        func points(_ name: String) -> [Int] {
            lines.filter { $0.contains("<title>\(name)<") }
                .map { $0.split(separator: "points=").last?.filter { $0 == "," }.count ?? 0 }
        }
        #expect(points("attempts") == [6] && points("answered") == [6])
        #expect(points("ASR") == [2, 3] && points("PDD p95") == [2, 3])
    }

    @Test func `a span is of full hours, and its days are cut where it is`() throws {
        let start = Date(timeIntervalSince1970: 1_791_936_000)
        #expect(ReportSpan(from: start, until: start) == nil)
        #expect(ReportSpan(from: start.addingTimeInterval(60), until: start.addingTimeInterval(7_200)) == nil)
        let span = try #require(
            ReportSpan(from: start.addingTimeInterval(5 * 3_600), until: start.addingTimeInterval(49 * 3_600)))
        #expect(!span.isOfDays && span.starts(every: .hour).count == 44 && span.starts(every: .day).count == 3)
        #expect(span.days.map { $0.until.timeIntervalSince($0.from) / 3_600 } == [19, 24, 1])
        let days = try #require(ReportSpan(from: start, until: start.addingTimeInterval(172_800)))
        #expect(days.isOfDays && days.description == "2026-10-14 until 2026-10-16")
    }
}
