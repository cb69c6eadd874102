/// An answer as it is shown while it comes: laid out for people where that is wanted, and it is JSON and not too long.
package struct ShownAnswer {
    private var kept: [UInt8] = []
    private var isKeeping: Bool

    private static let most = 4 << 20
    private static let width = 100

    /// - Parameter laysOut: false shows it byte for byte.
    package init(laysOut: Bool) { isKeeping = laysOut }

    /// - Returns: what of it is shown now.
    package mutating func take(_ part: [UInt8]) -> [UInt8] {
        guard isKeeping else { return part }
        kept += part
        guard kept.count > Self.most else { return [] }
        isKeeping = false
        defer { kept = [] }
        return kept
    }

    /// - Returns: the rest of it, when all has come.
    package mutating func finish() -> [UInt8] {
        guard isKeeping, !kept.isEmpty else { return [] }
        guard let value = try? JSONValue(kept) else { return kept }  // what is none is shown as it came
        return Array((value.lines(width: Self.width) + "\n").utf8)
    }
}
