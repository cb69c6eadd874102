import Foundation
import Telecom

/// A picture of a replay by hour, as SVG: cost and margin before and after, and below them the calls without a route.
package struct ReplayPlot {
    private let hours: [(time: Date, group: ReplaySums.Group)]
    private let title: String
    private let money: Panel
    private let refused: Panel?

    private static let (width, left, right) = (960.0, 84.0, 24.0)

    /// What is drawn in a panel: its colour says what, and the paler one is before; that is also the wider one, so that
    /// it can be seen below the other where nothing changes.
    private struct Line: Sendable {
        let name: String
        let colour: String
        var width = 1.6
        let value: @Sendable (ReplaySums.Group) -> Double
    }

    private static let amounts = [
        Line(name: "cost before", colour: "#9cc2f5", width: 4) { amount($0.before.cost) },
        Line(name: "cost after", colour: "#1158c7") { amount($0.after.cost) },
        Line(name: "margin before", colour: "#a3dcb0", width: 4) { amount($0.before.margin) },
        Line(name: "margin after", colour: "#1a7f37") { amount($0.after.margin) },
    ]
    private static let refusals = [
        Line(name: "refused before", colour: "#f3b0aa", width: 4) { Double($0.calls - $0.before.routed) },
        Line(name: "refused after", colour: "#c62828") { Double($0.calls - $0.after.routed) },
    ]

    /// - Parameter title: of the picture; it names the currency.
    package init(_ sums: ReplaySums, title: String) {
        hours = Self.everyHour(of: sums)
        self.title = title
        let groups = hours.map(\.group)
        money = Panel(name: "amounts per hour", top: 52, height: 280, lines: Self.amounts, groups)
        let hasRefused = groups.contains { $0.calls > min($0.before.routed, $0.after.routed) }
        let counted = Panel(
            name: "refused calls per hour", top: 364, height: 90, lines: Self.refusals, groups, smallestStep: 1)
        refused = hasRefused ? counted : nil
    }

    /// An hour without calls has no sums, and is drawn all the same: it cost nothing.
    private static func everyHour(of sums: ReplaySums) -> [(time: Date, group: ReplaySums.Group)] {
        guard let first = sums.hours.keys.min(), let last = sums.hours.keys.max() else { return [] }
        return stride(from: first.timeIntervalSince1970, through: last.timeIntervalSince1970, by: 3_600).map {
            let hour = Date(timeIntervalSince1970: $0)
            return (time: hour, group: sums.hours[hour] ?? ReplaySums.Group())
        }
    }

    package var svg: String {
        let panels = [money, refused].compactMap(\.self)
        let bottom = panels.map(\.bottom).max() ?? 0
        var parts = [
            """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(Int(Self.width))" height="\(Int(bottom + 64))" \
            viewBox="0 0 \(Int(Self.width)) \(Int(bottom + 64))" font-family="sans-serif" font-size="12">
            <rect width="100%" height="100%" fill="white"/>
            <text x="\(Self.left)" y="28" font-size="16">\(Self.escaped(title))</text>
            """
        ]
        for panel in panels { parts += grid(panel) + panel.lines.map { line($0, panel) } }
        parts += times(below: bottom)
        for (position, line) in panels.flatMap(\.lines).enumerated() {
            let x = Self.left + Double(position) * 142
            parts.append(
                """
                <rect x="\(Self.text(x))" y="\(Self.text(bottom + 40))" width="18" height="4" fill="\(line.colour)"/>
                <text x="\(Self.text(x + 24))" y="\(Self.text(bottom + 46))">\(line.name)</text>
                """)
        }
        parts.append("</svg>")
        return parts.joined(separator: "\n") + "\n"
    }

    private func line(_ line: Line, _ panel: Panel) -> String {
        let points = hours.indices.map { (x: Self.text(x($0)), y: Self.text(panel.y(line.value(hours[$0].group)))) }
        // A line of one point is not drawn.
        if points.count == 1, let point = points.first {
            return """
                <circle cx="\(point.x)" cy="\(point.y)" r="\(line.width + 2)" \
                fill="\(line.colour)"><title>\(line.name)</title></circle>
                """
        }
        let path = points.map { "\($0.x),\($0.y)" }.joined(separator: " ")
        return """
            <polyline fill="none" stroke="\(line.colour)" stroke-width="\(line.width)" stroke-linejoin="round" \
            points="\(path)"><title>\(line.name)</title></polyline>
            """
    }

    private func grid(_ panel: Panel) -> [String] {
        let label = "<text x=\"\(Self.left)\" y=\"\(Self.text(panel.top - 8))\" fill=\"#57606a\">\(panel.name)</text>"
        return [label]
            + panel.marks.map { mark in
                let y = Self.text(panel.y(mark))
                return """
                    <line x1="\(Self.left)" x2="\(Self.width - Self.right)" y1="\(y)" y2="\(y)" \
                    stroke="\(mark == 0 ? "#8c959f" : "#e1e4e8")"/>
                    <text x="\(Self.left - 8)" y="\(y)" text-anchor="end" \
                    dominant-baseline="middle">\(panel.label(mark))</text>
                    """
            }
    }

    /// Days at their midnights, or hours where there are few.
    private func times(below bottom: Double) -> [String] {
        let byDay = hours.count > 48
        let turns = hours.indices.filter { index in
            !byDay || Int(hours[index].time.timeIntervalSince1970) % 86_400 == 0
        }
        let every = max(1, (turns.count + 7) / 8)
        return stride(from: 0, to: turns.count, by: every).map { position in
            let index = turns[position]
            let time = hours[index].time.formatted(.iso8601).prefix(byDay ? 10 : 13).replacing("T", with: " ")
            let x = Self.text(x(index))
            return """
                <line x1="\(x)" x2="\(x)" y1="\(bottom)" y2="\(bottom + 5)" stroke="#8c959f"/>
                <text x="\(x)" y="\(Self.text(bottom + 20))" text-anchor="middle">\(time)\(byDay ? "" : "h")</text>
                """
        }
    }

    private func x(_ index: Int) -> Double {
        let span = Self.width - Self.left - Self.right
        return hours.count < 2 ? Self.left + span / 2 : Self.left + span * Double(index) / Double(hours.count - 1)
    }

    private static func amount(_ money: Money) -> Double { Double(money.units) / 100_000_000 }

    fileprivate static func text(_ value: Double) -> String { String((value * 10).rounded() / 10) }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
    }

    /// A part of the picture with a scale of its own, whose marks are round numbers and include zero.
    private struct Panel {
        let name: String
        let top: Double
        let height: Double
        let lines: [Line]
        let marks: [Double]
        private let decimals: Int

        init(
            name: String, top: Double, height: Double, lines: [Line], _ groups: [ReplaySums.Group],
            smallestStep: Double = 0
        ) {
            self.name = name
            self.top = top
            self.height = height
            self.lines = lines
            let values = groups.flatMap { group in lines.map { $0.value(group) } }
            let (lowest, highest) = (min(values.min() ?? 0, 0), max(values.max() ?? 0, 0))
            let wanted = max(highest - lowest, 0.000_01) / (height > 150 ? 5 : 2)
            let power = pow(10, log10(wanted).rounded(.down))
            let step = max(([1, 2, 5].first { $0 * power >= wanted * 0.999 } ?? 10) * power, smallestStep)
            let range = Int((lowest / step + 0.001).rounded(.down))...max(1, Int((highest / step - 0.001).rounded(.up)))
            marks = range.map { Double($0) * step }
            decimals = max(0, Int(-log10(step * 1.001).rounded(.down)))
        }

        var bottom: Double { top + height }

        func y(_ value: Double) -> Double {
            guard let low = marks.first, let high = marks.last, high > low else { return bottom }
            return bottom - height * (value - low) / (high - low)
        }

        func label(_ mark: Double) -> String {
            let scale = pow(10, Double(decimals))
            let units = Int((mark * scale).rounded())
            let (whole, part) = units.magnitude.quotientAndRemainder(dividingBy: UInt(scale))
            let sign = units < 0 ? "−" : ""
            if decimals == 0 { return "\(sign)\(whole)" }
            return "\(sign)\(whole)." + String(repeating: "0", count: decimals - "\(part)".count) + "\(part)"
        }
    }
}
