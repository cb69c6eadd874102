import Foundation
import Postgres
import TestSupport
import Testing

/// ref.find_block: who has a number's block at an instant.
@Suite(.database) struct FindBlockTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let number: String
        var at = "2026-11-20 12:00+00"
        let expected: String?
    }

    static let cases: [Case] = [
        Case(testDescription: "the thousands block before the exchange", number: "+12125553000", expected: "B3"),
        Case(testDescription: "the exchange where the block has no row", number: "+12125554999", expected: "A1"),
        Case(
            testDescription: "a later row is not in force yet", number: "+12125553000", at: "2026-11-30 23:59:59+00",
            expected: "B3"),
        Case(
            testDescription: "it is from midnight in UTC", number: "+12125553000", at: "2026-12-01 00:00+00",
            expected: "B4"),
        Case(
            testDescription: "midnight elsewhere is another instant", number: "+12125553000",
            at: "2026-12-01 00:00+01", expected: "B3"),
        Case(testDescription: "a block that ended leaves the exchange", number: "+12125557000", expected: "A1"),
        Case(
            testDescription: "and had its company before", number: "+12125557000", at: "2026-10-31 12:00+00",
            expected: "B7"),
        Case(
            testDescription: "the LERG before others, even without the block", number: "+12125556000",
            expected: "A1"),
        Case(testDescription: "the others where the LERG has nothing", number: "+12125566000", expected: "N6"),
        Case(testDescription: "their exchange", number: "+12125561000", expected: "NA"),
        Case(testDescription: "an exchange that nobody has", number: "+12125570000", expected: nil),
        Case(testDescription: "a number of another country", number: "+442125553000", expected: nil),
        Case(testDescription: "a number that is too long", number: "+121255530000", expected: nil),
        Case(testDescription: "no number", number: "anonymous", expected: nil),
    ]

    /// Rows of no exchange that another test uses.
    private func store() async throws {
        try await db.owner.run(
            """
            insert into ref.npa_nxx_blocks (npa, nxx, block, source, valid_from, is_disconnect, company) values
                ('212', '555', 'A', 'lerg', '-infinity', false, 'A1'),
                ('212', '555', '3', 'lerg', '2020-05-01', false, 'B3'),
                ('212', '555', '3', 'lerg', '2026-12-01', false, 'B4'),
                ('212', '555', '7', 'lerg', '-infinity', false, 'B7'),
                ('212', '555', '7', 'lerg', '2026-11-01', true, 'B7'),
                ('212', '555', '6', 'nanpa_blocks', '-infinity', false, 'N6'),
                ('212', '556', '6', 'nanpa_blocks', '-infinity', false, 'N6'),
                ('212', '556', 'A', 'nanpa_codes', '-infinity', false, 'NA')
            on conflict do nothing
            """)
    }

    @Test(arguments: cases) func `is`(number: Case) async throws {
        try await store()
        for database in [db.app, db.engine] {
            let found = try await database.run(
                "select company from ref.find_block(\(number.number), \(number.at)::text::timestamptz)"
            ).values(String.self)
            #expect(found == (number.expected.map { [$0] } ?? []))
        }
    }

    @Test(
        arguments: [
            "insert into ref.npa_nxx_blocks (npa, nxx, source) values ('212', '999', 'lerg')",
            "update ref.npa_nxx_blocks set company = 'x'", "delete from ref.npa_nxx_blocks",
            "delete from ref.block_imports",
        ])
    func `blocks are written by no role that serves`(statement: String) async throws {
        for database in [db.app, db.engine] {
            let refusal = try await Refusal.of { try await database.run(SQL(unescaped: statement)) }
            #expect(refusal == .notPermitted)
        }
    }
}
