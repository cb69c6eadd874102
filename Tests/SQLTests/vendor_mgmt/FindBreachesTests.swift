import Postgres
import TestSupport
import Testing

/// vendor_mgmt.find_breaches: promises that were not kept, with what is owed for them.
@Suite(.database) struct FindBreachesTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let sums = [
        "('2026-03-01', ID1, 'outbound', 100, 40, 80, 6000, 100)",
        "('2026-03-02', ID2, 'outbound', 10, 4, 5, 600, 10.00000001)",
        "('2026-03-03', ID1, 'outbound', 100, 60, 80, 6000, 50)",
    ]

    @Test func `a month is judged when it is over, and costs nothing unless that was agreed`() async throws {
        let book: Book = try await db.book()
        try await book.promised(#"{"asr_percent": 50}"#, Self.sums)
        _ = try await book.measure("2026-03-01", "2026-03-31")
        #expect(try await book.breaches().isEmpty)
        _ = try await book.measure("2026-03-01", "2026-04-01")
        #expect(try await book.breaches() == ["asr_percent month 2026-03-01 50.0 49.5 210 160.00000001 0 open"])
    }

    @Test func `a day costs an amount and a share, up to a limit, if there were enough calls`() async throws {
        let book: Book = try await db.book()
        try await book.promised(#"{"asr_percent": 50, "ner_percent": 90}"#, Self.sums)
        try await book.run(
            """
            insert into vendor_mgmt.contract_penalties (tenant_id, contract_id, metric, period, minimum_samples,
                                                        fixed_amount, percent, most_amount)
            values (TENANT, ID3, 'asr_percent', 'day', 5, 2, 7.5, 9),
                   (TENANT, ID3, 'ner_percent', 'day', 50, 0, 10, null);
            """)
        _ = try await book.measure("2026-03-01", "2026-03-04")
        #expect(
            try await book.breaches() == [
                "asr_percent day 2026-03-01 50.0 40.0 100 100 9 open",
                "ner_percent day 2026-03-01 90.0 80.0 100 100 10 open",
                "asr_percent day 2026-03-02 50.0 40.0 10 10.00000001 2.75 open",
                "ner_percent day 2026-03-03 90.0 80.0 100 50 5 open",
            ])
    }

    @Test func `an open breach follows what is measured, one that was dealt with stays`() async throws {
        let book: Book = try await db.book()
        try await book.promised(#"{"asr_percent": 50}"#, Self.sums)
        try await book.run(
            """
            insert into vendor_mgmt.contract_penalties (tenant_id, contract_id, metric, period, percent)
            values (TENANT, ID3, 'asr_percent', 'day', 10);
            """)
        _ = try await book.measure("2026-03-01", "2026-03-04")
        let first = "asr_percent day 2026-03-01 50.0 40.0 100 100 10 open"
        let second = "asr_percent day 2026-03-02 50.0 40.0 10 10.00000001 1"
        #expect(try await book.breaches() == [first, "\(second) open"])
        try await book.run(
            """
            update vendor_mgmt.breaches set status = 'claimed'
             where tenant_id = TENANT and period_from = '2026-03-02+00';
            """)
        try await book.days([
            "('2026-03-01', ID1, 'outbound', 100, 50, 80, 6000, 100)",
            "('2026-03-02', ID2, 'outbound', 10, 9, 9, 600, 10)",
        ])
        #expect(try await book.measure("2026-03-01", "2026-03-04").first?.hasSuffix(" 1") == true)
        #expect(try await book.breaches() == ["\(second) claimed"])
    }
}
