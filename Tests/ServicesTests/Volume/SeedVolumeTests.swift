import Foundation
import Postgres
import Telecom
import TestSupport
import Testing

@testable import Services

/// A volume in a real database: through the service, with every constraint and trigger.
@Suite(.database) struct SeedVolumeTests {
    private let database: TestDatabase

    init() throws { database = try TestDatabase.suite }

    /// Six weeks, so that there are months, in pieces that are small enough to be several.
    private func plan(_ tenant: String, calls: Int = 1100) -> VolumePlan {
        var plan = VolumeFixture.plan(calls: calls, tenant: tenant)
        plan.days = 42
        return plan
    }

    private func seed(
        _ plan: VolumePlan, replacing: Bool = false, report: (VolumeProgress) -> Void = { _ in }
    ) async throws -> VolumeResult {
        // Sessions of its own, as the command has: it holds one while it works with others.
        let owner = try database.cluster.client(database.name)
        let result = await Result {
            try await SeedVolume(owner, piece: 300)(plan, replacing: replacing, report: report)
        }
        await owner.close()
        return try result.get()
    }

    /// In a task of its own, which is cancelled once so many calls are there.
    private func seed(_ plan: VolumePlan, stoppedAfter calls: Int) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                _ = try await seed(plan) { progress in
                    guard progress.step == .calls, progress.done >= calls else { return }
                    unsafe withUnsafeCurrentTask { task in unsafe task?.cancel() }
                }
            }
            try await group.waitForAll()
        }
    }

    private func count(_ sql: SQL) async throws -> Int {
        try #require(try await database.owner.run(sql).value(Int.self))
    }

    // MARK: What is there

    @Test func `all that was asked for is there, and all of it adds up`() async throws {
        let result = try await seed(plan("adds-up"))
        let tenant = result.tenantID
        let rows = Dictionary(uniqueKeysWithValues: result.tables.map { ($0.name, $0.rows) })
        #expect(result.outcome == .made && result.calls == 1100)
        #expect(rows["cdr.raw_cdr"] == 1100 && rows["cdr.enriched_cdr"] == 1100)
        #expect(rows["accounts.accounts"] == 60 && rows["billing.account_balance"] == 60)
        #expect(rows["numbers.dids"] == 100 && rows["routing.trunks"] == 75)
        #expect((20...100).contains(rows["tracking.calls"] ?? 0))

        // The ledger is the calls and the balances; the sums of hours and days are the calls.
        #expect(try await count("select count(*) from billing.check_ledger(\(tenant))") == 0)
        #expect(
            try await count(
                """
                select count(*) from cdr.enriched_cdr e
                  full join (select * from billing.ledger where tenant_id = \(tenant) and source = 'cdr') l
                    on l.tenant_id = e.tenant_id and l.source_id = e.id
                 where coalesce(e.tenant_id, l.tenant_id) = \(tenant) and coalesce(e.sell_amount, 0) > 0
                   and (l.counter, l.account_id) is distinct from (e.sell_amount::numeric, e.account_id)
                """) == 0)
        for table in ["cdr.hourly_summary", "cdr.daily_summary"] {
            #expect(
                try await count(
                    """
                    select count(*)
                      from (select sum(calls), sum(answered), sum(talk_ms), sum(sell_amount), sum(buy_amount)
                              from \(unescaped: table) where tenant_id = \(tenant)) s (a, b, c, d, e)
                      join (select count(*), count(*) filter (where disposition = 'answered'), sum(talk_ms),
                                   sum(sell_amount), sum(buy_amount)
                              from cdr.enriched_cdr where tenant_id = \(tenant)) c (a, b, c, d, e)
                        on (s.a, s.b, s.c, s.d, s.e) = (c.a, c.b, c.c, c.d, c.e)
                    """) == 1, "\(table)")
        }
    }

    @Test func `nothing waits for a worker, strays from its month or fills the audit trail`() async throws {
        let tenant = try await seed(plan("in-place")).tenantID
        #expect(
            try await count(
                """
                select count(*) from cdr.raw_cdr
                 where tenant_id = \(tenant) and (processed_at is null or rating_error is not null)
                """) == 0)
        for table in ["cdr.raw_cdr_default", "cdr.enriched_cdr_default", "tracking.calls_default"] {
            #expect(try await count("select count(*) from \(unescaped: table) where tenant_id = \(tenant)") == 0)
        }
        // One for each row of the operator, and none for a call.
        #expect(
            try await count(
                """
                select count(*) from audit.audit_log a
                 where a.tenant_id = \(tenant)
                   and a.object in ('cdr.raw_cdr', 'cdr.enriched_cdr', 'billing.ledger', 'tracking.calls')
                """) == 0)
        #expect(
            try await count(
                """
                select count(*) from cdr.check_sums(\(tenant), now() - interval '400 days', now() + interval '1 day')
                """) == 0)
        #expect(
            try await count("select count(*) from cdr.summary_states where tenant_id = \(tenant)") == 1)
        let state = try await database.owner.run("select status, name from core.tenants where id = \(tenant)")
            .decode(String.self, String.self)
        #expect(state.map(\.0) == ["active"] && state.map(\.1) == ["Volume in-place"])
    }

    @Test func `calls are priced as the pipeline prices them by the rows that are stored`() async throws {
        let plan = try await seed(plan("priced", calls: 600)).plan
        let rows = try await database.owner.run("select npa::int8, country, region from ref.npa").decode(
            Int.self, String.self, String?.self)
        let areas = try rows.map { npa, country, region in
            AreaCodeRow(
                areaCode: npa,
                region: Region(country: try #require(PlaceCode(country)), subdivision: region.flatMap { PlaceCode($0) })
            )
        }
        let calls = CallMaker(VolumeMarket(plan, areaCodes: areas)).calls(0..<600)
        try await database.engine.lease { session in
            let rates = try await UsedRates(session, of: calls.map(\.rated.raw))
            for call in calls {
                let raw = call.rated.raw
                #expect(raw.lack(in: rates) == nil)
                let sell = raw.price(raw.sellRateID.flatMap { rates.selling[TenantKey(raw.tenantID, $0)] })
                let buy = raw.price(raw.buyRateID.flatMap { rates.buying[TenantKey(raw.tenantID, $0)] })
                #expect(sell.amount == call.rated.sell.amount && buy.amount == call.rated.buy.amount)
                #expect(sell.rateID == call.rated.sell.rateID && buy.rateID == call.rated.buy.rateID)
            }
        }
    }

    @Test func `two volumes of one database have nothing of each other`() async throws {
        let one = try await seed(plan("one", calls: 300))
        let before = try await digest(one.tenantID)
        let other = try await seed(plan("other", calls: 300))
        #expect(one.tenantID != other.tenantID)
        #expect(try await digest(one.tenantID) == before)
        #expect(other.tables.map(\.name) == one.tables.map(\.name))
    }

    // MARK: Again

    @Test func `two runs do not make one tenant at the same time`() async throws {
        let outcomes = await withTaskGroup { group in
            for _ in 0..<2 {
                group.addTask { await Result { try await seed(plan("at-once", calls: 400)).outcome } }
            }
            return await group.reduce(into: [Result<VolumeResult.Outcome, any Error>]()) { $0.append($1) }
        }
        // The second one is refused, or comes when all is done.
        let refused = outcomes.compactMap { outcome in
            if case .failure(let error) = outcome { (error as? VolumeError)?.description } else { nil }
        }
        let done = outcomes.compactMap { try? $0.get() }
        #expect(done.count + refused.count == 2 && done.contains(.made))
        #expect(refused.allSatisfy { $0 == "another `heddle seed volume` is at work on the tenant \"at-once\"" })
    }

    /// All that the plan decides of a tenant's rows.
    private func digest(_ tenant: UUID) async throws -> [String?] {
        var digests: [String?] = []
        for table in [
            "accounts.accounts", "numbers.dids", "routing.rate_deck", "cdr.raw_cdr", "cdr.enriched_cdr",
            "billing.ledger", "billing.account_balance", "tracking.calls", "cdr.daily_summary",
        ] {
            digests.append(
                try await database.owner.run(
                    """
                    select md5(string_agg(r.row, ' ' order by r.row))
                      from (select (to_jsonb(t) - '{created_at,updated_at,assigned_at,rolled_up_at}'::text[])::text
                              from \(unescaped: table) t where t.tenant_id = \(tenant)) r (row)
                    """
                ).value(String.self))
        }
        return digests
    }

    @Test func `a run that was stopped is continued, and comes to the rows of one that was not`() async throws {
        let plan = plan("stopped")
        let stopped = await #expect(throws: PostgresError.self) { try await seed(plan, stoppedAfter: 600) }
        #expect(stopped?.code == .cancelled)
        let half = try await database.owner.run(
            """
            select t.id, t.name, t.status, (select count(*) from cdr.raw_cdr r where r.tenant_id = t.id)
              from core.tenants t where t.slug = 'stopped'
            """
        ).decode(UUID.self, String.self, String.self, Int.self)
        #expect(half.map(\.1) == ["stopped (incomplete)"] && half.map(\.2) == ["suspended"] && half.map(\.3) == [600])
        let tenant = try #require(half.first?.0)
        #expect(try await count("select count(*) from billing.check_ledger(\(tenant))") == 0)

        let continued = try await seed(plan)
        #expect(continued.outcome == .continued && continued.calls == 500)
        let rows = try await digest(tenant)
        #expect(rows.allSatisfy { $0 != nil })

        let found = try await seed(plan)
        #expect(found.outcome == .found && found.calls == 0 && found.tables == continued.tables)

        let anew = try await seed(plan, replacing: true)
        #expect(anew.outcome == .made && anew.calls == 1100 && anew.tenantID == tenant)
        #expect(try await digest(tenant) == rows)
    }

    @Test func `a tenant of somebody else, or of another plan, is left alone`() async throws {
        try await database.owner.run(
            "insert into core.tenants (slug, name, metadata) values ('somebody', 'Somebody', '{\"note\": 1}')")
        for replacing in [false, true] {
            let error = await #expect(throws: VolumeError.self) {
                try await seed(plan("somebody"), replacing: replacing)
            }
            #expect(error?.description.contains("was not made by the generator") == true)
        }

        let made = plan("again", calls: 50)
        _ = try await seed(made)
        var other = made
        other.seed = 2
        let error = await #expect(throws: VolumeError.self) { try await seed(other) }
        #expect(error?.description.contains("is there, made with --tenant again --accounts 60 --cdrs 50") == true)
        #expect(error?.description.contains("--seed 1 --until 2026-11-16") == true)
        // The day of the first run stands where none is asked for.
        other = made
        other.untilDay = nil
        #expect(try await seed(other).outcome == .found)
    }
}

extension Result where Failure == any Error {
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
