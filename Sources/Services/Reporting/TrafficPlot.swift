import Foundation

/// A picture of traffic by hour or day: how many calls, how they went, and how long callers waited for a ring.
package struct TrafficPlot {
    private let plot: TimePlot

    /// - Parameter rows: hours or days without calls need not be among them: nothing was asked for then, and nothing is
    ///   known of quality.
    package init(_ rows: [ReportTraffic.Row], _ span: ReportSpan, by unit: TimePlot.Unit, title: String) {
        let known = Dictionary(
            rows.compactMap { row in row.startsAt.map { ($0, row.quality) } }, uniquingKeysWith: { first, _ in first })
        let times = span.starts(every: unit)
        let qualities = times.map { known[$0] }
        func values(_ value: (CallQuality) -> Double?) -> [Double?] { qualities.map { $0.flatMap(value) } }
        let each = unit == .hour ? "hour" : "day"
        plot = TimePlot(
            title: title, times, by: unit,
            [
                .init(
                    "calls per \(each)", height: 200, smallestStep: 1,
                    [
                        .init("attempts", "#9cc2f5", width: 4, qualities.map { Double($0?.attempts ?? 0) }),
                        .init("answered", "#1158c7", qualities.map { Double($0?.answered ?? 0) }),
                    ]),
                .init(
                    "per cent of seizures", height: 120,
                    [
                        .init("NER", "#a3dcb0", width: 4, values(\.networkEffectiveness)),
                        .init("ASR", "#1a7f37", values(\.answerSeizureRatio)),
                    ]),
                .init(
                    "post-dial delay, ms", height: 120,
                    [
                        .init("PDD p95", "#f3b0aa", width: 4, values { $0.delayP95Milliseconds.map(Double.init) }),
                        .init("PDD p50", "#c62828", values { $0.delayP50Milliseconds.map(Double.init) }),
                    ]),
            ])
    }

    package var svg: String { plot.svg }
}
