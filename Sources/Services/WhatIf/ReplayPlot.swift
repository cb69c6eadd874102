import Foundation
import Telecom

/// A picture of a replay: cost and margin by hour, before and after, as SVG.
package struct ReplayPlot {
    private let hours: [(time: Date, group: ReplaySums.Group)]
    private let title: String

    private static let (width, height) = (960.0, 420.0)
    private static let (left, right, top, bottom) = (70.0, 20.0, 50.0, 60.0)
    private static let colours = (before: "#9aa5b1", after: "#1f6feb", margin: "#2da44e")

    package init(_ sums: ReplaySums, title: String) {
        hours = sums.hours.sorted { $0.key < $1.key }.map { (time: $0.key, group: $0.value) }
        self.title = title
    }

    package var svg: String {
        let values = hours.flatMap { hour in
            [hour.group.before, hour.group.after].flatMap { [Self.amount($0.cost), Self.amount($0.margin)] }
        }
        let highest = max(values.max() ?? 0, 0.000_001)
        let lowest = min(values.min() ?? 0, 0)
        var parts = [
            """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Int(Self.width)) \(Int(Self.height))" \
            font-family="sans-serif" font-size="12">
            <rect width="100%" height="100%" fill="white"/>
            <text x="\(Self.left)" y="24" font-size="16">\(Self.escaped(title))</text>
            """
        ]
        parts += axis(lowest, highest)
        for (name, colour, dash, value) in lines {
            var points = hours.indices.map { index in
                "\(Self.text(x(index))),\(Self.text(y(value(hours[index].group), lowest, highest)))"
            }
            // A line of one point is not drawn.
            if hours.count == 1 { points += ["\(Self.text(x(0) + 4)),\(points[0].split(separator: ",").last ?? "0")"] }
            parts.append(
                "<polyline fill=\"none\" stroke=\"\(colour)\" stroke-width=\"2\"\(dash) "
                    + "points=\"\(points.joined(separator: " "))\">"
                    + "<title>\(name)</title></polyline>")
        }
        parts += legend
        parts.append("</svg>")
        return parts.joined(separator: "\n") + "\n"
    }

    /// What is drawn: name, colour, dash, and the value of an hour.
    private var lines: [(String, String, String, (ReplaySums.Group) -> Double)] {
        let dash = " stroke-dasharray=\"5 4\""
        return [
            ("cost before", Self.colours.before, "", { Self.amount($0.before.cost) }),
            ("cost after", Self.colours.after, "", { Self.amount($0.after.cost) }),
            ("margin before", Self.colours.before, dash, { Self.amount($0.before.margin) }),
            ("margin after", Self.colours.margin, dash, { Self.amount($0.after.margin) }),
        ]
    }

    private func axis(_ lowest: Double, _ highest: Double) -> [String] {
        var parts: [String] = []
        for step in 0...4 {
            let value = lowest + (highest - lowest) * Double(step) / 4
            let y = Self.text(y(value, lowest, highest))
            parts.append(
                """
                <line x1="\(Self.left)" x2="\(Self.width - Self.right)" y1="\(y)" y2="\(y)" stroke="#e1e4e8"/>
                <text x="\(Self.left - 8)" y="\(y)" text-anchor="end" \
                dominant-baseline="middle">\(Self.label(value))</text>
                """)
        }
        let every = max(1, hours.count / 8)
        for index in stride(from: 0, to: hours.count, by: every) {
            let day = hours[index].time.formatted(.iso8601).prefix(13).replacing("T", with: " ")
            parts.append(
                """
                <text x="\(Self.text(x(index)))" y="\(Self.height - Self.bottom + 20)" \
                text-anchor="middle">\(day)h</text>
                """)
        }
        return parts
    }

    private var legend: [String] {
        lines.enumerated().map { position, line in
            let x = Self.left + Double(position) * 150
            let y = Self.height - 14
            return """
                <line x1="\(x)" x2="\(x + 24)" y1="\(y - 4)" y2="\(y - 4)"\(line.2) \
                stroke="\(line.1)" stroke-width="2"/>
                <text x="\(x + 30)" y="\(y)">\(line.0)</text>
                """
        }
    }

    private func x(_ index: Int) -> Double {
        let span = Self.width - Self.left - Self.right
        return hours.count < 2 ? Self.left + span / 2 : Self.left + span * Double(index) / Double(hours.count - 1)
    }

    private func y(_ value: Double, _ lowest: Double, _ highest: Double) -> Double {
        let span = Self.height - Self.top - Self.bottom
        return Self.height - Self.bottom - span * (value - lowest) / (highest - lowest)
    }

    private static func amount(_ money: Money) -> Double { Double(money.units) / 100_000_000 }

    private static func text(_ value: Double) -> String { String((value * 10).rounded() / 10) }

    private static func label(_ value: Double) -> String {
        String(abs(value) >= 100 ? value.rounded() : (value * 1_000).rounded() / 1_000)
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
    }
}
