import Foundation
import Testing

@testable import Services

/// Lines of the edge's CDR file, good and bad.
@Suite struct SpoolLineTests {
    /// A line of an answered call, field by field, so that a test can change one.
    static let fields = [
        "2026-09-21 14:13:20+00", "2026-09-21 14:13:24+00", "3.200", "1", "edge-1",
        "6d0c7a54-7d2c-5a55-9d49-0f4bd1d6a001", "01990000-0000-7000-8000-000000000001",
        "de300000-0000-7000-8000-000000000001", "de300000-0000-7000-8000-000000000011",
        "de300000-0000-7000-8000-000000000500", "de300000-0000-7000-8000-000000000331", "", "", "outbound",
        "abc@test", "1", "2", "+12125550100", "+14155550142", "127.0.0.9;5060;udp", "1790000000000000",
        "1790000000100000", "1790000000900000", "1790000004100001", "200", "OK", "caller",
        "de300000-0000-7000-8000-000000000331:200;",
    ]

    static func line(_ changes: [Int: String] = [:]) -> Substring {
        fields.enumerated().map { changes[$0] ?? $1 }.joined(separator: "|")[...]
    }

    /// A line of an emergency call that begins without a router, as `acc_db_request` writes it.
    static func beginning(_ changes: [Int: String] = [:]) -> Substring {
        let own = [
            5: "", 6: "", 7: "", 8: "", 9: "", 10: "", 13: "emergency", 16: "", 18: "911", 21: "", 22: "", 23: "",
            24: "500", 25: "", 26: "", 27: "",
        ].merging(changes) { $1 }
        let call = line(own).split(separator: "|", omittingEmptySubsequences: false).dropFirst(3)
        return (["INVITE", "1", "", "abc@test", "100", "Trying", "1790000000", "2026-09-21 14:13:20+00"] + call)
            .joined(separator: "|")[...]
    }

    @Test func `the beginning of a call is read`() throws {
        let line = try SpoolLine(Self.beginning(), of: .beginnings)
        #expect(line.callee == "911" && line.direction == "emergency" && line.talkMilliseconds == 0)
        #expect(line.cdrID == (try SpoolLine(Self.line([5: ""])).cdrID))
        // One is not taken for the other.
        #expect(throws: SpoolLine.Problem.self) { try SpoolLine(Self.beginning()) }
        #expect(throws: SpoolLine.Problem.self) { try SpoolLine(Self.line(), of: .beginnings) }
    }

    @Test func `an answered call is read`() throws {
        let line = try SpoolLine(Self.line())
        #expect(line.code == 200 && line.edge == "edge-1" && line.hangup == "caller" && line.sellRateID == nil)
        #expect(line.talkMilliseconds == 3_201)  // from the 200 to the BYE, rounded up
        #expect(line.ringingMicroseconds == 1_790_000_000_100_000)
    }

    @Test func `without an end the edge's own duration counts`() throws {
        let line = try SpoolLine(Self.line([23: ""]))
        #expect(line.talkMilliseconds == 3_200 && line.endedMicroseconds == 1_790_000_004_100_000)
    }

    @Test func `a call that was not answered has no talk time`() throws {
        let line = try SpoolLine(Self.line([2: "0.000", 22: "", 24: "486"]))
        #expect(line.talkMilliseconds == 0 && line.answeredMicroseconds == nil)
    }

    @Test func `without a router's answer the id follows from the call`() throws {
        let line = try SpoolLine(Self.line([5: "", 6: "", 7: "", 8: "", 9: ""]))
        let identity = CallIdentity(
            edge: "edge-1", callID: "abc@test", fromTag: "1", receivedMicroseconds: 1_790_000_000_000_000, source: "")
        #expect(line.cdrID == identity.cdrID && line.tenantID == nil)
    }

    @Test func `a bar inside a value is escaped`() throws {
        #expect(try SpoolLine(Self.line([25: "a%7Cb\\"])).reason == "a|b\\")
    }

    /// A line that is no CDR.
    struct Bad: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let line: Substring
    }

    @Test(arguments: [
        Bad(testDescription: "empty", line: ""), Bad(testDescription: "cut", line: Self.line().dropLast(60)),
        Bad(testDescription: "another format", line: Self.line([3: "2"])),
        Bad(testDescription: "no time", line: Self.line([20: ""])),
        Bad(testDescription: "a time beyond all times", line: Self.line([20: "9223372036854775807"])),
        Bad(testDescription: "no code", line: Self.line([24: "OK"])),
        Bad(testDescription: "a code that is none", line: Self.line([24: "2000"])),
        Bad(testDescription: "no Call-ID", line: Self.line([14: ""])),
        Bad(testDescription: "a duration in words", line: Self.line([2: "long", 23: ""])),
        Bad(testDescription: "a month of talk", line: Self.line([23: "1799000000000000"])),
        Bad(testDescription: "a zero byte", line: Self.line([25: "a\u{0}b"])),
    ])
    func `what is no CDR is not taken`(bad: Bad) {
        #expect(throws: SpoolLine.Problem.self) { try SpoolLine(bad.line) }
    }
}
