import Foundation
import Postgres
import TestSupport
import Testing

/// routing.sheet_rows_of: where the rows of a deck or plan are.
@Suite(.database) struct SheetRowsOfTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func place(_ sheet: Sheet, of id: String = "SHEET") async throws -> [String] {
        try await sheet.read(
            """
            select concat_ws(' ', f.rows, f.key, f.version, f.direction) from routing.sheet_rows_of(TENANT, \(id)) f
            """, as: db.app)
    }

    @Test func `of a deck, of a plan, and of what is neither or another tenant's`() async throws {
        let tenant = try await db.tenant()
        let (deck, plan) = (try await tenant.sheet(.deck), try await tenant.sheet(.plan))
        #expect(try await place(deck) == ["routing.rate_deck deck_id deck_version 'outbound'::text"])
        #expect(try await place(plan) == ["billing.voice_rates rate_plan_id plan_version direction::text"])
        let other = try await db.tenant().sheet(.plan)
        #expect(try await place(other, of: "'\(plan.id)'") == [""])
        #expect(try await place(plan, of: "'\(UUID())'") == [""])
    }
}
