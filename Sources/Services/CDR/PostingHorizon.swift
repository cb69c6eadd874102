import Foundation
import Postgres

extension Database {
    /// The time before which no call is posted any more: what is posted carries a time within its transaction, and
    /// every transaction that goes on now is among the sessions of our role.
    /// - Parameters:
    ///   - back: how far it lies back when none goes on.
    ///   - limit: at most as far back; a transaction that is older is not waited for.
    func postingHorizon(_ back: Duration, atMost limit: Duration) async throws -> Date {
        try await run(
            """
            select greatest(now() - make_interval(secs => \(limit.components.seconds)),
                            least(min(xact_start), now() - make_interval(secs => \(back.components.seconds))))
              from pg_stat_activity where datname = current_database() and usename = current_user
            """
        ).value(Date.self) ?? .distantPast
    }
}
