import Foundation
import Testing

@testable import Services
@testable import heddle

/// What `heddle api` prints, and what it ends with.
@Suite struct APICommandTests {
    private static let key = APIKeyText.make()

    private static func profiles() throws -> APIProfiles {
        var profiles = APIProfiles()
        try profiles.add(
            APIProfile("live", ServerAddress("https://live.example"), .kept(Secret(key.text))), replaces: false)
        try profiles.add(APIProfile("test", ServerAddress("http://127.0.0.1:8080"), .none), replaces: false)
        return profiles
    }

    @Test func `profiles are listed with how their keys begin`() throws {
        let profiles = try Self.profiles()
        let prefix = Self.key.prefix
        let text = APICommand.Profile.List.text(profiles)
        #expect(
            text == """
                   NAME  URL                    KEY
                *  live  https://live.example   \(prefix)
                   test  http://127.0.0.1:8080  -
                """)
        #expect(
            APICommand.Profile.List.json(profiles)
                == #"[{"name":"live","url":"https://live.example","key":"\#(prefix)","in_use":true},"#
                + #"{"name":"test","url":"http://127.0.0.1:8080","in_use":false}]"#)
    }

    @Test func `operations are listed`() {
        let operations = [APIOperation(method: "GET", path: "/v1/x", name: "list_x", summary: "List x")]
        #expect(APICommand.Operations.text(operations) == "METHOD  PATH   SUMMARY\nGET     /v1/x  List x")
        #expect(
            APICommand.Operations.json(operations)
                == #"[{"method":"GET","path":"/v1/x","name":"list_x","summary":"List x"}]"#)
    }

    static let ends: [(Int, ExitStatus?)] = [
        (301, nil), (400, nil), (404, nil), (429, nil), (500, .unavailable), (503, .unavailable),
    ]

    @Test(arguments: ends) func `a refusal ends with 1, and a server that fails as one that is away`(
        status: Int, expected: ExitStatus?
    ) {
        let refused = RefusedRequest(AnswerHead(status: status), [], hadKey: true)
        #expect(ExitStatus.of(refused) == expected)
    }

    @Test func `a profile that is wrong ends as a setting that is wrong`() throws {
        let failure = try #require(throws: ProfileFailure.self) { try APIProfiles().find("nobody") }
        #expect(ExitStatus.of(failure) == .configuration)
        let fault = try #require(throws: RequestFault.self) { try ServerAddress("x") }
        #expect(ExitStatus.of(fault) == nil)
    }

    @Test func `the environment says which server is asked`() throws {
        let connection = try APIConnection.parse(["--retries", "0"])
        let ask = try connection.ask(["HEDDLE_API_URL": "http://127.0.0.1:1", "HEDDLE_API_KEY": Self.key.text])
        #expect(ask.hasKey)
        #expect(throws: ProfileFailure.self) {
            try connection.ask(["HEDDLE_API_URL": "http://192.0.2.1:1", "HEDDLE_API_KEY": Self.key.text])
        }
        let insecure = try APIConnection.parse(["--insecure"])
        #expect(try !insecure.ask(["HEDDLE_API_URL": "http://192.0.2.1:1"]).hasKey)
    }

    @Test func `a body is what was given, of a file or as it is`() throws {
        func body(_ arguments: [String]) throws -> String {
            switch try APIBodyOptions.parse(arguments).body() {
            case .empty: "-"
            case .bytes(let bytes, let type): "\(type) \(String(decoding: bytes, as: UTF8.self))"
            case .file: "a file"
            }
        }
        let path = FileManager.default.temporaryDirectory.appending(path: "body-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }  // a few bytes
        try "a,b\n".write(toFile: path, atomically: true, encoding: .utf8)
        #expect(try body([]) == "-")
        #expect(try body(["--data", #"{"a":1}"#]) == #"application/json {"a":1}"#)
        #expect(try body(["--data", "@\(path)", "--type", "text/csv"]) == "text/csv a,b\n")
        #expect(try body(["--field", "a=1", "--json-field", "b=1"]) == #"application/json {"a":"1","b":1}"#)
        #expect(throws: CommandFailure.self) { try body(["--data", "@\(path).none"]) }
        let sent = try #require(try APIBodyOptions.parse(["--upload", path, "--type", "text/csv"]).file())
        #expect(sent.file.size == 4 && sent.type == "text/csv")
    }
}
