import Postgres
import TestSupport
import Testing

/// numbers.normalise_nanp: what people and switches write in North America.
@Suite(.database) struct NormaliseNanpTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    struct Row: Sendable, CustomTestStringConvertible {
        let dialled: String
        let number: String?
        var testDescription: String { dialled }
    }

    static let rows: [Row] = [
        Row(dialled: "(415) 555-2671", number: "+14155552671"),
        Row(dialled: "2015550123", number: "+12015550123"),
        Row(dialled: "12015550123", number: "+12015550123"),
        Row(dialled: "+1 (215)-555-1212", number: "+12155551212"),
        Row(dialled: "12155551212;npdi", number: "+12155551212"),
        Row(dialled: "1-800-FLOWERS", number: "+18003569377"),
        Row(dialled: "(201) 555-0123 ext. 9", number: "+12015550123"),
        Row(dialled: "201 555 0123 x9", number: "+12015550123"),
        Row(dialled: "011 44 20 7946 0958", number: "+442079460958"),
        Row(dialled: "00442079460958", number: "+442079460958"),
        Row(dialled: "442079460958", number: "+442079460958"),
        Row(dialled: "+442079460958", number: "+442079460958"),
        Row(dialled: "+120155501234", number: nil),
        Row(dialled: "+19115550123", number: nil),
        Row(dialled: "+1911", number: nil),
        Row(dialled: "911", number: nil),
        Row(dialled: "5550123", number: nil),
        Row(dialled: "1015550123", number: nil),
        Row(dialled: "2011115550", number: nil),
        Row(dialled: "3705550123", number: nil),
        Row(dialled: "1010288 2015550123", number: nil),
        Row(dialled: "*672015550123", number: nil),
        Row(dialled: "1+2015550123", number: nil),
        Row(dialled: "anonymous", number: nil),
        Row(dialled: "FLOWERS", number: nil),
        Row(dialled: "0", number: nil),
        Row(dialled: "+", number: nil),
        Row(dialled: "", number: nil),
    ]

    @Test(arguments: rows) func `understands what is dialled`(row: Row) async throws {
        let number = try await db.app.run("select numbers.normalise_nanp(\(row.dialled))").value(String?.self)
        #expect(number == .some(row.number))
    }

    @Test func `what it gives is a number to the database, and given again is the same`() async throws {
        for number in Self.rows.compactMap(\.number) {
            let again = try await db.app.run("select numbers.normalise_nanp(\(number))::core.e164::text")
                .value(String.self)
            #expect(again == number)
        }
    }

    @Test func `nothing is nothing`() async throws {
        let number = try await db.app.run("select numbers.normalise_nanp(null)").value(String?.self)
        #expect(number == .some(nil))
    }
}
