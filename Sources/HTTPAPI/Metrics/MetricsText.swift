/// Metrics in Prometheus' text format, version 0.0.4.
package enum MetricsText {
    /// A number without samples is left out.
    package static func text(_ metrics: [Metric]) -> String {
        var lines: [String] = []
        for metric in metrics where !metric.samples.isEmpty {
            lines.append("# HELP \(metric.name) \(escaped(metric.help, quotes: false))")
            lines.append("# TYPE \(metric.name) \(metric.kind.rawValue)")
            for sample in metric.samples {
                let labels = sample.labels.sorted { $0.key < $1.key }
                    .map { "\($0.key)=\"\(escaped($0.value, quotes: true))\"" }.joined(separator: ",")
                lines.append("\(metric.name)\(labels.isEmpty ? "" : "{\(labels)}") \(number(sample.value))")
            }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        return value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var escaped = text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
        if quotes { escaped = escaped.replacing("\"", with: "\\\"") }
        return escaped
    }
}
