import TestSupport
import Testing

/// A row of a sheet has a price, or says what it means without one.
@Suite(.database) struct PricelessRowTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test(arguments: Sheet.Sort.allCases)
    func `a row without a price blocks or is disabled, and never both`(_ sort: Sheet.Sort) async throws {
        let sheet = try await db.tenant().sheet(sort)
        let table = sort == .deck ? "deck_row" : "voice_rate"
        let price = Refusal("23514", table + "_has_a_price")
        let both = Refusal("23514", table + "_is_blocked_or_disabled")
        for (number, (columns, values, refused)) in [
            ("rate", "null", price), ("rate_interstate", "1", price), ("rate", "1", nil),
            ("rate_interstate, rate_intrastate", "1, 1", nil), ("blocked", "true", nil), ("disabled", "true", nil),
            ("rate, disabled", "1, true", nil), ("blocked, disabled", "true, true", both),
            ("rate, blocked, disabled", "1, true, true", both),
        ].enumerated() {
            let refusal = try await sheet.refusal(
                """
                insert into ROWS (tenant_id, KEY, prefix, \(columns), valid_from)
                values (TENANT, SHEET, '4\(number)', \(values), '2026-01-01')
                """, as: db.app)
            #expect(refusal == refused, "\(columns) \(values)")
        }
    }
}
