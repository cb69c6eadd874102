import Foundation
import Postgres
import Telecom
import TestSupport
import Testing

@testable import Services

/// What a run found is posted once, whoever does it and however often.
@Suite(.database, .serialized) struct PostRerateServiceTests {
    private let db: TestDatabase

    init() throws { db = try .suite }

    private func raise(_ market: RerateMarket, to rate: String) async throws {
        try await market.run(
            "update billing.voice_rates set rate = \(rate) where tenant_id = ID and prefix in ('44', '4420')")
    }

    /// A market of so many calls, and a run after the rate was raised.
    private func makeRun(_ calls: Int) async throws -> (RerateMarket, RerateRun) {
        let market = try await RerateMarket(db)
        try await market.call(calls)
        try await raise(market, to: "0.07")
        return (market, try await market.rerate())
    }

    @Test func `twice is once, and what is posted is what the report says`() async throws {
        let (market, run) = try await makeRun(60)
        let before = try #require(MoneySum(String(try await market.sums()[0].prefix { $0 != " " })))
        let rows = try await ReportRerate(db.engine, tenant: market.id)(run.id, by: .account)
        let difference = rows.reduce(MoneySum.zero) { $0 + $1.sell.difference }
        let first = try await market.post(run, batchSize: 7)
        #expect(first.posted == run.different)
        let sums = try await market.sums()
        let after = (before + difference).text(minimumDecimals: 8)
        #expect(sums == ["\(after) \(after) 0"])
        #expect(try await market.post(run) == first)
        #expect(try await market.sums() == sums)
    }

    @Test func `two at once post each call once`() async throws {
        let (market, run) = try await makeRun(60)
        let results = try await withThrowingTaskGroup(of: PostRerate.Result.self) { group in
            for _ in 0..<3 { group.addTask { try await market.post(run, batchSize: 4) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results.contains { $0.posted == run.different })
        let count = try await market.read(
            "select count(*)::text from billing.ledger where tenant_id = ID and source = 'rerate'")
        #expect(count == ["\(run.different)"])
        let sums = try await market.sums()[0].split(separator: " ")
        #expect(sums[0] == sums[1])
    }

    @Test func `a posting that was ended goes on`() async throws {
        let (market, run) = try await makeRun(60)
        _ = try await db.engine.run("select from billing.post_rerate(\(market.id), \(run.id), 5)")
        await #expect(throws: PostgresError.self) {
            try await db.engine.transaction { session in
                try await session.run("select from billing.post_rerate(\(market.id), \(run.id), 5)")
                try await session.run("select 1 / 0")
            }
        }
        let half = try #require(try await ReadRerates(db.engine, tenant: market.id)(run.id))
        #expect(half.state == "posting")
        await #expect(throws: BillingFailure.self) { try await CancelRerate(db.engine, tenant: market.id)(half) }
        #expect(try await market.post(half).posted == run.different)
        let sums = try await market.sums()[0].split(separator: " ")
        #expect(sums[0] == sums[1])
    }

    @Test func `what changed since, or was posted by a later run, is skipped and told`() async throws {
        let (market, early) = try await makeRun(60)
        try await raise(market, to: "0.09")
        let late = try await market.rerate { $0.account = "Customer One" }
        #expect(try await market.post(late).posted == late.different)
        let result = try await market.post(early)
        #expect(result.posted == early.different - late.different)
        #expect(result.reasons == ["a later run has posted it": late.different])
        // The other way round: what an earlier run has posted is another price than the later one was made from.
        let (other, first) = try await makeRun(40)
        try await raise(other, to: "0.09")
        let second = try await other.rerate()
        #expect(try await other.post(first).posted == first.different)
        let skipped = try await other.post(second)
        #expect(skipped.skipped == second.different)
        #expect(skipped.reasons.keys.sorted() == ["its price was changed since it was rated again"])
    }

    @Test func `what is thrown away is gone, and cannot be posted`() async throws {
        let (market, run) = try await makeRun(40)
        #expect(try await CancelRerate(db.engine, tenant: market.id)(run) == run.different)
        let cancelled = try #require(try await ReadRerates(db.engine, tenant: market.id)(run.id))
        #expect(cancelled.state == "cancelled")
        await #expect(throws: BillingFailure("run \(run.id.text) is cancelled")) { try await market.post(cancelled) }
        let posted = try await market.read(
            "select count(*)::text from billing.ledger where tenant_id = ID and source = 'rerate'")
        #expect(posted == ["0"])
    }

    @Test func `an invoiced call is charged once, however often it is rated again`() async throws {
        let market = try await RerateMarket(db)
        try await market.call(40)
        try await market.run(
            """
            insert into billing.legal_entities (tenant_id, id, name, legal_name, invoice_prefix, credit_note_prefix,
                                                is_default)
            values (ID, ID, 'Seller', 'Seller Inc', 'INV-', 'CN-', true);
            insert into billing.billing_cycles (tenant_id, id, account_id, period_from, period_to, first_day, next_day,
                                                closes_at, status, cut_off_at)
            select ID, a, a, '2026-10-01 04:00+00', '2026-11-01 04:00+00', '2026-10-01', '2026-11-01',
                   '2026-11-04 04:00+00', 'closed', 'infinity'
              from unnest(array[ID, PLAN]) a;
            select billing.finalise_invoice(ID, billing.draft_invoice(ID, c.id))
              from billing.billing_cycles c where c.tenant_id = ID;
            """)
        try await raise(market, to: "0.07")
        let first = try await market.rerate()
        let before = try await market.sums()
        let result = try await market.post(first)
        #expect(result.carried == first.different)
        #expect(result.carried > 0)
        #expect(try await market.sums() == before)
        let charged = "select sum(amount)::text from billing.charges where tenant_id = ID"
        let once = try await market.read(charged)
        let again = try await market.rerate()
        #expect(again.different == 0)
        try await raise(market, to: "0.08")
        let second = try await market.rerate()
        #expect(try await market.post(second).carried == second.different)
        let total = try await market.read(
            """
            select sum(c.sell_amount - e.sell_amount)::text from billing.rerate_calls c
              join cdr.enriched_cdr e on e.tenant_id = ID and e.started_at = c.started_at and e.id = c.cdr_id
             where c.tenant_id = ID and c.rerate_run_id = (select max(r.id::text)::uuid from billing.rerate_runs r
                                                            where r.tenant_id = ID)
            """)
        #expect(once != total)
        #expect(try await market.read(charged) == total)
    }
}
