import Foundation
import Postgres
import TestSupport
import Testing

@testable import Services
@testable import Telecom

@Suite(.database, .serialized) struct ReportMarginTests {
    private let db: TestDatabase

    init() throws { db = try .suite }

    /// Calls of the seed's customer and of the reseller, over two carriers, on two days.
    private func makeCalls() async throws {
        try await SeedDemo(db.owner)()
        try await db.owner.run(
            """
            insert into cdr.enriched_cdr (tenant_id, started_at, id, account_id, carrier_trunk_id, direction, to_number,
                                          jurisdiction, disposition, sip_code, answered_at, talk_ms, currency,
                                          sell_rate_id, sell_rate, sell_connect_fee, sell_initial_s, sell_next_s,
                                          sell_billed_s, sell_amount, buy_rate_id, buy_rate, buy_connect_fee,
                                          buy_initial_s, buy_next_s, buy_billed_s, buy_amount, posted_at)
            select \(SeedDemo.tenant), c.day, core.uuid_v7(), \(SeedDemo.customerAccount), c.trunk, 'outbound',
                   c.number, c.jurisdiction, case when c.talk_s > 0 then 'answered' else 'busy' end,
                   case when c.talk_s > 0 then 200 else 486 end, case when c.talk_s > 0 then c.day end, c.talk_s * 1000,
                   'USD', c.trunk, 1, 0, 1, 1, c.talk_s, c.sell, c.trunk, 1, 0, 1, 1, c.talk_s, c.buy, now()
              from (values
                  (timestamptz '2026-10-01 10:00+00', 'de300000-0000-7000-8000-000000000330'::uuid, '+442079460000',
                   'international', 60, 0.03, 0.01),
                  (timestamptz '2026-10-01 11:00+00', 'de300000-0000-7000-8000-000000000330', '+14155550142',
                   'interstate', 120, 0.02, 0.05),
                  (timestamptz '2026-10-02 11:00+00', 'de300000-0000-7000-8000-000000000332', '+442079460000',
                   'international', 30, 0.01, 0.002),
                  (timestamptz '2026-10-02 12:00+00', 'de300000-0000-7000-8000-000000000332', '+442079460000',
                   'international', 0, 0, 0))
                   as c (day, trunk, number, jurisdiction, talk_s, sell, buy)
            """)
        try await db.owner.run("select cdr.roll_up(\(SeedDemo.tenant), '2026-10-01 00:00+00', '2026-10-03 00:00+00')")
    }

    private static let reports: [(ReportGrouping, [String])] = [
        (.customer, ["4 calls 3 answered 210 s sell 0.06 buy 0.062 margin -0.002"]),
        (
            .carrier,
            [
                "2 calls 2 answered 180 s sell 0.05 buy 0.06 margin -0.01",
                "2 calls 1 answered 30 s sell 0.01 buy 0.002 margin 0.008",
            ]
        ),
        (
            .destination,
            [
                "+1 US 1 calls 1 answered 120 s sell 0.02 buy 0.05 margin -0.03",
                "+44 GB 3 calls 2 answered 90 s sell 0.04 buy 0.012 margin 0.028",
            ]
        ),
        (
            .jurisdiction,
            [
                "interstate 1 calls 1 answered 120 s sell 0.02 buy 0.05 margin -0.03",
                "international 3 calls 2 answered 90 s sell 0.04 buy 0.012 margin 0.028",
            ]
        ),
        (
            .day,
            [
                "2026-10-01 2 calls 2 answered 180 s sell 0.05 buy 0.06 margin -0.01",
                "2026-10-02 2 calls 1 answered 30 s sell 0.01 buy 0.002 margin 0.008",
            ]
        ),
    ]

    @Test func `the least margin stands on top, and every grouping sums up to the same`() async throws {
        try await makeCalls()
        let report = ReportMargin(ReportSource(db.engine), tenant: SeedDemo.tenant)
        let start = Date(timeIntervalSince1970: 1_790_812_800)  // 2026-10-01
        let span = try #require(ReportSpan(from: start, until: start.addingTimeInterval(172_800)))
        for (grouping, expected) in Self.reports {
            let rows = try await report(by: grouping, in: span).rows
            let lines = rows.map {
                "\($0.name) \($0.calls) calls \($0.answered) answered \($0.talkMilliseconds / 1000) s sell \($0.sell) "
                    + "buy \($0.buy) margin \($0.margin)"
            }
            #expect(lines.count == expected.count, "\(lines)")
            for (line, end) in zip(lines, expected) { #expect(line.hasSuffix(end), "\(grouping): \(line)") }
        }
        let later = try #require(
            ReportSpan(from: start.addingTimeInterval(172_800), until: start.addingTimeInterval(691_200)))
        #expect(try await report(by: .day, in: later).rows.isEmpty)
    }
}
