import Postgres
import TestSupport
import Testing

/// numbers.describe: many numbers in one call.
@Suite(.database) struct DescribeTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    struct Row: Sendable, CustomTestStringConvertible {
        let number: String
        /// Area code, country, region and kind.
        let expected: String
        var testDescription: String { number }
    }

    /// The kinds are those of NumberKindTests.
    static let rows: [Row] = [
        Row(number: "+12015550123", expected: "201 US NJ geographic"),
        Row(number: "+16045550123", expected: "604 CA BC geographic"),
        Row(number: "+17875550123", expected: "787 US PR geographic"),
        Row(number: "+18765550123", expected: "876 JM - offshore"),
        Row(number: "+18095550123", expected: "809 DO - offshore"),
        Row(number: "+18005550123", expected: "800 - - toll_free"),
        Row(number: "+18335550123", expected: "833 - - toll_free"),
        Row(number: "+19005550123", expected: "900 - - premium"),
        Row(number: "+12019760123", expected: "201 US NJ premium"),
        Row(number: "+15005550123", expected: "500 - - personal"),
        Row(number: "+15335550123", expected: "533 - - personal"),
        Row(number: "+17005550123", expected: "700 - - non_geographic"),
        Row(number: "+12019580123", expected: "201 US NJ non_geographic"),
        Row(number: "+12225550123", expected: "222 - - unassigned"),
        Row(number: "+442079460958", expected: "- - - international"),
        Row(number: "911", expected: "- - - -"),
    ]

    private func described(_ numbers: [String]) async throws -> [String] {
        try await db.app.run(
            """
            select concat_ws(' ', coalesce(area_code, '-'), coalesce(country, '-'), coalesce(region, '-'),
                             coalesce(kind, '-'))
              from numbers.describe(\(numbers))
            """
        ).decode(String.self)
    }

    @Test(arguments: rows) func `says what a number is`(row: Row) async throws {
        #expect(try await described([row.number]) == [row.expected])
    }

    @Test func `keeps the order, and numbers that come twice`() async throws {
        let rows = Self.rows + Self.rows.reversed()
        #expect(try await described(rows.map(\.number)) == rows.map(\.expected))
    }

    @Test func `has the time zones of the area code`() async throws {
        let zones = try await db.app.run(
            "select time_zones from numbers.describe(array['+12015550123'])"
        ).value([String].self)
        #expect(zones == ["America/New_York"])
    }

    @Test func `no numbers have no rows`() async throws {
        #expect(try await described([]) == [])
    }
}
