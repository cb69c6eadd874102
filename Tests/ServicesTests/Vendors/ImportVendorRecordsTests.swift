import Foundation
import Postgres
import TestSupport
import Testing

@testable import Services

/// Carriers' files of calls on their way into the database.
@Suite(.database) struct ImportVendorRecordsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let header = "Call ID,Start Time,Calling Number,Called Number,Duration,Billed Duration,Rate,Cost\n"

    private static let two =
        header + """
            a1,2026-10-02 10:00:00,3055550100,12125550101,61,66,0.0100,0.0110
            a2,2026-10-02 10:01:00,+13055550100,+1 (212) 555-0102,60,60,0.01,0.01

            """

    private static let stored = [
        "2026-10-02 10:00:00 +13055550100 +12125550101 61000 66 0.01000000 0.01100000",
        "2026-10-02 10:01:00 +13055550100 +12125550102 60000 60 0.01000000 0.01000000",
    ]

    @Test func `numbers with and without +1, lengths and money`() async throws {
        let fixture = try await CarrierFixture(db)
        let result = try await fixture.take(Self.two)
        #expect(result.isApplied && result.new == 2 && result.known == 0)
        #expect(try await fixture.stored() == Self.stored)
    }

    @Test func `the same file is told, and the same record is one row`() async throws {
        let fixture = try await CarrierFixture(db)
        try await fixture.take(Self.two)
        let again = try await fixture.take(Self.two)
        #expect(again.takenAt != nil && again.new == 0 && !again.isApplied)
        // another file with the same two, one of them dearer, and a third
        let other = try await fixture.take(
            Self.two.replacing("0.0110\n", with: "0.0120\n")
                + "a3,2026-10-02 10:02:00,3055550100,12125550103,60,60,0.01,0.01\n")
        #expect(other.new == 1 && other.known == 2 && other.differing == 1)
        #expect(try await fixture.stored().prefix(2) == Self.stored[...])
        #expect(try await fixture.stored().count == 3)
        #expect(try await fixture.files() == 2)
    }

    @Test func `a record that is twice in a file is charged twice, once`() async throws {
        let fixture = try await CarrierFixture(db)
        let line = "a1,2026-10-02 10:00:00,3055550100,12125550101,61,66,0.0100,0.0110\n"
        let first = try await fixture.take(Self.header + line + line)
        #expect(first.new == 2 && first.repeated == 1)
        let second = try await fixture.take(Self.header + line + line + line.replacing("a1", with: "a9"))
        #expect(second.new == 1 && second.known == 2)
    }

    @Test func `a bad line is told with its place, and nothing is changed`() async throws {
        let fixture = try await CarrierFixture(db)
        let text = Self.two + "a4,2026-10-32 10:02:00,3055550100,12125550103,60,60,0.01,1e-2\n"
        let refused = try await fixture.take(text)
        #expect(!refused.isApplied && refused.badLines == 1)
        #expect(
            refused.problems.map { "\($0.line) \($0.column) \($0.field) \($0.value)" } == [
                "4 2 Start Time 2026-10-32 10:02:00", "4 8 Cost 1e-2",
            ])
        #expect(try await fixture.stored().isEmpty)
        #expect(try await fixture.files() == 0)
        let taken = try await fixture.take(text) { $0.skipsBad = true }
        #expect(taken.isApplied && taken.new == 2)
        #expect(try await fixture.stored() == Self.stored)
    }

    @Test func `nothing is changed by a dry run`() async throws {
        let fixture = try await CarrierFixture(db)
        let result = try await fixture.take(Self.two) { $0.isDryRun = true }
        #expect(!result.isApplied && result.new == 2)
        #expect(try await fixture.files() == 0)
        #expect(try await fixture.stored().isEmpty)
    }

    @Test func `JSON lines keep the digits of their numbers`() async throws {
        let fixture = try await CarrierFixture(db)
        let result = try await fixture.take(
            """
            {"id": "a1", "start_time": "2026-10-02T10:00:00Z", "from": "3055550100", \
            "to": "sip:+12125550101@x.example", \
            "duration_ms": 61000, "billed_seconds": 66, "rate": 0.01, "amount": 0.01100001, "tags": {"a": ["}"]}}

            {"id": "a\\u0032", "start_time": 1790935260, "from": null, "to": "12125550102", "duration_ms": 60000, \
            "billed_seconds": 60, "rate": 0.01, "amount": 0.01, "lrn": "12125559999"}
            """)
        #expect(result.isApplied && result.new == 2)
        #expect(
            try await fixture.stored() == [
                "2026-10-02 10:00:00 +13055550100 +12125550101 61000 66 0.01000000 0.01100001",
                "2026-10-02 10:01:00 +12125550102 60000 60 0.01000000 0.01000000",
            ])
        let lines = "{\"to\": \"12125550101\", \"start\": \"2026-10-02\", \"duration\": 6, \"amount\": 1}\n{\"to\": \n"
        let refused = try await fixture.take(lines)
        #expect(refused.problems.map { "\($0.line) \($0.value)" } == ["2 {\"to\": "])
    }

    @Test func `a map names columns, zone, units and prefixes`() async throws {
        let fixture = try await CarrierFixture(db)
        let file = try ScratchFile(
            """
            {"columns": {"callee": "Nummer", "start": "Zeit"}, "time_zone": "America/New_York", "days_first": true,
             "duration_unit": "ms", "billed_unit": "min", "prefixes": ["99#"]}
            """)
        defer { file.remove() }
        try await fixture.take(
            "Zeit;Nummer;Duration;Billed Duration;Amount\n02/10/2026 10:00:00;99#12125550101;61000;1.1;$0.5\n",
            try RecordMap(path: file.path))
        #expect(try await fixture.stored() == ["2026-10-02 14:00:00 +12125550101 61000 66 0.50000000"])
    }

    @Test(arguments: [
        ("{\"colums\": {}}", "\"colums\" is not known"), ("{\"columns\": {\"called\": \"x\"}}", "no field \"called\""),
        ("{\"time_zone\": \"Mars\"}", "time_zone is a name"), ("[]", "no JSON object"),
        ("{\"columns\": {\"callee\": \"Nirgends\"}}", "\"Nirgends\" is not there"),
    ])
    func `what is wrong with a map is told`(map: String, expected: String) async throws {
        let fixture = try await CarrierFixture(db)
        let file = try ScratchFile(map)
        defer { file.remove() }
        let failure = await #expect(throws: ImportFailure.self) {
            try await fixture.take(Self.two, try RecordMap(path: file.path))
        }
        #expect(failure?.description.contains(expected) == true, "\(failure?.description ?? "")")
    }

    @Test(arguments: [
        ("Start,Duration,Cost\n2026-10-02,60,1\n", "called numbers"), ("Called,Duration,Cost\n1,60,1\n", "times"),
        ("Called,Start,Cost\n1,60,1\n", "lengths"), ("Called,Start,Duration\n1,60,1\n", "money"),
        ("Called,Start,Duration,Cost\n", "no record of an answered call"),
    ])
    func `a file that lacks something says what`(text: String, expected: String) async throws {
        let fixture = try await CarrierFixture(db)
        let failure = await #expect(throws: ImportFailure.self) { try await fixture.take(text) }
        #expect(failure?.description.contains(expected) == true, "\(failure?.description ?? "")")
    }

    @Test(arguments: [
        ("60,60,0.01,0.123456789", "0.123456789"), ("60,60,-1,0.01", "-1"), ("-60,60,0.01,0.01", "-60"),
        ("1:2:3:4,60,0.01,0.01", "1:2:3:4"), ("60,99999999999,0.01,0.01", "99999999999"), ("60,60,0.01,", ""),
        ("60,60,0.01,99999999", "99999999"),
    ])
    func `odd figures are told`(figures: String, value: String) async throws {
        let fixture = try await CarrierFixture(db)
        let text =
            Self.header + "a1,2026-10-02 10:00:00,1,12125550101,\(figures)\n"
        if figures.hasSuffix(",") {
            // A rate alone makes the amount.
            try await fixture.take(text)
            #expect(try await fixture.stored() == ["2026-10-02 10:00:00 +12125550101 60000 60 0.01000000 0.01000000"])
        } else {
            let result = try await fixture.take(text)
            #expect(result.problems.map(\.value) == [value])
        }
    }

    @Test func `calls that cost and lasted nothing are left out, lengths may be clocks`() async throws {
        let fixture = try await CarrierFixture(db)
        let result = try await fixture.take(
            "Date,Time,DNIS,Duration,Charge\n10/02/2026,10:00:00 AM,12125550101,00:01:05.4,0.02\n"
                + "10/02/2026,10:01:00 AM,12125550102,0:00,0\n")
        #expect(result.leftOut == ["not answered": 1])
        #expect(try await fixture.stored() == ["2026-10-02 10:00:00 +12125550101 65400 66 0.02000000"])
    }

    @Test func `one tenant's records are not another's`() async throws {
        let (mine, other) = (try await CarrierFixture(db), try await CarrierFixture(db))
        try await mine.take(Self.two)
        #expect(try await other.stored().isEmpty)
        // The same file is new to the other.
        #expect(try await other.take(Self.two).new == 2)
        let failure = await #expect(throws: ImportFailure.self) {
            try await FindVendorCarrier(db.owner)(mine.carrier.id.uuidString, of: other.tenant)
        }
        #expect(failure?.description.contains("there are Palisade") == true)
    }
}
