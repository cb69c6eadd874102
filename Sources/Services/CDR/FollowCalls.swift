import Foundation

/// Follows the rated calls of a tenant: each is told once, however late its transaction committed.
///
/// A call carries the time at which its transaction began and can be seen when that commits, so calls appear behind
/// others with a later time. Every look begins where calls could still appear at the look before, and leaves out those
/// that were told.
package struct FollowCalls: Sendable {
    private let list: ListCalls
    /// From where on calls may still appear.
    private var horizon = Date.distantPast
    /// The calls behind the horizon that were told, or were there before.
    private var told: [UUID: Date] = [:]

    /// Calls in one answer of the database.
    private static let pageSize = 500
    /// More than a thousand calls a second make in the longest transaction. Beyond it the oldest are forgotten, and
    /// what appears between them is not told.
    private static let maximumTold = 500_000

    package init(_ list: ListCalls) {
        self.list = list
    }

    /// Tells the last calls; what comes after them is told by `next`.
    package mutating func begin(_ limit: Int) async throws -> [CallLine] {
        horizon = try await list.horizon()
        // First what is there, then the last of it: what appears in between is not counted as told.
        try await read { _ in }
        let last = try await list.last(limit)
        for call in last where call.postedAt >= horizon { told[call.id] = call.postedAt }
        return last
    }

    /// Tells the calls that appeared since the last look, the oldest first.
    /// - Parameter tell: hears of them page by page.
    package mutating func next(_ tell: ([CallLine]) -> Void) async throws {
        let nextHorizon = try await list.horizon()
        try await read(tell)
        horizon = max(horizon, nextHorizon)
        forget()
    }

    private mutating func read(_ tell: ([CallLine]) -> Void) async throws {
        var position = ListCalls.Position(postedAt: horizon, id: Self.leastID)
        while true {
            let page = try await list.page(after: position, limit: Self.pageSize)
            let fresh = page.filter { told[$0.id] == nil }
            for call in fresh { told[call.id] = call.postedAt }
            if !fresh.isEmpty { tell(fresh) }
            guard let end = page.last, page.count == Self.pageSize else { return }
            position = ListCalls.Position(postedAt: end.postedAt, id: end.id)
        }
    }

    private mutating func forget() {
        if told.count > Self.maximumTold {
            horizon = max(horizon, told.values.sorted()[told.count - Self.maximumTold])
        }
        let horizon = horizon
        told = told.filter { $0.value >= horizon }
    }

    /// No call has it.
    private static let leastID = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
}
