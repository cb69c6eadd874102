import Testing

@testable import Services

/// Requests as they are made of words of a command line.
@Suite struct APICallTests {
    static let targets: [(String, [String], String)] = [
        ("/v1/accounts/accounts", [], "/v1/accounts/accounts"),
        ("v1/accounts/accounts", ["status=active", "limit=10"], "/v1/accounts/accounts?status=active&limit=10"),
        (
            "/v1/x", ["created_at[gte]=2026-10-01T00:00:00+02:00"],
            "/v1/x?created_at%5Bgte%5D=2026-10-01T00%3A00%3A00%2B02%3A00"
        ),
        ("/v1/x", ["name=a&b=c", "memo="], "/v1/x?name=a%26b%3Dc&memo="),
        ("/v1/x?name=a%20b&order=-name", ["q=é"], "/v1/x?name=a%20b&order=-name&q=%C3%A9"),
        ("/v1/x/2026-10-01T00:00:00Z,id", [], "/v1/x/2026-10-01T00:00:00Z,id"),
        ("/v1/a b#c", [], "/v1/a%20b%23c"),
    ]

    @Test(arguments: targets) func `path and parameters are encoded, and what is encoded stays`(
        path: String, query: [String], expected: String
    ) throws {
        #expect(try APICall(.get, path, query: query).target == expected)
    }

    static let wrong: [(String, [String], [String], String)] = [
        ("", [], [], "expected one of the API"), ("https://x.example/v1/x", [], [], "expected one of the API"),
        ("//x.example/v1/x", [], [], "expected one of the API"),
        ("/v1/x", ["status"], [], "--query is \"status\", expected name=value"),
        ("/v1/x", ["=active"], [], "--query is \"=active\", expected name=value"),
        ("/v1/x", [], ["no colon"], "--header has no colon"),
        ("/v1/x", [], ["a b: c"], "--header has a name of other characters"),
        ("/v1/x", [], ["X: a\r\nY: b"], "has characters that steer"),
        ("/v1/x", [], ["Authorization: Bearer hk_secret"], "can be seen by everybody on this machine"),
        ("/v1/x", [], ["idempotency-key: 1"], "say it as --idempotency-key"),
        ("/v1/x", [], ["Content-Length: 1"], "the program sets it itself"),
        ("/v1/x", ["x=\(String(repeating: "y", count: 40_000))"], [], "ask for less at once"),
    ]

    @Test(arguments: wrong) func `what cannot be sent is told, and no key with it`(
        path: String, query: [String], headers: [String], expected: String
    ) throws {
        let fault = try #require(throws: RequestFault.self) {
            try APICall(.get, path, query: query, headers: headers)
        }
        #expect(fault.description.contains(expected) && !fault.description.contains("hk_secret"), "\(fault)")
    }

    @Test func `a write has a key of its own, and a read has none`() throws {
        let (one, other) = (try APICall(.post, "/v1/x"), try APICall(.post, "/v1/x"))
        #expect(one.idempotencyKey?.utf8.count == 36 && one.idempotencyKey != other.idempotencyKey)
        #expect(one.isRepeatable && one.fields.map(\.name) == ["Idempotency-Key"])
        #expect(try APICall(.patch, "/v1/x", idempotencyKey: "june").fields == [HeaderField("Idempotency-Key", "june")])
        #expect(try APICall(.get, "/v1/x").fields.isEmpty)
        #expect(throws: RequestFault.self) { try APICall(.post, "/v1/x", idempotencyKey: "a b") }
    }

    static let repeatable: [(APICall.Method, String, Bool)] = [
        (.get, "/v1/me/sessions", true), (.post, "/v1/accounts/contacts", true),
        (.delete, "/v1/accounts/contacts/1", true), (.post, "/v1/auth/session/renew", false),
        (.post, "v1/auth/login", false), (.post, "/v1/auth/users", true), (.post, "/oauth/token", false),
    ]

    @Test(arguments: repeatable)
    func `what the server knows by no key is not done twice`(
        method: APICall.Method, path: String, isRepeatable: Bool
    ) throws {
        #expect(try APICall(method, path).isRepeatable == isRepeatable)
    }

    @Test func `the type of the body is what a header says, or what it is taken for`() throws {
        let body = APICall.Body.bytes([], type: "application/json")
        func types(_ headers: [String]) throws -> [String] {
            try APICall(.get, "/v1/x", headers: headers, body: body).fields.map { "\($0.name)=\($0.value)" }
        }
        #expect(try types([]) == ["Content-Type=application/json"])
        #expect(try types(["content-type: text/csv"]) == ["content-type=text/csv"])
    }

    @Test func `the next page is the same with another cursor`() throws {
        let call = try APICall(.get, "/v1/x", query: ["a=1", "cursor=old"])
        #expect(call.page(after: nil, rows: 9).target == "/v1/x?a=1&cursor=old&limit=9")
        #expect(call.page(after: "a b", rows: 9).target == "/v1/x?a=1&limit=9&cursor=a%20b")
        let limited = try APICall(.get, "/v1/x?limit=2")
        #expect(limited.page(after: "c", rows: 9).target == "/v1/x?limit=2&cursor=c")
    }

    @Test func `fields make an object, texts as they are and JSON as it is`() throws {
        let object = try RequestFields.object(texts: ["name=a=b", "memo="], values: ["limit=5", #"tags=["x"]"#])
        #expect(object.text == #"{"name":"a=b","memo":"","limit":5,"tags":["x"]}"#)
    }

    static let wrongFields: [([String], [String], String)] = [
        (["name"], [], "--field is \"name\", expected name=value"), ([], ["=1"], "--json-field is \"=1\""),
        ([], ["name=Avery"], "--json-field name is not JSON"), (["a=1"], ["a=1"], "the member \"a\" is given twice"),
    ]

    @Test(arguments: wrongFields) func `a field that is none is told`(
        texts: [String], values: [String], expected: String
    ) throws {
        let fault = try #require(throws: RequestFault.self) {
            try RequestFields.object(texts: texts, values: values)
        }
        #expect(fault.description.contains(expected), "\(fault)")
    }
}
