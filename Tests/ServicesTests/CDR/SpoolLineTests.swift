import Foundation
import Testing

@testable import Services

@Suite struct SpoolLineTests {
    /// A line as the edge writes it, with some of its fields replaced.
    private func line(_ changes: [Int: String] = [:]) -> Substring {
        var fields = [
            "2026-11-21 08:41:33", "2026-11-21 08:41:33", "0.151000", "1", "e1", "", "", "", "", "", "", "", "",
            "outbound", "call-1@host", "tag1", "tag2", "3312345", "15550001", "127.0.0.9;48000;udp",
            "1795250493264459", "1795250493270468", "1795250493321761", "1795250493473940", "200", "OK", "caller",
            "ct-1:503;ct-2:200;",
        ]
        for (index, value) in changes { fields[index] = value }
        return Substring(fields.joined(separator: "|"))
    }

    @Test func `talk is from the answer to the end, rounded up to a millisecond`() throws {
        let call = try SpoolLine(line())
        #expect(call.talkMilliseconds == 153)
        #expect(call.code == 200)
        #expect(call.callID == "call-1@host")
    }

    @Test func `without an end the edge's duration counts`() throws {
        let call = try SpoolLine(line([23: "", 2: "37.250000"]))
        #expect(call.talkMilliseconds == 37_250)
        #expect(call.endedMicroseconds == 1_795_250_530_571_761)
    }

    @Test func `a call that was not answered has no talk`() throws {
        let call = try SpoolLine(line([22: "", 2: "5.0", 24: "486"]))
        #expect(call.talkMilliseconds == 0)
        #expect(call.answeredMicroseconds == nil)
    }

    @Test func `without an id it is derived, the same each time`() throws {
        let first = try SpoolLine(line())
        #expect(try SpoolLine(line([17: "other"])).cdrID == first.cdrID)
        #expect(try SpoolLine(line([15: "other"])).cdrID != first.cdrID)
        #expect(
            first.cdrID
                == CallIdentity.cdrID(
                    edge: "e1", callID: "call-1@host", fromTag: "tag1", receivedMicroseconds: 1_795_250_493_264_459))
    }

    @Test func `a bar inside a value is one`() throws {
        #expect(try SpoolLine(line([17: "a%7Cb"])).caller == "a|b")
    }

    struct Bad: CustomTestStringConvertible, Sendable {
        let field: Int
        let value: String
        let word: String
        var testDescription: String { word }
    }

    @Test(arguments: [
        Bad(field: 3, value: "2", word: "format"),
        Bad(field: 20, value: "", word: "received_us"),
        Bad(field: 20, value: "-5", word: "received_us"),
        Bad(field: 24, value: "20", word: "sip_code"),
        Bad(field: 24, value: "abc", word: "sip_code"),
        Bad(field: 4, value: "", word: "edge_id"),
        Bad(field: 27, value: "a|b", word: "fields"),
    ])
    func `a damaged line is refused by the name of its field`(bad: Bad) {
        let error = #expect(throws: SpoolLine.Problem.self) { try SpoolLine(line([bad.field: bad.value])) }
        #expect(error?.description.contains(bad.word) == true)
    }

    @Test func `any prefix of a line is refused or read, and never traps`() {
        let whole = line()
        for end in whole.indices { _ = try? SpoolLine(whole[..<end]) }
    }
}
