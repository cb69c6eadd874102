import Postgres
import TestSupport
import Testing

@testable import Services

/// Times as the API writes them, compared with PostgreSQL's own.
@Suite(.database) struct InstantTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `a time is written as PostgreSQL would`() async throws {
        let rows = try await db.app.run(
            """
            select t, to_char(t at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
              from (select '0001-01-01 00:00:00Z'::timestamptz + g * interval '41 days 7 hours 13.000017 seconds' as t
                      from generate_series(0, 80000) g) x
             where t < '9999-12-31'
            """)
        #expect(rows.count > 70_000)
        let wrong = try rows.decode(Instant.self, String.self).filter { $0.text != $1 }
        #expect(wrong.isEmpty, "\(wrong.prefix(3))")
    }

    @Test func `years before the first one have a sign`() async throws {
        let row = try await db.app.run(
            """
            select '0044-03-15 12:00:00Z BC'::timestamptz, '4713-01-01 00:00:00Z BC'::timestamptz,
                   '0001-12-31 00:00:00Z BC'::timestamptz
            """
        ).first(Instant.self, Instant.self, Instant.self)
        #expect(row?.0.text == "-0043-03-15T12:00:00.000000Z" && row?.1.text == "-4712-01-01T00:00:00.000000Z")
        #expect(row?.2.text == "0000-12-31T00:00:00.000000Z")
    }

    @Test func `the ends of time are times`() async throws {
        let row = try await db.app.run("select 'infinity'::timestamptz, '-infinity'::timestamptz")
            .first(Instant.self, Instant.self)
        #expect(row?.0.text == "9999-12-31T23:59:59.999999Z" && row?.1.text == "0001-01-01T00:00:00.000000Z")
    }
}
