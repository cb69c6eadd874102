/// Chance that is the same for the same seed (SplitMix64), so that a call can be explained and simulated again.
struct FlowDraw: Sendable, Hashable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// A draw that is the same for a text, whatever was drawn before.
    init(of text: String) {
        // FNV-1a; the mixing of the first draw does the rest.
        state = text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    }

    private mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// Draws one by its weight.
    /// - Returns: its position; nil when none has a weight.
    mutating func pick(_ weights: [Int]) -> Int? {
        let total = weights.reduce(into: UInt64(0)) { $0 &+= UInt64(max($1, 0)) }
        guard total > 0 else { return nil }
        var drawn = total.multipliedFullWidth(by: next()).high
        for (position, weight) in weights.enumerated() {
            let weight = UInt64(max(weight, 0))
            if drawn < weight { return position }
            drawn -= weight
        }
        return nil
    }

    /// Draws all, one after the other; those without a weight come last, as they stand.
    mutating func order<Element>(_ elements: [Element], weight: (Element) -> Int) -> [Element] {
        var (rest, ordered) = (elements, [Element]())
        while let position = pick(rest.map(weight)) { ordered.append(rest.remove(at: position)) }
        return ordered + rest
    }
}
