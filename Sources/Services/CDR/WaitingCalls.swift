package import Postgres
import Synchronization

/// Tells whether so many calls wait to be rated that no more should be handed in.
package final class WaitingCalls: Sendable {
    private let database: Database
    private let most: Int
    private let known = Mutex<(at: ContinuousClock.Instant, isFull: Bool)?>(nil)

    /// A count is good for this long: it is taken of up to `most` entries of an index.
    private static let validity = Duration.seconds(2)

    /// - Parameters:
    ///   - database: as the engine, for calls of all operators are rated in one line.
    ///   - most: how many may wait.
    package init(_ database: Database, most: Int) {
        self.database = database
        self.most = most
    }

    /// Whether more than that wait.
    package var isFull: Bool {
        get async throws {
            if let known = known.withLock(\.self), known.at + Self.validity > .now { return known.isFull }
            let count = try await database.run(
                """
                select count(*) from (select from cdr.raw_cdr where processed_at is null and rating_error is null
                                       limit \(most + 1)) w
                """
            ).value(Int.self)
            let isFull = (count ?? 0) > most
            known.withLock { $0 = (.now, isFull) }
            return isFull
        }
    }
}
