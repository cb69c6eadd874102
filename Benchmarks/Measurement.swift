/// One figure, with what it is compared to.
struct Measurement: Sendable, Encodable {
    let name: String
    let value: Double
    let unit: String
    /// What it was compared with in the same run, with that figure; `nil` when it stands alone.
    let against: String?
    /// This figure divided by the other.
    let ratio: Double?
    /// How it was measured, for people.
    let method: String

    init(_ name: String, _ value: Double, _ unit: String, method: String) {
        self.name = name
        self.value = value
        self.unit = unit
        against = nil
        ratio = nil
        self.method = method
    }

    init(_ name: String, _ value: Double, _ unit: String, against: String, _ other: Double, method: String) {
        self.name = name
        self.value = value
        self.unit = unit
        self.against = "\(against): \(other.short)"
        ratio = other > 0 ? value / other : nil
        self.method = method
    }

    private enum CodingKeys: CodingKey { case name, value, unit, against, ratio }

    /// All keys are always there: what is missing is null.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(value.rounded(places: 3), forKey: .value)
        try container.encode(unit, forKey: .unit)
        try container.encode(against, forKey: .against)
        try container.encode(ratio?.rounded(places: 3), forKey: .ratio)
    }
}

extension Double {
    /// Without decimals from a hundred on; with two below.
    var short: String {
        guard abs(self) < 100 else { return String(Int(rounded())) }
        let text = String(rounded(places: 2))
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    func rounded(places: Int) -> Double {
        let factor = (0..<places).reduce(1.0) { factor, _ in factor * 10 }
        return (self * factor).rounded() / factor
    }
}

extension Duration {
    /// As a number of seconds.
    var seconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}

/// The middle one; of an even count the upper of the two.
func median(_ values: [Double]) -> Double {
    values.isEmpty ? 0 : values.sorted()[values.count / 2]
}

/// Measures several things in turns, so that a busy moment of the machine meets them all.
/// - Returns: for each thing the median of each of its figures.
func medians(rounds: Int, _ measures: (() async throws -> [Double])...) async throws -> [[Double]] {
    var figures = measures.map { _ in [[Double]]() }
    for _ in 0..<rounds {
        for (index, measure) in measures.enumerated() {
            try Task.checkCancellation()
            figures[index].append(try await measure())
        }
    }
    return figures.map { turns in
        (turns.first ?? []).indices.map { index in median(turns.map { $0[index] }) }
    }
}
