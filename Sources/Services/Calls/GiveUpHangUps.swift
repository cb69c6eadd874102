package import Postgres

/// Gives up hang-ups that no edge has taken: an edge that is gone asks for none, and whoever waits would never be told.
package struct GiveUpHangUps: Sendable {
    private let database: Database

    /// An edge looks every second, and says itself after a minute that it could not (`TakeHangUps`). So this is half a
    /// minute later: what it says has gone before, and an edge that was just started anew has had its time.
    package static let patienceSeconds: Int32 = 90

    /// - Parameter database: as the engine.
    package init(_ database: Database) { self.database = database }

    /// - Returns: how many were given up.
    /// - Throws: `PostgresError`.
    package func callAsFunction() async throws -> Int {
        let reason = "no edge took it within \(Self.patienceSeconds) s: the edge of the call may be gone"
        return try await database.run(
            """
            update routing.hang_ups set done_at = now(), outcome = 'failed', failure = \(reason)
             where done_at is null and requested_at < now() - make_interval(secs => \(Self.patienceSeconds))
            """
        ).affected
    }
}
