import Postgres
import TestSupport
import Testing

/// compliance.is_federal_holiday: 5 USC 6103, whatever day of the week its days fall on.
@Suite(.database) struct IsFederalHolidayTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `has eleven days in a year, each where the law puts it`() async throws {
        let days = try await db.engine.run(
            """
            select d::date::text from generate_series(date '2026-01-01', date '2027-12-31', interval '1 day') d
             where compliance.is_federal_holiday(d::date)
            """
        ).decode(String.self)
        #expect(
            days == [
                "2026-01-01", "2026-01-19", "2026-02-16", "2026-05-25", "2026-06-19", "2026-07-04", "2026-09-07",
                "2026-10-12", "2026-11-11", "2026-11-26", "2026-12-25",
                "2027-01-01", "2027-01-18", "2027-02-15", "2027-05-31", "2027-06-19", "2027-07-04", "2027-09-06",
                "2027-10-11", "2027-11-11", "2027-11-25", "2027-12-25",
            ])
    }
}
