import Foundation
import Postgres
import Telecom
import TestSupport
import Testing

@testable import Services

/// From raw record to price to ledger, each call exactly once.
@Suite(.database, .serialized) struct RateCallsTests {
    private let database: TestDatabase
    private let account = SeedDemo.customerAccount

    init() throws { database = try TestDatabase.suite }

    /// A raw record as it lies in the database; what it costs follows from the row of the seed that it names.
    private struct Sample: Sendable, CustomTestStringConvertible {
        let name: String
        /// `nil`: nobody answered.
        var talkMilliseconds: Int64?
        var account: UUID? = SeedDemo.customerAccount
        var code = 200
        let disposition: String
        let price: String
        let billedSeconds: Int

        var amount: Money { Money(price) ?? .zero }
        var testDescription: String { name }
    }

    /// The plan sells +44 at 0.0180 a minute, by increments of a second from the first one on.
    private static let samples = [
        Sample(
            name: "answered", talkMilliseconds: 60_000, disposition: "answered", price: "0.018", billedSeconds: 60),
        Sample(
            name: "a fraction of a second counts as a whole one", talkMilliseconds: 1, disposition: "answered",
            price: "0.0003", billedSeconds: 1),
        Sample(
            name: "answered for no time at all", talkMilliseconds: 0, disposition: "answered", price: "0",
            billedSeconds: 0),
        Sample(name: "busy", code: 486, disposition: "busy", price: "0", billedSeconds: 0),
        Sample(name: "failed", code: 503, disposition: "failed", price: "0", billedSeconds: 0),
        Sample(
            name: "an account that does not exist is charged to no one", talkMilliseconds: 60_000, account: UUID(),
            disposition: "answered", price: "0.018", billedSeconds: 60),
    ]

    private func insert(_ sample: Sample, at start: Date = Date()) async throws -> UUID {
        try await SeedDemo(database.owner)()
        // What the reseller above the account is charged has its own tests.
        try await database.owner.run(
            "update accounts.accounts set parent_account_id = null where parent_account_id is not null")
        let id = UUID.v7()
        let rate = try await database.engine.run(
            """
            select id from billing.voice_rates where rate_plan_id = 'de300000-0000-7000-8000-000000000400'
               and direction = 'outbound' and prefix = '44'
            """
        ).value(UUID.self)
        let answered = sample.talkMilliseconds.map { _ in start.addingTimeInterval(2) }
        _ = try await database.engine.run(
            """
            insert into cdr.raw_cdr (tenant_id, started_at, id, edge_id, call_id, account_id, sell_rate_id, direction,
                                     answered_at, ended_at, duration_ms, sip_code)
            values (\(SeedDemo.tenant), \(start), \(id), 'edge-1', \(id.text), \(sample.account), \(rate), 'outbound',
                    \(answered), \(start.addingTimeInterval(60)), \(sample.talkMilliseconds ?? 0), \(sample.code))
            """)
        return id
    }

    private func rateAll() async throws -> RateCalls.Result {
        var total = RateCalls.Result()
        while true {
            let result = try await RateCalls(database.engine)()
            total.calls += result.calls
            total.posted += result.posted
            total.setAside += result.setAside
            if result.calls == 0 { return total }
        }
    }

    private func available() async throws -> Money {
        try await database.engine.run(
            "select available from billing.account_balance where account_id = \(account)"
        ).value(Money.self) ?? .zero
    }

    private func ledgerDifferences() async throws -> Int? {
        try await database.engine.run("select count(*) from billing.check_ledger(\(SeedDemo.tenant))").value(Int.self)
    }

    @Test(arguments: samples) private func `a record becomes a priced call and one debit`(sample: Sample) async throws {
        let id = try await insert(sample)
        let before = try await available()
        #expect(try await rateAll().calls == 1)
        let row = try await database.engine.run(
            "select disposition, sell_amount, sell_billed_s, account_id from cdr.enriched_cdr where id = \(id)"
        ).first(String.self, Money.self, Int.self, UUID?.self)
        let (disposition, amount, billed, owner) = try #require(row)
        #expect(disposition == sample.disposition)
        #expect(amount == sample.amount)
        #expect(billed == sample.billedSeconds)
        #expect(owner == (sample.account == account ? account : nil))
        #expect(try await available() == (owner == nil ? before : before - sample.amount))
        #expect(try await ledgerDifferences() == 0)
        #expect(try await rateAll() == RateCalls.Result())
    }

    /// A call of New York to San Francisco, one to Toronto of a hidden caller, one to Paris.
    @Test func `a call keeps the states of its ends and who has the block that was called`() async throws {
        try await database.owner.run(
            """
            insert into ref.npa_nxx_blocks (npa, nxx, block, source, valid_from, ocn, lata, state) values
                ('415', '555', 'A', 'lerg', '2020-01-01', '9740', '722', 'CA'),
                ('415', '555', '0', 'lerg', '2020-01-01', '6529', '722', 'CA'),
                ('415', '555', '0', 'lerg', '2999-01-01', '0001', '999', 'CA') on conflict do nothing
            """)
        for (from, to, expected) in [
            ("+12125550100", "+14155550142", "NY CA 6529 722"), ("+12125550100", "+14155559142", "NY CA 9740 722"),
            (nil, "+14165550142", "ON"), ("+12125550100", "+33140205317", "NY"),
        ] as [(String?, String, String)] {
            let start = Date()
            let id = try await insert(Self.samples[0], at: start)
            try await database.owner.run(
                """
                insert into routing.routing_requests (tenant_id, requested_at, id, cdr_id, edge_id, call_id, from_tag,
                                                      source, direction, state, finished_at, code, snapshot_version,
                                                      from_number, to_number)
                values (\(SeedDemo.tenant), \(start), \(id), \(id), 'edge-1', 'x', 'x', 'x', 'outbound', 'finished',
                        now(), 200, 1, \(from), \(to))
                """)
            try await database.owner.run("update cdr.raw_cdr set routing_id = \(id) where id = \(id)")
            #expect(try await rateAll().calls == 1)
            let ends = try await database.engine.run(
                """
                select concat_ws(' ', from_state, to_state, ocn, lata, lrn, lrn_source, ported)
                  from cdr.enriched_cdr where id = \(id)
                """
            ).value(String.self)
            #expect(ends == expected, "\(from ?? "anonymous") to \(to)")
        }
    }

    /// One record of many that the database refuses: a price of the far future, say, or a defect of ours.
    @Test func `a call that cannot be rated is set aside and stops no other`() async throws {
        let good = Self.samples[0]
        var ids: [UUID] = []
        for _ in 0..<5 { ids.append(try await insert(good)) }
        let before = try await available()
        try await database.owner.run(
            "alter table cdr.enriched_cdr add constraint poison check (id <> \(unescaped: "'\(ids[2].text)'"))")
        let result = try await rateAll()
        #expect(result == RateCalls.Result(calls: 5, posted: 4, setAside: 1))
        #expect(try await available() == before - Money(units: 4 * good.amount.units))
        let reason = try await database.engine.run("select rating_error from cdr.raw_cdr where id = \(ids[2])")
            .value(String.self)
        #expect(reason?.contains("poison") == true)

        // Mended and cleared, it is rated like any other, and once.
        try await database.owner.run("alter table cdr.enriched_cdr drop constraint poison")
        try await database.owner.run("update cdr.raw_cdr set rating_error = null where id = \(ids[2])")
        #expect(try await rateAll() == RateCalls.Result(calls: 1, posted: 1))
        #expect(try await available() == before - Money(units: 5 * good.amount.units))
        #expect(try await ledgerDifferences() == 0)
    }

    @Test func `a call whose price is gone is set aside and not given away`() async throws {
        let id = try await insert(Self.samples[0])
        let before = try await available()
        try await database.owner.run("update cdr.raw_cdr set sell_rate_id = \(UUID()) where id = \(id)")
        #expect(try await rateAll() == RateCalls.Result(calls: 1, setAside: 1))
        #expect(try await available() == before)
        let reason = try await database.engine.run("select rating_error from cdr.raw_cdr where id = \(id)")
            .value(String.self)
        #expect(reason?.contains("is gone") == true)
    }

    @Test func `two pipelines at once rate each call once`() async throws {
        let sample = Self.samples[0]
        for _ in 0..<60 { _ = try await insert(sample) }
        let before = try await available()
        async let one = rateAll()
        async let other = rateAll()
        let (left, right) = (try await one, try await other)
        let rest = try await rateAll()  // what the other had locked when one looked for the last time
        #expect(left.posted + right.posted + rest.posted == 60)
        #expect(try await available() == before - Money(units: 60 * sample.amount.units))
        #expect(try await ledgerDifferences() == 0)
    }
}
