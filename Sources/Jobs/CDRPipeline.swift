import Foundation
package import Logging
package import Services

/// Moves CDRs from the edge's files to the ledger, over and over: import, rate, and now and then close what is lost.
package struct CDRPipeline: Sendable {
    private let edge: Edge?
    private let rateCalls: RateCalls
    private let closeLostCalls: CloseLostCalls
    private let closesAbandoned: Bool
    private let logger: Logger
    /// What it has done.
    package let numbers = PipelineNumbers()

    /// How long is rated before the files are looked at again.
    private static let turn = Duration.seconds(2)
    /// How many batches are rated at once while there is that much to do.
    package static let lanes = 2
    /// Between two looks at the files.
    private static let pause = Duration.milliseconds(500)
    /// How many rounds lie between two looks for lost calls and for files that are done with.
    private static let roundsBetweenSweeps = 16

    /// The edge on this machine.
    package struct Edge: Sendable {
        let id: String
        let importSpool: ImportSpool
        let liveCalls: @Sendable () async -> CloseLostCalls.LiveCalls?

        /// - Parameter liveCalls: the calls in progress; `nil` when the edge cannot be asked, and then none is closed.
        package init(
            id: String, importSpool: ImportSpool,
            liveCalls: @escaping @Sendable () async -> CloseLostCalls.LiveCalls?
        ) {
            self.id = id
            self.importSpool = importSpool
            self.liveCalls = liveCalls
        }
    }

    /// - Parameters:
    ///   - edge: `nil` on a machine without one.
    ///   - closesAbandoned: whether it closes the lost calls of edges that do not do so any more: a worker does.
    package init(
        edge: Edge?, rateCalls: RateCalls, closeLostCalls: CloseLostCalls, closesAbandoned: Bool = false,
        logger: Logger
    ) {
        self.edge = edge
        self.rateCalls = rateCalls
        self.closeLostCalls = closeLostCalls
        self.closesAbandoned = closesAbandoned
        self.logger = logger
    }

    /// Works until the task is cancelled.
    package func run() async {
        var round = 0
        while !Task.isCancelled {
            var isDone = true
            await attempt("CDRs could not be imported") { isDone = try await runOnce() }
            if round % Self.roundsBetweenSweeps == 0 {
                await attempt("lost calls could not be closed") { try await sweep() }
                await attempt("CDR files could not be archived") { try await edge?.importSpool.archive() }
                if closesAbandoned {
                    await attempt("calls of abandoned edges could not be closed") { try await closeAbandoned() }
                    await attempt("holds without a call could not be given back") { try await releaseStrays() }
                    await attempt("holds that are over could not be given back") { try await releaseExpired() }
                }
            }
            round += 1
            if !isDone { continue }
            try? await Task.sleep(for: Self.pause)  // a cancelled sleep ends the loop
        }
    }

    /// Imports everything that is there now and rates it, or so much as can be done in a turn: what another switch's
    /// file left to do must not keep the edge's calls waiting.
    /// - Returns: whether all is rated.
    @discardableResult package func runOnce() async throws -> Bool {
        if let imported = try await edge?.importSpool(), imported.imported + imported.rejected > 0 {
            numbers.add { sums in
                sums.imported += imported.imported
                sums.repeated += imported.repeated
                sums.rejected += imported.rejected
            }
            logger.debug("imported \(imported.imported) CDRs, \(imported.repeated) repeated")
            if imported.rejected > 0 { logger.error("\(imported.rejected) CDR lines were rejected; see edge/rejected") }
        }
        return try await rateAll()
    }

    /// One lane reads and computes while the database works for the other.
    @discardableResult private func rateAll() async throws -> Bool {
        let end = ContinuousClock.now + Self.turn
        return try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<Self.lanes { group.addTask { try await self.rate(until: end) } }
            return try await group.reduce(true) { $0 && $1 }
        }
    }

    private func rate(until end: ContinuousClock.Instant) async throws -> Bool {
        while ContinuousClock.now < end {
            let start = ContinuousClock.now
            let rated = try await rateCalls()
            if rated.calls > 0 { numbers.addBatch(calls: rated.calls, setAside: rated.setAside, .now - start) }
            if rated.setAside > 0 {
                logger.error("\(rated.setAside) CDRs cannot be rated; `heddle cdr aside` says why")
            }
            if rated.calls == 0 { return true }
        }
        return false
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
        guard let edge, let live = await edge.liveCalls() else { return }
        guard try await !edge.importSpool().isBusy else { return }
        try await rateAll()
        let lost = try await closeLostCalls(of: edge.id, live: live, before: asked)
        if lost == 0 { return }
        logger.warning("\(lost) calls left no record; each got one that says so, and its hold back")
        try await rateAll()
    }

    private func closeAbandoned() async throws {
        let lost = try await closeLostCalls.ofAbandonedEdges()
        if lost == 0 { return }
        logger.error("\(lost) calls of edges that are gone got a record that says so, and their holds back")
        try await rateAll()
    }

    private func releaseStrays() async throws {
        let strays = try await closeLostCalls.releaseStrays()
        if strays > 0 { logger.error("\(strays) holds had no call behind them, and were given back") }
    }

    /// Whoever asked for them may never come back: that is what they have an end for.
    private func releaseExpired() async throws {
        let expired = try await closeLostCalls.releaseExpired()
        if expired > 0 { logger.debug("\(expired) holds of no call were over, and were given back") }
    }

    /// The database may be away: whatever failed is tried again in the next round.
    private func attempt(_ failure: String, _ work: () async throws -> Void) async {
        do {
            try await work()
        } catch {
            if Task.isCancelled { return }
            numbers.add { $0.failures += 1 }
            logger.warning("\(failure): \(error)")
        }
    }
}
