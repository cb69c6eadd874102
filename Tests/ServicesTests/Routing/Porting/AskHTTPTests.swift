import Foundation
import Telecom
import Testing

@testable import Services

/// A service that answers over HTTP in its own form of JSON.
@Suite struct AskHTTPTests {
    private static let number = E164(digits: 12_125_550_100)

    private struct Row: Sendable, CustomTestStringConvertible {
        let body: String
        var fields = ["lrn": "data.lrn", "ported": "data.ported"]
        /// The routing number, `not ported`, `unknown` or `unusable`.
        let says: String

        var testDescription: String { body }
    }

    private static let onlyLRN = ["lrn": "lrn"]
    private static let rows = [
        Row(body: #"{"data": {"lrn": "2015550000", "ported": "Y"}}"#, says: "+12015550000"),
        Row(body: #"{"data": {"lrn": "+1 201 555-0000", "ported": true}}"#, says: "+12015550000"),
        Row(body: #"{"data": {"lrn": 12015550000, "ported": 1}}"#, says: "+12015550000"),
        Row(body: #"{"data": {"lrn": "2125550000", "ported": "N"}}"#, says: "not ported"),
        Row(body: #"{"data": {"lrn": null, "ported": false}}"#, says: "not ported"),
        Row(body: #"{"data": {"lrn": "", "ported": ""}}"#, says: "unknown"),
        Row(body: #"{"data": {"lrn": "2125550100", "ported": "Y"}}"#, says: "not ported"),
        Row(body: #"{"data": {"ported": "Y"}}"#, says: "unusable"),
        Row(body: #"{"data": {"lrn": "12", "ported": "Y"}}"#, says: "unusable"),
        Row(body: #"{"data": {"lrn": "+442079460958", "ported": "Y"}}"#, says: "unusable"),
        Row(body: #"{"data": {"lrn": "0115550000", "ported": "Y"}}"#, says: "unusable"),
        Row(body: #"{"data": []}"#, says: "unusable"), Row(body: "", says: "unusable"),
        Row(body: "<html>", says: "unusable"), Row(body: "null", says: "unusable"), Row(body: "[1", says: "unusable"),
        Row(body: #"{"lrn": "2015550000"}"#, fields: onlyLRN, says: "+12015550000"),
        Row(body: #"{"lrn": "2125550100"}"#, fields: onlyLRN, says: "not ported"),
        Row(body: #"{"lrn": ""}"#, fields: onlyLRN, says: "not ported"),
        Row(body: #"{"lrn": null}"#, fields: onlyLRN, says: "not ported"),
        Row(body: #"{"error": "x"}"#, fields: onlyLRN, says: "unusable"),
        Row(body: #"[{"x": [0, {"lrn": "2015550000"}]}]"#, fields: ["lrn": "0.x.1.lrn"], says: "+12015550000"),
    ]

    @Test(arguments: rows) private func `is read as its settings say`(row: Row) throws {
        let number = try #require(Self.number)
        let says: String
        do {
            let answer = try AskHTTP.read(Array(row.body.utf8), of: number, fields: row.fields)
            says = answer.routingNumber?.description ?? (answer.isPorted == false ? "not ported" : "unknown")
        } catch {
            says = "unusable"
        }
        #expect(says == row.says)
    }

    @Test func `what else it says is kept where it has the right form`() throws {
        let body = """
            {"lrn": "2015550000", "spid": "073h", "ocn": "too long", "lata": 224, "rc": "NEW\\u0000ARK",
             "city": "Newark", "type": "Wireless"}
            """
        let answer = try AskHTTP.read(
            Array(body.utf8), of: try #require(Self.number),
            fields: [
                "lrn": "lrn", "spid": "spid", "ocn": "ocn", "lata": "lata", "rate_centre": "rc", "city": "city",
                "line_type": "type", "state": "nowhere",
            ])
        var expected = PortingAnswer.Details()
        (expected.spid, expected.lata, expected.city, expected.lineType) = ("073H", "224", "Newark", "mobile")
        #expect(answer.details == expected)
    }

    @Test(
        arguments: [
            (#"{"url": "https://x.example/{digits}", "fields": {"lrn": "lrn"}}"#, true),
            (#"{"url": "https://x.example/", "fields": {"lrn": "lrn"}}"#, false),
            (#"{"url": "file:///{digits}", "fields": {"lrn": "lrn"}}"#, false),
            (#"{"url": "https://x.example/{digits}", "fields": {"ported": "lrn"}}"#, false),
            (#"{"url": "https://x.example/{digits}"}"#, false), ("{}", false), ("[]", false),
            (#"{"url": "https://x.example/{digits}", "fields": {"lrn": "lrn"}, "ttl_s": "x"}"#, false),
        ])
    func `settings that cannot work are refused`(config: String, isRight: Bool) {
        let service = try? PortingService(TenantKey(UUID(), UUID()), plugin: "http", config: config)
        #expect((service != nil) == isRight)
    }

    // MARK: Over the wire

    private func ask(_ stub: HTTPStub, _ more: String = "") async throws -> PortingAnswer {
        let config = #"{"url": "\#(stub.address)/v1/{number}?n={national}", "fields": {"lrn": "lrn"}\#(more)}"#
        let settings = try AskHTTP.Settings(Data(config.utf8))
        return try await AskHTTP(settings: settings, secret: Secret("s3cret")).ask(try #require(Self.number))
    }

    @Test func `the request has the number and the secret where the settings want them`() async throws {
        let stub = try HTTPStub { _ in .reply(200, #"{"lrn": "2015550000"}"#) }
        defer { stub.stop() }
        let more = #", "secret_header": "Authorization", "secret_prefix": "Bearer ", "headers": {"X-Kind": "lrn"}"#
        #expect(try await ask(stub, more).routingNumber?.description == "+12015550000")
        let request = try #require(stub.requests.first)
        #expect(request.line == "GET /v1/%2B12125550100?n=2125550100 HTTP/1.1")
        #expect(request.headers["authorization"] == "Bearer s3cret" && request.headers["x-kind"] == "lrn")
    }

    @Test func `another status is no answer, but where the settings say what 404 means`() async throws {
        let stub = try HTTPStub { _ in .reply(404, "{}") }
        defer { stub.stop() }
        await #expect(throws: PortingFailure.self) { try await ask(stub) }
        #expect(try await ask(stub, #", "not_found_means_not_ported": true"#) == .notPorted)
        stub.answers { _ in .reply(302, headers: ["Location": "http://127.0.0.1:9/"]) }
        await #expect(throws: PortingFailure.self) { try await ask(stub) }
        stub.answers { _ in .reply(200, String(repeating: " ", count: 100_000)) }
        await #expect(throws: (any Error).self) { try await ask(stub) }
        stub.answers { _ in .raw("SSH-2.0-x\r\n") }
        await #expect(throws: (any Error).self) { try await ask(stub) }
    }
}
