import Postgres
import TestSupport
import Testing

/// vendor_mgmt.measure_calls: what vendors did, by trunk and over all, against what they promised.
@Suite(.database) struct MeasureCallsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let metrics =
        """
        select concat_ws(' ', metric, period, (period_from at time zone 'UTC')::date,
                         case carrier_trunk_id when ID1 then 'one' when ID2 then 'two' else 'all' end, round(value, 2),
                         samples, round(target, 0), target_met)
          from vendor_mgmt.performance_metrics
         where tenant_id = TENANT and metric in ('asr_percent', 'acd_s', 'pdd_p50_ms')
         order by metric, period, period_from, carrier_trunk_id nulls first
        """

    @Test func `trunks and vendors are measured by day and month, once`() async throws {
        let book: Book = try await db.book()
        try await book.promised(
            #"{"asr_percent": 50, "pdd_p50_ms": 800, "mos": 4, "acd_s": "long"}"#,
            [
                "('2026-03-01', ID1, 'outbound', 100, 60, 80, 6000, 1.5)",
                "('2026-03-01', ID2, 'emergency', 100, 30, 80, 600, 0.5)",
                "('2026-03-02', ID2, 'outbound', 10, 0, 5, 0, 0)",
                "('2026-03-02', ID1, 'inbound', 500, 500, 500, 9000, 9)",  // what it sent us says nothing of it
                "('2026-03-02', ID8, 'outbound', 500, 1, 1, 1, 9)",  // nobody to hold to anything
            ])
        #expect(try await book.measure("2026-03-01", "2026-03-03") == ["34 0"])
        #expect(
            try await book.read(Self.metrics) == [
                "acd_s day 2026-03-01 all 73.33 90", "acd_s day 2026-03-01 one 100.00 60",
                "acd_s day 2026-03-01 two 20.00 30", "acd_s month 2026-03-01 all 73.33 90",
                "acd_s month 2026-03-01 one 100.00 60", "acd_s month 2026-03-01 two 20.00 30",
                "asr_percent day 2026-03-01 all 45.00 200 50 f", "asr_percent day 2026-03-01 one 60.00 100 50 t",
                "asr_percent day 2026-03-01 two 30.00 100 50 f", "asr_percent day 2026-03-02 all 0.00 10 50 f",
                "asr_percent day 2026-03-02 two 0.00 10 50 f", "asr_percent month 2026-03-01 all 42.86 210 50 f",
                "asr_percent month 2026-03-01 one 60.00 100 50 t", "asr_percent month 2026-03-01 two 27.27 110 50 f",
                "pdd_p50_ms day 2026-03-01 all 950.00 90 800 f", "pdd_p50_ms day 2026-03-01 one 950.00 60 800 f",
                "pdd_p50_ms day 2026-03-01 two 950.00 30 800 f", "pdd_p50_ms month 2026-03-01 all 950.00 90 800 f",
                "pdd_p50_ms month 2026-03-01 one 950.00 60 800 f", "pdd_p50_ms month 2026-03-01 two 950.00 30 800 f",
            ])
        #expect(try await book.measure("2026-03-01", "2026-03-03") == ["0 0"])
    }

    /// Which contract a day is held against.
    private static let contracts: [(row: String, target: String)] = [
        ("'active', '2026-02-01+00', null, false, '{\"asr_percent\": 50}', now()", "50"),
        ("'active', '2026-03-01+00', null, false, '{\"asr_percent\": 50}', now()", "50"),
        ("'active', '2026-03-01 00:00:01+00', null, false, '{\"asr_percent\": 50}', now()", ""),
        ("'draft', '2026-02-01+00', null, false, '{\"asr_percent\": 50}', now()", ""),
        ("'active', '2026-02-01+00', '2026-03-01+00', false, '{\"asr_percent\": 50}', now()", ""),
        ("'active', '2026-02-01+00', '2026-03-01+00', true, '{\"asr_percent\": 50}', now()", "50"),
        ("'expired', '2026-02-01+00', '2026-03-01+00', true, '{\"asr_percent\": 50}', now()", ""),
        ("'expired', '2026-02-01+00', '2026-03-02+00', false, '{\"asr_percent\": 50}', now()", "50"),
        ("'terminated', '2026-02-01+00', null, false, '{\"asr_percent\": 50}', '2026-02-20+00'", ""),
        ("'terminated', '2026-02-01+00', null, false, '{\"asr_percent\": 50}', '2026-03-20+00'", "50"),
    ]

    @Test(arguments: contracts)
    func `a target counts while its contract holds`(row: String, target: String) async throws {
        let book: Book = try await db.book()
        try await book.promised("{}", ["('2026-03-01', ID1, 'outbound', 100, 60, 80, 6000, 1.5)"])
        try await book.run(
            """
            insert into vendor_mgmt.contracts (tenant_id, vendor_id, number, title, status, valid_from, valid_to,
                                               renews_by_itself, targets, status_changed_at)
            values (TENANT, TENANT, 'C-2', 'x', \(row)),
                   (TENANT, TENANT, 'C-3', 'x', 'active', '2026-02-15', null, false, '{"ner_percent": 1}', now());
            """)
        _ = try await book.measure("2026-03-01", "2026-03-02")
        let targets = try await book.read(
            """
            select coalesce(round(target)::text, '') from vendor_mgmt.performance_metrics
             where tenant_id = TENANT and metric = 'asr_percent' and period = 'day' and carrier_trunk_id is null
            """)
        #expect(targets == [target])
    }

    @Test func `a span is a day to two months`() async throws {
        let book: Book = try await db.book()
        for (from, until) in [("2026-03-01", "2026-03-01"), ("2026-03-01", "2026-06-01")] {
            let refusal = try await Refusal.of { _ = try await book.measure(from, until) }
            #expect(refusal?.sqlState == "22023")
        }
    }
}
