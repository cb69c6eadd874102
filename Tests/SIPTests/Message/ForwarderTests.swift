import Testing

@testable import SIP

/// Who forwarded a call.
@Suite struct ForwarderTests {
    @Test func `Diversion names the last one first`() throws {
        let request = try Sample(extra: [
            "Diversion: \"Desk\" <sip:+12015550100@a>;reason=no-answer;counter=1, <sip:101@b>;reason=\"user-busy\"",
            "diversion: <tel:+12015550101>;reason=unconditional",
        ]).request()
        #expect(try request.diversions().map(\.uri.user) == ["+12015550100", "101", "+12015550101"])
        #expect(
            try request.diversions().map { $0.parameters["reason"] } == ["no-answer", "user-busy", "unconditional"])
    }

    struct Row: CustomTestStringConvertible {
        let history: String
        let forwarder: String?
        var testDescription: String { history }
    }

    @Test(arguments: [
        Row(history: "<sip:1@a>;index=1, <sip:2@a?Reason=SIP%3Bcause%3D302>;index=1.1;mp=1", forwarder: "1"),
        Row(
            history: "<sip:1@a>;index=1, <sip:2@a>;index=1.1;mp=1, <sip:3@a>;index=1.2;mp=1", forwarder: "1"),
        Row(history: "<sip:1@a>;index=1, <sip:2@a>;index=1.1", forwarder: "1"),
        Row(history: "<sip:1@a>;index=1, <sip:2@a>;index=1.1, <sip:3@a>;index=1.1.1", forwarder: "2"),
        // The same target by its contact, or with another Request-URI for the same: nobody forwarded it.
        Row(history: "<sip:1@a>;index=1, <sip:1@192.0.2.1>;index=1.1;rc=1", forwarder: nil),
        Row(history: "<sip:1@a>;index=1, <sip:1@b>;index=1.1;np=1", forwarder: nil),
        Row(history: "<sip:1@a>;index=1, <sip:2@a>;index=1.1;mp=7", forwarder: nil),
        Row(history: "<sip:1@a>;index=1", forwarder: nil),
    ])
    func `History-Info names the target that was left`(_ row: Row) throws {
        let request = try Sample(extra: ["History-Info: \(row.history)"]).request()
        #expect(try request.lastForwarder()?.uri.user == row.forwarder)
    }

    @Test func `without either nobody forwarded it, and what is malformed says nothing`() throws {
        let plain = try Sample().request()
        #expect(try plain.diversions().isEmpty && plain.lastForwarder() == nil)
        let broken = try Sample(extra: ["Diversion: <sip:1@a", "History-Info: <>;index=1"]).request()
        #expect(throws: ParseError.self) { try broken.diversions() }
        #expect(throws: ParseError.self) { try broken.lastForwarder() }
    }
}
