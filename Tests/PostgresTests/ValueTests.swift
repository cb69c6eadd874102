import Foundation
import TestSupport
import Testing

@testable import Postgres

@Suite struct ValueTests {
    private func database() async throws -> Database { try await TestCluster.shared.client() }

    @Test func `scalars come back as they were sent`() async throws {
        let id = UUID()
        let moment = Date(timeIntervalSince1970: 1_795_000_000.123_456)
        let row = try #require(
            try await database().run(
                """
                select \(true), \(Int.min), \(Int32.max), \(1.5), \("naïve ☎"), \(id), \(moment),
                    \(JSONText(#"{"a": 1}"#)), \(Int?.none)
                """
            ).first)
        let (flag, small, number, real, text, uuid, time, json, nothing) = try row.decode(
            Bool.self, Int.self, Int.self, Double.self, String.self, UUID.self, Date.self, JSONText.self, Int?.self)
        #expect(flag && small == .min && number == Int(Int32.max) && real == 1.5)
        #expect(text == "naïve ☎")
        #expect(uuid == id)
        #expect(abs(time.timeIntervalSince(moment)) < 0.000_001)
        #expect(json.text == #"{"a": 1}"#)
        #expect(nothing == nil)
    }

    @Test func `arrays come back, empty ones and ones with quotes too`() async throws {
        let texts = ["a", "", "with \"quotes\", and commas", "{}"]
        let ids = [UUID(), UUID()]
        let row = try #require(try await database().run("select \(texts), \(ids), \([Int]()), \([1, -2, 3])").first)
        let (first, second, third, fourth) = try row.decode([String].self, [UUID].self, [Int].self, [Int].self)
        #expect(first == texts)
        #expect(second == ids)
        #expect(third.isEmpty)
        #expect(fourth == [1, -2, 3])
    }

    @Test func `nulls in an array stay nulls`() async throws {
        let rows = try await database().run("select x from unnest(\(NullableArray([1, nil, 3]))) x")
        #expect(try rows.values(Int?.self) == [1, nil, 3])
    }

    struct NumericRow: CustomTestStringConvertible, Sendable {
        let text: String
        let units: Int64
        let scale: Int
        var testDescription: String { text }
    }

    @Test(arguments: [
        NumericRow(text: "0", units: 0, scale: 0),
        NumericRow(text: "0.00000000", units: 0, scale: 8),
        NumericRow(text: "1", units: 1, scale: 0),
        NumericRow(text: "0.00000001", units: 1, scale: 8),
        NumericRow(text: "-0.00137000", units: -137_000, scale: 8),
        NumericRow(text: "10000", units: 10_000, scale: 0),
        NumericRow(text: "12345678.90", units: 1_234_567_890, scale: 2),
        NumericRow(text: "9999999999.99999999", units: 999_999_999_999_999_999, scale: 8),
        NumericRow(text: "-92233720368.54775807", units: -.max, scale: 8),
        NumericRow(text: "100000000.5", units: 1_000_000_005, scale: 1),
    ])
    func `a numeric is exact both ways`(row: NumericRow) async throws {
        let sent = Numeric(units: row.units, scale: row.scale)
        let result = try await database().run("select \(sent)::text, (\(row.text)::text)::numeric")
        let (text, received) = try #require(try result.first(String.self, Numeric.self))
        #expect(text == row.text)
        #expect(received == sent)
    }

    @Test(arguments: [
        ("-99999999999999999999.99999999", Int128("-9999999999999999999999999999"), 8), ("9223372036854775808", nil, 0),
        ("1e30", Int128("1000000000000000000000000000000"), 0), ("0.50", 50, 2),
    ])
    func `what does not fit 64 bits is read and sent by digits`(text: String, units: Int128?, scale: Int) async throws {
        struct Wide: PostgresEncodable, PostgresDecodable, Equatable {
            var units: Int128
            var scale: Int
            static var postgresType: UInt32 { Numeric.postgresType }
            static var postgresTypes: [UInt32] { Numeric.postgresTypes }

            init(units: Int128, scale: Int) { (self.units, self.scale) = (units, scale) }
            init?(postgres bytes: RawSpan, type: UInt32) {
                guard let (units, scale) = Numeric.decode(bytes) else { return nil }
                self.init(units: units, scale: scale)
            }
            func encode(into bytes: inout [UInt8]) { Numeric.encode(units, scale: scale, into: &bytes) }
        }
        let expected = Wide(units: units ?? Int128(Int64.max) + 1, scale: scale)
        let rows = try await database().run("select (\(text)::text)::numeric, \(expected) = (\(text)::text)::numeric")
        let (received, isSame) = try #require(try rows.first(Wide.self, Bool.self))
        #expect(received == expected && isSame)
    }

    @Test(arguments: ["NaN", "1e30", "0.1234567890123456789"])
    func `a numeric that does not fit is an error, not a rounding`(text: String) async throws {
        let rows = try await database().run("select (\(text)::text)::numeric")
        let error = #expect(throws: PostgresError.self) { try rows.decode(Numeric.self) }
        #expect(error?.code == .decoding)
    }

    @Test func `reading a wrong type names the column and both types`() async throws {
        let rows = try await database().run("select 'x'::text as label")
        let error = #expect(throws: PostgresError.self) { try rows.values(Int.self) }
        #expect(error?.message == "column label (type 25) cannot be read as Int")
    }

    @Test func `a null where none is expected is an error`() async throws {
        let rows = try await database().run("select null::text as label")
        #expect(throws: PostgresError.self) { try rows.values(String.self) }
    }
}
