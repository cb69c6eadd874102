import Foundation
import Postgres
import Services
import Telecom

/// Holds for calls as the router places them, many in one transaction, against holds with nothing around them in
/// transactions of the same size, and against one transaction each.
struct GatheredHolds: Sendable {
    let bench: Workbench

    private static let database = "holds"
    /// More than two batches: a call that waits must not keep the next batch from filling. Calls come this many at once
    /// where 15,000 come a second and each waits 70 ms.
    private static let callers = 1024
    private static let sessions = 8

    func run() async throws -> [Measurement] {
        let model = try await OperatorDatabase.make(bench, name: Self.database)
        try await model.addCustomers(1000)
        guard let data = try await model.routing().data else { throw BenchError("no routing data were read") }
        let tally = HoldTally()
        var measurements: [Measurement] = []
        let bare = try await BareHolds.make(
            bench, database: Self.database, batchSize: OpenCalls.batchSize, sessions: OpenCalls.batchesAtOnce)
        let placed = PlacedHolds(
            bench: bench, database: Self.database, batchSize: OpenCalls.batchSize, sessions: OpenCalls.batchesAtOnce)
        for accounts in [1, 1000] {
            let calls = try (0..<accounts).map { try SampleDecision(customer: $0, data) }
            let figures = try await medians(
                rounds: bench.rounds, { [try await gathered(calls, tally)] },
                { [try await bare.rate(accounts: accounts)] }, { [try await alone(calls, tally)] },
                { [try await placed.rate(accounts: accounts, tally)] })
            measurements += told(figures.map { $0[0] }, accounts: accounts, tally)
        }
        try await check(model, tally)
        await model.close()
        return measurements
    }

    /// - Parameter figures: holds per second with their requests, bare, one by one, and alone.
    private func told(_ figures: [Double], accounts: Int, _ tally: HoldTally) -> [Measurement] {
        let name = "\(accounts) \(accounts == 1 ? "account" : "accounts")"
        let way = "\(OpenCalls.batchesAtOnce) sessions, synchronous commit, sums checked, \(bench.roundsText)"
        return [
            Measurement(
                "holds, \(name)", figures[3], "holds/s", against: "three bare tables", figures[1],
                method: "billing.hold_calls: hold, posting and balance, batches of \(OpenCalls.batchSize), \(way)"),
            Measurement(
                "holds with their requests, \(name)", figures[0], "holds/s", against: "three bare tables", figures[1],
                method: "OpenCalls: the request that the router stores as well, \(Self.callers) calls waiting, \(way), "
                    + "\(tally.late) calls too late so far"),
            Measurement(
                "holds gathered, \(name)", figures[0], "holds/s",
                against: "one transaction each, \(Self.sessions) sessions", figures[2], method: "as above"),
        ]
    }

    /// All calls go to one `OpenCalls`, as in the router.
    private func gathered(_ calls: [SampleDecision], _ tally: HoldTally) async throws -> Double {
        try await rate(gatherers: 1, callersEach: Self.callers, sessions: OpenCalls.batchesAtOnce, calls, tally)
    }

    /// Each session has an `OpenCalls` and one call at a time, so that every batch is one call.
    private func alone(_ calls: [SampleDecision], _ tally: HoldTally) async throws -> Double {
        try await rate(gatherers: Self.sessions, callersEach: 1, sessions: 1, calls, tally)
    }

    private func rate(
        gatherers: Int, callersEach: Int, sessions: Int, _ calls: [SampleDecision], _ tally: HoldTally
    ) async throws -> Double {
        let databases = try (0..<gatherers).map { _ in
            try bench.client(Self.database, role: "heddle_engine", sessions: sessions)
        }
        for database in databases { try await database.run("select 1") }
        let before = tally.holds
        let start = ContinuousClock.now
        let deadline = start + .seconds(bench.seconds)
        let elapsed = try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, database) in databases.enumerated() {
                group.addTask {
                    try await serve(database) { opening in
                        try await HoldCallers(opening, calls, limit: callersEach, tally)
                            .run(seed: UInt64(index), until: deadline)
                    }
                }
            }
            try await group.waitForAll()
            return ContinuousClock.now - start
        }
        for database in databases { await database.close() }
        return Double(tally.holds - before) / elapsed.seconds
    }

    /// Runs an `OpenCalls` for as long as the body.
    private func serve(_ database: Database, _ body: @Sendable (OpenCalls) async throws -> Void) async throws {
        let opening = OpenCalls(database)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await opening.run() }
            try await body(opening)
            group.cancelAll()
        }
        await opening.finish()
    }

    /// What the callers were told is what the database has.
    private func check(_ model: OperatorDatabase, _ tally: HoldTally) async throws {
        let held = try await model.owner.run(
            """
            select coalesce(sum(held), 0), (select count(*) from billing.holds where state = 'open')
              from billing.account_balance
            """, deadline: .seconds(60)
        ).first(Money.self, Int.self)
        guard let held, held.0 == tally.held, held.1 == tally.holds else {
            throw BenchError(
                "the callers were granted \(tally.holds) holds of \(tally.held), the database has "
                    + "\(held.map { "\($0.1) of \($0.0)" } ?? "none")")
        }
        try await model.checkLedger()
    }
}

/// A call of one customer, decided once.
struct SampleDecision: Sendable {
    let request: CallRequest
    let decision: Decision
    let charge: Charge
    let version: Int

    init(customer: Int, _ data: RoutingData) throws {
        let address = OperatorDatabase.customerAddress(customer)
        guard let source = IPAddress(address) else { throw BenchError("\(address) is not an address") }
        request = CallRequest(
            source: source, dialled: SeedDemo.called, caller: PresentedCaller(fromUser: SeedDemo.caller))
        decision = data.snapshot.decide(request, at: Date().microsecondsNow)
        guard case .routed = decision.outcome, let charge = decision.charge, charge.needsHold else {
            throw BenchError("the call from \(address) was not routed: \(decision.outcome)")
        }
        self.charge = charge
        version = data.version
    }

    /// The next call like it.
    func record() -> CallRecord {
        let routingID = UUID.v7()
        let identity = CallIdentity(
            edge: "bench", callID: routingID.text, fromTag: "bench", receivedMicroseconds: Date().microsecondsNow,
            source: "\(request.source);5060;udp")
        return CallRecord(
            routingID: routingID, identity: identity, request: request, decision: decision, version: version)
    }
}

extension Date {
    /// Since 1970.
    var microsecondsNow: Int64 { Int64(timeIntervalSince1970 * 1_000_000) }
}
