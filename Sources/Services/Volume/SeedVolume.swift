package import Foundation
package import Postgres
import Telecom

/// Makes a tenant with as many calls as are wanted: for measuring, and to try things at size.
///
/// The same plan makes the same rows. A run that was stopped, however, is continued by the next one of the same plan:
/// calls are stored in pieces, one transaction each, and a piece follows from its numbers alone.
package struct SeedVolume: Sendable {
    private let database: Database
    private let piece: Int

    /// Calls of a transaction. Two such pieces are in memory: one is stored while the next is made.
    package static let usualPiece = 10_000

    /// - Parameters:
    ///   - database: as the owner, who passes by row policies. Not shared with another volume that is made at the same
    ///     time: each keeps a leased session for its lock while it asks for more of them.
    ///   - piece: calls of a transaction.
    package init(_ database: Database, piece: Int = usualPiece) {
        self.database = database
        self.piece = piece
    }

    /// Makes the volume, continues it, or finds it there.
    /// - Parameters:
    ///   - replacing: whether what the generator made under the slug before is removed first.
    ///   - today: when the calls end, unless the plan says so or an earlier run did.
    ///   - report: hears of each step as it goes.
    /// - Throws: `VolumeError` when the tenant is somebody's, or was made by another plan.
    package func callAsFunction(
        _ plan: VolumePlan, replacing: Bool = false, today: Date = Date(), report: (VolumeProgress) -> Void = { _ in }
    ) async throws -> VolumeResult {
        try await database.lease { lock in
            let key: SQL = "hashtextextended(\(plan.tenant), \(Self.lock))"
            let isFree = try await lock.run("select pg_try_advisory_lock(\(key))").value(Bool.self)
            guard isFree == true else {
                throw VolumeError("another `heddle seed volume` is at work on the tenant \"\(plan.tenant)\"")
            }
            do {
                let result = try await make(plan, replacing, today, report)
                try await lock.run("select pg_advisory_unlock(\(key))")
                return result
            } catch {
                // A session that is lost has lost its locks as well.
                _ = try? await lock.run("select pg_advisory_unlock(\(key))")
                throw error
            }
        }
    }

    /// The letters of "heddlvol", so that the slug alone is nobody else's lock.
    private static let lock: Int64 = 0x6865_6464_6c76_6f6c

    private func make(
        _ wanted: VolumePlan, _ replacing: Bool, _ today: Date, _ report: (VolumeProgress) -> Void
    ) async throws -> VolumeResult {
        let start = ContinuousClock.now
        let tenant = VolumeTenant(database, slug: wanted.tenant)
        var plan = wanted.ending(VolumePlan.day(of: today))
        var outcome = VolumeResult.Outcome.made
        switch try await tenant.find() {
        case .nothing: break
        case .foreign:
            throw VolumeError("the tenant \"\(wanted.tenant)\" was not made by the generator; name another slug")
        case .volume(let id, _, _) where replacing:
            report(VolumeProgress(.purging))
            try await tenant.purge(id)
        case .volume(_, let made, let isWhole):
            guard wanted.ending(made.untilDay ?? 0) == made else { throw Self.differs(made, isWhole) }
            plan = made
            outcome = isWhole ? .found : .continued
        }
        let market = VolumeMarket(plan, areaCodes: try await areaCodes())
        var figures = Figures()
        if outcome == .made { try await makeOperator(tenant, market, report) }
        if outcome != .found {
            try await fill(market, report, &figures)
            try await tenant.finish(market.tenant, plan)
        }
        return VolumeResult(
            outcome: outcome, plan: plan, tenantID: market.tenant, tables: try await count(market.tenant),
            calls: figures.calls, rows: figures.rows, callSeconds: figures.callSeconds,
            rollUpSeconds: figures.rollUpSeconds, seconds: (ContinuousClock.now - start).seconds)
    }

    private static func differs(_ made: VolumePlan, _ isWhole: Bool) -> VolumeError {
        let state = isWhole ? "is there" : "was begun"
        return VolumeError(
            "the tenant \"\(made.tenant)\" \(state), made with \(made.options); ask for the same, name another slug, "
                + "or add --replace")
    }

    /// What this run did.
    private struct Figures {
        var calls = 0
        var rows = 0
        var callSeconds = 0.0
        var rollUpSeconds = 0.0
    }

    // MARK: The operator

    private func areaCodes() async throws -> [AreaCodeRow] {
        try await database.run("select npa::int8, country, region from ref.npa").decode(
            Int.self, String.self, String?.self
        ).compactMap { npa, country, region in
            PlaceCode(country).map {
                AreaCodeRow(areaCode: npa, region: Region(country: $0, subdivision: region.flatMap { PlaceCode($0) }))
            }
        }
    }

    private func makeOperator(
        _ tenant: VolumeTenant, _ market: VolumeMarket, _ report: (VolumeProgress) -> Void
    ) async throws {
        let start = ContinuousClock.now
        let total = market.plan.numbers
        report(VolumeProgress(.numbers, total: total))
        try await database.transaction { session in
            try await tenant.make(market.tenant, market.plan, session)
            try await StoreMarket(market, session)() { done in
                report(
                    VolumeProgress(
                        .numbers, done: done, total: total, doneNow: done,
                        seconds: (ContinuousClock.now - start).seconds))
            }
        }
    }

    // MARK: Calls and what is made of them

    private func fill(
        _ market: VolumeMarket, _ report: (VolumeProgress) -> Void, _ figures: inout Figures
    ) async throws {
        try await makePartitions(market.plan)
        let start = ContinuousClock.now
        try await storeCalls(market, report, &figures)
        let stored = ContinuousClock.now
        figures.callSeconds = (stored - start).seconds
        // Before the sums, which are planned by them: without, they take several times as long.
        try await analyse(Self.tables, report)
        let analysed = ContinuousClock.now
        try await rollUp(market, report)
        figures.rollUpSeconds = (ContinuousClock.now - analysed).seconds
        try await analyse(Self.summaries, report)
    }

    private func analyse(_ tables: [String], _ report: (VolumeProgress) -> Void) async throws {
        report(VolumeProgress(.analysing))
        for table in tables {
            try await database.lease { try await $0.runScript("analyze \(unescaped: table)") }
        }
    }

    /// The months of the calls, and the one after: a call may end in it, and what is posted belongs there.
    private func makePartitions(_ plan: VolumePlan) async throws {
        let from = Date(timeIntervalSince1970: Double(plan.firstDay) * 86_400)
        let months = try await database.run(
            """
            select month from generate_series(date_trunc('month', \(from)::timestamptz, 'UTC'),
                                              \(from)::timestamptz + make_interval(days => \(plan.days)::integer),
                                              interval '1 month') month
            """
        ).values(Date.self)
        for month in months {
            for table in ["cdr.raw_cdr", "cdr.enriched_cdr", "tracking.calls"] {
                try await database.run(
                    """
                    select core.create_monthly_partition(\(table)::text::regclass,
                                                         (\(month)::timestamptz at time zone 'UTC')::date)
                    """, deadline: .seconds(600))
            }
        }
    }

    private func storeCalls(
        _ market: VolumeMarket, _ report: (VolumeProgress) -> Void, _ figures: inout Figures
    ) async throws {
        let total = market.plan.calls
        let found = try await storedCalls(market.tenant)
        guard found == total || found < total && found % piece == 0 else {
            throw VolumeError(
                "\(found) calls of \"\(market.plan.tenant)\" are not what the generator left; add --replace")
        }
        let start = ContinuousClock.now
        let maker = CallMaker(market)
        var store = StoreCalls(database, market, available: try await balances(market))
        var number = found
        var calls = maker.calls(number..<min(number + piece, total))
        while number < total {
            let end = number + calls.count
            async let next = maker.calls(end..<min(end + piece, total))
            figures.rows += try await store(calls, piece: number / piece)
            figures.calls += calls.count
            report(
                VolumeProgress(
                    .calls, done: end, total: total, doneNow: figures.calls,
                    seconds: (ContinuousClock.now - start).seconds))
            calls = await next
            number = end
        }
    }

    private func storedCalls(_ tenant: UUID) async throws -> Int {
        try await database.run(
            "select count(*) from cdr.raw_cdr where tenant_id = \(tenant)", deadline: .seconds(600)
        ).value(Int.self) ?? 0
    }

    private func balances(_ market: VolumeMarket) async throws -> [Int64] {
        let rows = try await database.run(
            "select account_id, available from billing.account_balance where tenant_id = \(market.tenant)",
            deadline: .seconds(60)
        ).decode(UUID.self, Money.self)
        let units = Dictionary(rows.map { ($0.0, $0.1.units) }) { first, _ in first }
        return market.accountIDs.map { units[$0] ?? 0 }
    }

    /// Month by month, as the pipeline does; and marks it, so that a worker does not do it all again.
    private func rollUp(_ market: VolumeMarket, _ report: (VolumeProgress) -> Void) async throws {
        let start = ContinuousClock.now
        let plan = market.plan
        for day in stride(from: 0, to: plan.days, by: Self.rolledUpDays) {
            let days = min(Self.rolledUpDays, plan.days - day)
            let from = Date(timeIntervalSince1970: Double(plan.firstDay + day) * 86_400)
            try await database.run(
                "select cdr.roll_up(\(market.tenant), \(from), \(from.addingTimeInterval(Double(days) * 86_400)))",
                deadline: .seconds(3600))
            let hours = (day + days) * 24
            report(
                VolumeProgress(
                    .rollUps, done: hours, total: plan.days * 24, doneNow: hours,
                    seconds: (ContinuousClock.now - start).seconds))
        }
    }

    private static let rolledUpDays = 10

    // MARK: Tables

    /// The tables that grow with the plan.
    static let tables = [
        "accounts.accounts", "routing.trunks", "routing.rate_deck", "numbers.inventory", "numbers.dids",
        "billing.voice_rates", "billing.account_balance", "cdr.raw_cdr", "cdr.enriched_cdr", "billing.ledger",
        "tracking.calls",
    ]
    /// What is made of the calls.
    private static let summaries = ["cdr.hourly_summary", "cdr.daily_summary"]

    private func count(_ tenant: UUID) async throws -> [VolumeResult.TableCount] {
        var tables: [VolumeResult.TableCount] = []
        for table in Self.tables + Self.summaries {
            let rows = try await database.run(
                "select count(*) from \(unescaped: table) where tenant_id = \(tenant)", deadline: .seconds(600)
            ).value(Int.self)
            tables.append(VolumeResult.TableCount(name: table, rows: rows ?? 0))
        }
        return tables
    }
}

extension Duration {
    fileprivate var seconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}
