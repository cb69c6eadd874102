import Testing

@testable import Services

/// What people are told of an answer that is a refusal.
@Suite struct RefusedRequestTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var status = 400
        var fields = [HeaderField("Content-Type", "application/problem+json")]
        var hadKey = true
        let body: String
        let expected: String
    }

    static let rows = [
        Row(
            testDescription: "one value, which the detail has already",
            body: #"""
                {"title":"A value is wrong","status":400,"detail":"limit is \"0\", expected 1 to 1000",
                 "errors":[{"name":"limit","value":"0","expected":"1 to 1000"}]}
                """#,
            expected: "A value is wrong: limit is \"0\", expected 1 to 1000"),
        Row(
            testDescription: "values of a body, each with its place",
            body: #"""
                {"title":"A value is wrong","detail":"two values are wrong","errors":[
                 {"name":"email","pointer":"#/rows/3/email","value":"x","expected":"an address"},
                 {"name":"name","pointer":"#/rows/4/name","expected":"a text"}]}
                """#,
            expected: """
                A value is wrong: two values are wrong
                  #/rows/3/email is "x", expected an address
                  #/rows/4/name is empty, expected a text
                """),
        Row(
            testDescription: "no key", status: 401, hadKey: false,
            body: #"{"title":"No valid key","detail":"send a key"}"#,
            expected: "No valid key: send a key; no key was sent: put one into the profile (heddle api profile add "
                + "--key-from-stdin) or into HEDDLE_API_KEY"),
        Row(
            testDescription: "too soon", status: 429,
            fields: [HeaderField("content-type", "application/problem+json"), HeaderField("Retry-After", "900")],
            body: #"{"title":"Locked","detail":"it failed too often"}"#,
            expected: "Locked: it failed too often; ask again in 900 s"),
        Row(
            testDescription: "a fault of the server's", status: 500,
            body: #"{"title":"It failed","detail":"heddle's log says why","instance":"urn:uuid:0193"}"#,
            expected: "It failed: heddle's log says why (request 0193)"),
        Row(
            testDescription: "a proxy's words", status: 502, fields: [HeaderField("Content-Type", "text/html")],
            body: "<html>\u{1B}[31mBad", expected: "the server answers 502 Reason: <html>\u{FFFD}[31mBad"),
        Row(
            testDescription: "JSON that is no problem", status: 404,
            fields: [HeaderField("Content-Type", "application/json")], body: "[]",
            expected: "the server answers 404 Reason: []"),
        Row(
            testDescription: "a redirect", status: 301, fields: [HeaderField("Location", "https://x.example/v1")],
            body: "",
            expected: "the server answers 301 and names https://x.example/v1, which is not followed, for the key is "
                + "not meant for it; give the profile the address that serves"),
    ]

    @Test(arguments: rows) func `a refusal is a sentence, with each value that is wrong`(row: Row) {
        let head = AnswerHead(status: row.status, reason: "Reason", fields: row.fields)
        let refused = RefusedRequest(head, Array(row.body.utf8), hadKey: row.hadKey)
        #expect(refused.description == row.expected)
        #expect(refused.status == row.status)
    }

    @Test func `of very many values the first are told`() {
        let errors = (0..<60).map { ##"{"pointer":"#/\##($0)","value":"x","expected":"y"}"## }.joined(separator: ",")
        let body = #"{"title":"A value is wrong","detail":"many are","errors":[\#(errors)]}"#
        let head = AnswerHead(status: 400, fields: [HeaderField("Content-Type", "application/problem+json")])
        let lines = RefusedRequest(head, Array(body.utf8), hadKey: true).description.split(separator: "\n")
        #expect(lines.count == 52 && lines.last == "  and 10 more")
    }

    @Test(arguments: [(200, true), (204, true), (304, true), (301, false), (400, false), (503, false)])
    func `what is done is known by its status`(status: Int, isDone: Bool) {
        #expect(AnswerHead(status: status).isDone == isDone)
    }

    @Test func `a head is shown line by line`() {
        let head = AnswerHead(status: 200, reason: "OK", fields: [HeaderField("A", "1"), HeaderField("B", "2")])
        #expect(head.text == "HTTP 200 OK\nA: 1\nB: 2\n\n")
    }
}
