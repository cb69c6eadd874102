import Foundation
import Services

/// What an edge was told of its shares. It has them in its memory, which is empty after a start.
final class ToldShares {
    private let holder: any ShareHolder
    private var lines: [String: ShareLine] = [:]
    /// Marks the edge's memory as what these lines say; `nil` while it may be another's, or empty.
    private var mark: String?
    /// What the edge did not confirm: it may have taken it or not.
    private var doubtful: Set<String> = []

    /// How many lines are lost of sight when the edge falls silent.
    private static let partMaximum = 1000

    init(_ holder: any ShareHolder) {
        self.holder = holder
    }

    /// Whether the edge's shares are those of `subscript(_:)`, and no others.
    var isBegun: Bool { mark != nil }

    /// The share that the edge was told; `nil` when it has none.
    subscript(_ key: String) -> ShareLine? { lines[key] }

    /// Has the edge answer, also about what it did not confirm: it takes no call that a limit counts, and forgets that.
    /// - Returns: what was asked for, and whether nothing had to be forgotten.
    /// - Throws: when it is silent. Then nothing that is kept for it may be kept any longer.
    func listen() async throws -> (asked: [String: Int], isComplete: Bool) {
        let asked = try await holder.asked()
        let forgotten = doubtful.map { ShareLine(key: $0, share: nil, limit: 0) }
        try await set(forgotten, lease: forgotten.isEmpty ? nil : .closed)
        return (asked, forgotten.isEmpty)
    }

    /// Empties the edge's memory of shares, and marks it.
    func begin() async throws {
        try await holder.clearShares()
        lines = [:]
        doubtful = []
        let new = UUID().text
        mark = new
        _ = try await holder.set([], lease: nil, generation: new)
    }

    /// The edge goes by no shares any more.
    func forget() { mark = nil }

    /// - Parameter lease: `nil` leaves it; the edge is told after the shares.
    /// - Returns: how much is in use of each.
    @discardableResult
    func set(_ shares: [ShareLine], lease: EdgeLease? = nil) async throws -> [Int] {
        var inUse: [Int] = []
        var rest = shares[...]
        repeat {
            let part = Array(rest.prefix(Self.partMaximum))
            rest = rest.dropFirst(part.count)
            doubtful.formUnion(part.map(\.key))
            let state = try await holder.set(part, lease: rest.isEmpty ? lease : nil, generation: nil)
            doubtful.subtract(part.map(\.key))
            for line in part { lines[line.key] = line.share == nil ? nil : line }
            if state.generation != mark { mark = nil }
            inUse += state.inUse
        } while !rest.isEmpty
        return inUse
    }
}
