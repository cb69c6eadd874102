package import Foundation
package import Postgres

/// Posts what a run found: the calls get their new prices, the ledger the differences, each once.
///
/// A batch is a transaction of the database, which knows what is left. So whoever is ended in between leaves whole
/// batches, the next one goes on behind them, and two at once take turns.
package struct PostRerate: Sendable {
    private let database: Database
    private let tenant: UUID
    private let batchSize: Int

    /// For a batch whose hours have very many calls.
    private static let limit = Duration.seconds(600)

    /// - Parameter database: as the engine.
    package init(_ database: Database, tenant: UUID, batchSize: Int = 5000) {
        self.database = database
        self.tenant = tenant
        self.batchSize = batchSize
    }

    /// What became of the calls of a run, all in all.
    package struct Result: Sendable, Equatable {
        package var posted = 0
        /// On an invoice: the difference is charged with the next one.
        package var carried = 0
        /// On a draft: they wait.
        package var held = 0
        package var skipped = 0
        package var unpriced = 0
        /// Why calls were skipped, and how many.
        package var reasons: [String: Int] = [:]

        /// Of a run that has no calls.
        package init() {}

        init(posted: Int, carried: Int, held: Int, skipped: Int, unpriced: Int, reasons: [String: Int]) {
            self.posted = posted
            self.carried = carried
            self.held = held
            self.skipped = skipped
            self.unpriced = unpriced
            self.reasons = reasons
        }
    }

    /// - Throws: `BillingFailure` when the run is not one to be posted.
    package func callAsFunction(
        _ run: RerateRun, progress: (RerateProgress) -> Void = { _ in }
    ) async throws -> Result {
        do {
            try await database.run(
                """
                update billing.rerate_calls set state = 'pending', note = null
                 where tenant_id = \(tenant) and rerate_run_id = \(run.id) and state = 'held'
                """, deadline: Self.limit)
            var done = 0
            while true {
                let batch = try await database.transaction { session in
                    try await session.run(
                        """
                        select posted + carried + held + skipped, is_done
                          from billing.post_rerate(\(tenant), \(run.id), \(Int32(batchSize)))
                        """, deadline: Self.limit
                    ).first(Int.self, Bool.self)
                }
                guard let (calls, isDone) = batch else { break }
                done += calls
                progress(RerateProgress(done: done, total: max(run.different, done), isPosting: true))
                if isDone { break }
            }
        } catch let error as PostgresError {
            throw Self.failure(error, run) ?? error
        }
        return try await result(run.id)
    }

    /// What became of its calls so far.
    package func result(_ id: UUID) async throws -> Result {
        let rows = try await database.run(
            """
            select state, case when state = 'skipped' then note end, count(*) from billing.rerate_calls
             where tenant_id = \(tenant) and rerate_run_id = \(id) group by 1, 2
            """, deadline: Self.limit
        ).decode(String.self, String?.self, Int.self)
        var result = Result()
        for (state, note, count) in rows {
            switch state {
            case "posted": result.posted += count
            case "carried": result.carried += count
            case "held": result.held += count
            case "skipped": result.skipped += count
            case "unpriced": result.unpriced += count
            default: break
            }
            if let note { result.reasons[note, default: 0] += count }
        }
        return result
    }

    private static func failure(_ error: PostgresError, _ run: RerateRun) -> BillingFailure? {
        let id = run.id.uuidString.lowercased()
        switch error.server?.constraint {
        case "rerate_is_posted_when_it_is_rated":
            return BillingFailure(
                run.state == "cancelled"
                    ? "run \(id) is cancelled" : "run \(id) has not rated all; `heddle rerate run --resume \(id)`")
        case "rerate_is_posted_by_what_may_hold":
            return BillingFailure(
                """
                version \(run.version.map(String.init) ?? "") of \(run.sheet ?? "its sheet") is a draft, or its rows \
                were changed since the run; publish it, and run again
                """)
        default: return nil
        }
    }
}
