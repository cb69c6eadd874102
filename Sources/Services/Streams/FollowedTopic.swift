import Foundation
import Postgres

/// A topic while a stream tells of it: it remembers what was told, and asks for what is different.
protocol FollowedTopic: Sendable {
    /// Whether there may be more than the last rows.
    var hasMore: Bool { get }

    /// Finds what has not been told; few rows, by an index.
    func statement(_ scope: RequestScope) -> SQL

    /// What the rows say that it found.
    /// - Parameter readAt: when the transaction of the rows began, by the database's clock.
    mutating func messages(of rows: Rows, readAt: Date) throws -> [StreamMessage]
}

/// Rows that a stream has told of, each with the time of the version that it told: so a change is told whatever order
/// changes are committed in.
struct ToldRows: Sendable {
    /// How many are followed at a time.
    static let most = 500

    private var versions: [UUID: Date] = [:]

    var ids: [UUID] { Array(versions.keys) }
    /// In the order of `ids`.
    var times: [Date] { Array(versions.values) }
    var free: Int { Self.most - versions.count }

    /// Notes what was told of a row; one that is new finds a place, or is not followed.
    mutating func keep(_ id: UUID, _ version: Date) -> Bool {
        guard versions[id] != nil || free > 0 else { return false }
        versions[id] = version
        return true
    }

    /// Forgets a row.
    /// - Returns: whether it was told of.
    mutating func drop(_ id: UUID) -> Bool { versions.removeValue(forKey: id) != nil }
}
