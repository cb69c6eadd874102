package import Foundation

/// A picture of series over hours or days, as SVG: panels below each other, each with a scale of its own.
package struct TimePlot: Sendable {
    /// What a point stands for.
    package enum Unit: Sendable {
        case hour
        case day
    }

    /// A series. Its colour says what it is; where two are close the wider one is to be the paler.
    package struct Line: Sendable {
        package let name: String
        package let colour: String
        package let width: Double
        /// One a point in time; where there is none the line has a gap.
        package let values: [Double?]

        package init(_ name: String, _ colour: String, width: Double = 1.6, _ values: [Double?]) {
            self.name = name
            self.colour = colour
            self.width = width
            self.values = values
        }
    }

    /// Series of one unit.
    package struct Panel: Sendable {
        package let name: String
        package let height: Double
        package let smallestStep: Double
        package let lines: [Line]

        /// - Parameter smallestStep: between the marks of its scale; 1 for what is counted.
        package init(_ name: String, height: Double, smallestStep: Double = 0, _ lines: [Line]) {
            self.name = name
            self.height = height
            self.smallestStep = smallestStep
            self.lines = lines
        }
    }

    private let title: String
    private let times: [Date]
    private let unit: Unit
    private let panels: [(panel: Panel, scale: TimePlotScale)]

    private static let (width, left, right) = (960.0, 84.0, 24.0)

    package init(title: String, _ times: [Date], by unit: Unit, _ panels: [Panel]) {
        self.title = title
        self.times = times
        self.unit = unit
        var top = 52.0
        self.panels = panels.map { panel in
            let scale = TimePlotScale(
                panel.lines.flatMap(\.values).compactMap(\.self), top: top, height: panel.height,
                smallestStep: panel.smallestStep)
            top = scale.bottom + 32
            return (panel, scale)
        }
    }

    package var svg: String {
        let bottom = panels.map(\.scale.bottom).max() ?? 0
        var parts = [
            """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(Int(Self.width))" height="\(Int(bottom + 64))" \
            viewBox="0 0 \(Int(Self.width)) \(Int(bottom + 64))" font-family="sans-serif" font-size="12">
            <rect width="100%" height="100%" fill="white"/>
            <text x="\(Self.left)" y="28" font-size="16">\(Self.escaped(title))</text>
            """
        ]
        for (panel, scale) in panels { parts += grid(panel, scale) + panel.lines.flatMap { drawn($0, scale) } }
        parts += marks(below: bottom)
        for (position, line) in panels.flatMap(\.panel.lines).enumerated() {
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

    /// Between its gaps. A line of one point would not be seen.
    private func drawn(_ line: Line, _ scale: TimePlotScale) -> [String] {
        let points = line.values.enumerated().map { index, value in
            value.map { (x: Self.text(x(index)), y: Self.text(scale.y($0))) }
        }
        return points.split { $0 == nil }.map { run in
            let run = run.compactMap(\.self)
            if run.count == 1, let point = run.first {
                return """
                    <circle cx="\(point.x)" cy="\(point.y)" r="\(line.width + 2)" \
                    fill="\(line.colour)"><title>\(line.name)</title></circle>
                    """
            }
            let path = run.map { "\($0.x),\($0.y)" }.joined(separator: " ")
            return """
                <polyline fill="none" stroke="\(line.colour)" stroke-width="\(line.width)" stroke-linejoin="round" \
                points="\(path)"><title>\(line.name)</title></polyline>
                """
        }
    }

    private func grid(_ panel: Panel, _ scale: TimePlotScale) -> [String] {
        let y = Self.text(scale.top - 8)
        let label = "<text x=\"\(Self.left)\" y=\"\(y)\" fill=\"#57606a\">\(panel.name)</text>"
        return [label]
            + scale.marks.map { mark in
                let y = Self.text(scale.y(mark))
                return """
                    <line x1="\(Self.left)" x2="\(Self.width - Self.right)" y1="\(y)" y2="\(y)" \
                    stroke="\(mark == 0 ? "#8c959f" : "#e1e4e8")"/>
                    <text x="\(Self.left - 8)" y="\(y)" text-anchor="end" \
                    dominant-baseline="middle">\(scale.label(mark))</text>
                    """
            }
    }

    /// Days at their midnights, or hours where there are few.
    private func marks(below bottom: Double) -> [String] {
        let byDay = unit == .day || times.count > 48
        let turns = times.indices.filter { !byDay || Int(times[$0].timeIntervalSince1970) % 86_400 == 0 }
        let every = max(1, (turns.count + 7) / 8)
        return stride(from: 0, to: turns.count, by: every).map { position in
            let index = turns[position]
            let time = times[index].formatted(.iso8601).prefix(byDay ? 10 : 13).replacing("T", with: " ")
            let x = Self.text(x(index))
            return """
                <line x1="\(x)" x2="\(x)" y1="\(bottom)" y2="\(bottom + 5)" stroke="#8c959f"/>
                <text x="\(x)" y="\(Self.text(bottom + 20))" text-anchor="middle">\(time)\(byDay ? "" : "h")</text>
                """
        }
    }

    private func x(_ index: Int) -> Double {
        let span = Self.width - Self.left - Self.right
        return times.count < 2 ? Self.left + span / 2 : Self.left + span * Double(index) / Double(times.count - 1)
    }

    private static func text(_ value: Double) -> String { String((value * 10).rounded() / 10) }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
    }
}
