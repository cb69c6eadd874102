package import Foundation
package import Logging
package import Services

/// Moves CDRs from the edge's files to the ledger, over and over: import, rate, and now and then close what is lost.
package struct CDRPipeline: Sendable {
    private let importSpool: ImportSpool?
    private let rateCalls: RateCalls
    private let closeLostCalls: CloseLostCalls?
    private let closeAbandoned: CloseAbandonedCalls?
    private let liveCalls: @Sendable () async -> Set<UUID>?
    private let logger: Logger

    /// Between two imports: the edge notices at most one new file a second.
    private static let pause = Duration.milliseconds(1200)
    /// How many rounds lie between two looks for lost calls.
    private static let roundsBetweenSweeps = 8

    /// - Parameters:
    ///   - importSpool: `nil` on a machine without an edge.
    ///   - closeLostCalls: of the edge on this machine; `nil` without one.
    ///   - closeAbandoned: of edges that do not close their own calls any more; a worker does it for all of them.
    ///   - liveCalls: the CDR ids of the calls in progress; `nil` when the edge cannot be asked, and then no call is
    ///     closed.
    package init(
        importSpool: ImportSpool?, rateCalls: RateCalls, closeLostCalls: CloseLostCalls?,
        closeAbandoned: CloseAbandonedCalls? = nil, liveCalls: @escaping @Sendable () async -> Set<UUID>?,
        logger: Logger
    ) {
        self.importSpool = importSpool
        self.rateCalls = rateCalls
        self.closeLostCalls = closeLostCalls
        self.closeAbandoned = closeAbandoned
        self.liveCalls = liveCalls
        self.logger = logger
    }

    /// Works until the task is cancelled.
    package func run() async {
        var round = 0
        while !Task.isCancelled {
            await attempt("CDRs could not be imported") { try await runOnce() }
            if round % Self.roundsBetweenSweeps == 0 {
                await attempt("lost calls could not be closed") { try await sweep() }
                await attempt("calls of abandoned edges could not be closed") { try await closeOthers() }
            }
            round += 1
            try? await Task.sleep(for: Self.pause)  // a cancelled sleep ends the loop
        }
    }

    /// Imports and rates everything that is there now.
    package func runOnce() async throws {
        if let imported = try await importSpool?(), imported.imported + imported.rejected > 0 {
            logger.debug("imported \(imported.imported) CDRs, \(imported.repeated) repeated")
            if imported.rejected > 0 { logger.error("\(imported.rejected) CDR lines were rejected; see edge/rejected") }
        }
        try await rateAll()
    }

    private func rateAll() async throws {
        while true {
            let rated = try await rateCalls()
            if rated.setAside > 0 {
                logger.error("\(rated.setAside) CDRs cannot be rated; cdr.raw_cdr.rating_error says why")
            }
            if rated.calls == 0 { return }
        }
    }

    /// Imports and rates what is left, and closes the calls that ended without a record, after the edge has ended.
    package func finish() async {
        await attempt("the last CDRs could not be imported; the next start does it") { try await runOnce() }
        await attempt("lost calls could not be closed; the next start does it") { try await sweep() }
    }

    /// Only who imports an edge's files knows that a call is in none of them. What ended before the edge was asked was
    /// in its files by then, and is imported after.
    private func sweep() async throws {
        let asked = Date()
        guard let importSpool, let closeLostCalls, let live = await liveCalls() else { return }
        guard try await !importSpool().isBusy else { return }
        try await rateAll()
        let lost = try await closeLostCalls(live: live, before: asked)
        if lost > 0 { logger.warning("\(lost) calls left no record; each got one that says so, and its hold back") }
        try await rateAll()
    }

    private func closeOthers() async throws {
        let closed = try await closeAbandoned?() ?? 0
        if closed > 0 {
            logger.error("\(closed) calls of edges that are gone got a record that says so, and their holds back")
        }
        try await rateAll()
    }

    /// The database may be away: whatever failed is tried again in the next round.
    private func attempt(_ failure: String, _ work: () async throws -> Void) async {
        do {
            try await work()
        } catch {
            if !Task.isCancelled { logger.warning("\(failure): \(error)") }
        }
    }
}
