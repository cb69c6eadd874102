import Foundation

/// The scale of a panel, whose marks are round numbers and include zero.
struct TimePlotScale: Sendable {
    let top: Double
    let height: Double
    let marks: [Double]
    private let decimals: Int

    init(_ values: [Double], top: Double, height: Double, smallestStep: Double) {
        self.top = top
        self.height = height
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
