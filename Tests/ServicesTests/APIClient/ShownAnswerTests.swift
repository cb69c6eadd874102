import Testing

@testable import Services

/// Answers as they are shown, and operations as they are found.
@Suite struct ShownAnswerTests {
    private static func shown(_ parts: [String], laysOut: Bool) -> String {
        var answer = ShownAnswer(laysOut: laysOut)
        var bytes: [UInt8] = []
        for part in parts { bytes += answer.take(Array(part.utf8)) }
        return String(decoding: bytes + answer.finish(), as: UTF8.self)
    }

    @Test func `JSON is laid out for people, numbers as they are`() {
        let long = String(repeating: "x", count: 90)
        let parts = [#"{"a":1.50,"b":"#, #"[1,2],"c":"\#(long)"}"#]
        #expect(Self.shown(parts, laysOut: true) == "{\n  \"a\": 1.50,\n  \"b\": [1,2],\n  \"c\": \"\(long)\"\n}\n")
        #expect(Self.shown(parts, laysOut: false) == parts.joined())
        #expect(Self.shown([#"{"a": 1}"#], laysOut: true) == "{\"a\":1}\n")
    }

    @Test func `what is no JSON, and what is nothing, is shown as it came`() {
        #expect(Self.shown(["{\"a\":", "oops"], laysOut: true) == "{\"a\":oops")
        #expect(Self.shown([], laysOut: true).isEmpty)
    }

    @Test func `what is too long to be laid out is shown as it comes`() {
        let part = Array(repeating: UInt8(ascii: " "), count: 1 << 20)
        var answer = ShownAnswer(laysOut: true)
        let counts = (0..<6).map { _ in answer.take(part).count }
        #expect(counts == [0, 0, 0, 0, 5 << 20, 1 << 20])
        #expect(answer.finish().isEmpty)
    }

    @Test func `operations are found by path, name and summary`() throws {
        let document = try JSONValue(
            Array(
                #"""
                {"paths":{"/v1/billing/invoices":{"get":{"operationId":"list_invoices","summary":"List bills"},
                 "parameters":[]},"/v1/routing/explain":{"post":{"operationId":"explain","summary":"Where it goes"}}}}
                """#.utf8))
        let all = APIOperation.all(in: document)
        let invoices = APIOperation(
            method: "GET", path: "/v1/billing/invoices", name: "list_invoices", summary: "List bills")
        #expect(all.count == 2 && all.first == invoices)
        func found(_ word: String) -> [String] { all.filter { $0.has(word) }.map(\.name) }
        #expect(found("INVOICES") == ["list_invoices"] && found("bills") == ["list_invoices"])
        #expect(found("Where") == ["explain"] && found("list_").count == 1 && found("/v1/").count == 2)
        #expect(found("nothing").isEmpty && APIOperation.all(in: .null).isEmpty)
    }
}
