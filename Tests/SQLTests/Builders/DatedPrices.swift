/// One price of a random sheet, its times as days since the beginning of 2026.
struct DatedPrice: Sendable {
    var isInbound = false
    let prefix: String
    let price: Int
    var isBlocked = false
    var isDisabled = false
    let begins: Int
    var ends: Int?

    func holds(on day: Int) -> Bool { begins <= day && (ends.map { day < $0 } ?? true) }
}

/// What a file makes of a version, said of one number at one instant as people would say it, without any rows.
struct DraftOracle {
    let base: [DatedPrice]
    let file: [DatedPrice]
    let isDelta: Bool
    let blocksMissing: Bool
    /// The day that the version is to hold from.
    let from: Int

    /// What a number costs: a price, or nil where there is none or it is blocked.
    func price(of number: String, isInbound: Bool, on day: Int) -> Int? {
        for length in stride(from: number.count, to: 0, by: -1) {
            let prefix = String(number.prefix(length))
            if let found = price(at: prefix, isInbound, day) { return found.isBlocked ? nil : found.price }
            if isBlocked(prefix, isInbound) { return nil }
        }
        return nil
    }

    private func price(at prefix: String, _ isInbound: Bool, _ day: Int) -> DatedPrice? {
        let new = file.filter { $0.prefix == prefix && $0.isInbound == isInbound }
        let old = base.filter { $0.prefix == prefix && $0.isInbound == isInbound }
        let counts: [DatedPrice] =
            if let first = new.map(\.begins).min() {
                // What held goes on until the file's first row begins.
                day < first ? old : new.filter { !isDisabled($0, by: new, on: day) }
            } else {
                isDelta ? old : []
            }
        return counts.filter { !$0.isDisabled && $0.holds(on: day) }.max { $0.begins < $1.begins }
    }

    /// Whether a disabled row of the file has begun since the price did.
    private func isDisabled(_ price: DatedPrice, by file: [DatedPrice], on day: Int) -> Bool {
        file.contains { $0.isDisabled && $0.begins > price.begins && $0.begins <= day }
    }

    /// Whether a full file says nothing of a prefix that was priced, and has a shorter one that would price it now.
    private func isBlocked(_ prefix: String, _ isInbound: Bool) -> Bool {
        guard !isDelta, blocksMissing else { return false }
        let named = file.filter { $0.isInbound == isInbound }
        let held = base.contains {
            $0.prefix == prefix && $0.isInbound == isInbound && !$0.isDisabled && $0.holds(on: from)
        }
        return held && !named.contains { $0.prefix == prefix }
            && named.contains { !$0.isDisabled && prefix.hasPrefix($0.prefix) }
    }
}

/// Small sheets over two digits, so that prefixes hide each other often.
struct RandomSheets<Generator: RandomNumberGenerator> {
    var generator: Generator
    let hasDirections: Bool
    private var made = 0

    init(_ generator: Generator, hasDirections: Bool) {
        self.generator = generator
        self.hasDirections = hasDirections
    }

    /// Prices of which no two of a prefix begin on one day, each with a price of its own.
    mutating func sheet() -> [DatedPrice] {
        var prices: [String: DatedPrice] = [:]
        for _ in 0..<Int.random(in: 0...12, using: &generator) {
            made += 1
            let digits = (0..<Int.random(in: 1...3, using: &generator)).map { _ in Bool.random(using: &generator) }
            let begins = Int.random(in: 0...12, using: &generator)
            let kind = Int.random(in: 0..<6, using: &generator)
            let price = DatedPrice(
                isInbound: hasDirections && Bool.random(using: &generator),
                prefix: digits.map { $0 ? "2" : "3" }.joined(), price: made,
                isBlocked: kind == 0, isDisabled: kind == 1, begins: begins,
                ends: Bool.random(using: &generator) ? begins + Int.random(in: 1...8, using: &generator) : nil)
            prices["\(price.isInbound) \(price.prefix) \(begins)"] = price
        }
        return prices.sorted { $0.key < $1.key }.map(\.value)
    }
}
