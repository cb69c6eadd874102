import Foundation
import Telecom

/// A picture of a replay by hour, as SVG: cost and margin before and after, and below them the calls without a route.
package struct ReplayPlot {
    private let plot: TimePlot

    /// What it was before is paler, and also wider, so that it can be seen below the other where nothing changes.
    private static let wide = 4.0

    /// - Parameter title: of the picture; it names the currency.
    package init(_ sums: ReplaySums, title: String) {
        let hours = Self.everyHour(of: sums)
        let groups = hours.map(\.group)
        func amounts(_ amount: (ReplaySums.Group) -> Money) -> [Double?] {
            groups.map { Double(amount($0).units) / 100_000_000 }
        }
        let money = TimePlot.Panel(
            "amounts per hour", height: 280,
            [
                .init("cost before", "#9cc2f5", width: Self.wide, amounts(\.before.cost)),
                .init("cost after", "#1158c7", amounts(\.after.cost)),
                .init("margin before", "#a3dcb0", width: Self.wide, amounts(\.before.margin)),
                .init("margin after", "#1a7f37", amounts(\.after.margin)),
            ])
        let refused = TimePlot.Panel(
            "refused calls per hour", height: 90, smallestStep: 1,
            [
                .init(
                    "refused before", "#f3b0aa", width: Self.wide, groups.map { Double($0.calls - $0.before.routed) }),
                .init("refused after", "#c62828", groups.map { Double($0.calls - $0.after.routed) }),
            ])
        let hasRefused = groups.contains { $0.calls > min($0.before.routed, $0.after.routed) }
        plot = TimePlot(title: title, hours.map(\.time), by: .hour, hasRefused ? [money, refused] : [money])
    }

    package var svg: String { plot.svg }

    /// An hour without calls has no sums, and is drawn all the same: it cost nothing.
    private static func everyHour(of sums: ReplaySums) -> [(time: Date, group: ReplaySums.Group)] {
        guard let first = sums.hours.keys.min(), let last = sums.hours.keys.max() else { return [] }
        return stride(from: first.timeIntervalSince1970, through: last.timeIntervalSince1970, by: 3_600).map {
            let hour = Date(timeIntervalSince1970: $0)
            return (time: hour, group: sums.hours[hour] ?? ReplaySums.Group())
        }
    }
}
