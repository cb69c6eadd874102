import Postgres
import TestSupport
import Testing

/// vendor_mgmt.contract_end: when the term ends that runs at an instant.
@Suite(.database) struct ContractEndTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let ends: [(from: String, to: String?, renews: Bool, at: String, ends: String?)] = [
        ("2025-01-15", "2026-01-15", false, "2025-06-01", "2026-01-15"),
        ("2025-01-15", "2026-01-15", false, "2026-06-01", "2026-01-15"),
        ("2025-01-15", "2026-01-15", true, "2025-06-01", "2026-01-15"),
        ("2025-01-15", "2026-01-15", true, "2026-01-15", "2027-01-15"),
        ("2025-01-15", "2026-01-15", true, "2031-01-14 23:59:59", "2031-01-15"),
        ("2025-01-01", "2025-02-01", true, "2026-11-26", "2026-12-01"),
        ("2024-07-01", "2024-10-01", true, "2025-03-01", "2025-04-01"),
        ("2025-01-15", nil, true, "2031-01-01", nil),
    ]

    @Test(arguments: ends)
    func `a contract that renews by itself has one term after the other`(
        from: String, to: String?, renews: Bool, at: String, ends: String?
    ) async throws {
        let (start, stop, moment) = (from + "+00", to.map { $0 + "+00" }, at + "+00")
        let end =
            try await db.app.run(
                """
                select to_char(vendor_mgmt.contract_end(\(start)::timestamptz, \(stop)::timestamptz, \(renews),
                                                        \(moment)::timestamptz) at time zone 'UTC', 'YYYY-MM-DD')
                """
            ).value(String?.self) ?? nil
        #expect(end == ends)
    }
}
