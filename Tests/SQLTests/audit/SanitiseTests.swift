import Foundation
import Postgres
import TestSupport
import Testing

/// audit.sanitise: a body as it may be kept.
@Suite(.database) struct SanitiseTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test(arguments: [
        (#"{"password": "x", "name": "n"}"#, #"{"name": "n", "password": "***"}"#),
        (
            #"{"apiKey": "k", "client-secret": "s", "tokenId": "t"}"#,
            #"{"apiKey": "***", "tokenId": "t", "client-secret": "***"}"#
        ),
        (#"[{"token": {"a": 1}}, 2, null]"#, #"[{"token": "***"}, 2, null]"#),
        (
            #"{"passwd": "x", "X-Api-Key": "k", "credentials": {"pass": "p"}, "note": "Bearer abcdefgh"}"#,
            #"{"note": "Bearer ***", "passwd": "***", "X-Api-Key": "***", "credentials": "***"}"#
        ),
        (#"[4111111111111111, "+12125550100", 1780000000000000]"#, #"["***", "+12125550100", 1780000000000000]"#),
        (#"{"pin": null}"#, #"{"pin": null}"#), (#""text""#, #""text""#), ("{}", "{}"), ("[]", "[]"),
    ])
    func `secrets are masked, the rest stays`(body: String, kept: String) async throws {
        let found = try await db.app.run("select audit.sanitise(\(unescaped: "'" + body + "'::jsonb"))::text")
            .value(String.self)
        #expect(found == kept)
    }

    /// A long text beside it has a body taken apart that would else be told to be clean by one look.
    @Test(arguments: [
        #"{"name": "Bench", "email": "b@x.example", "n": 1.5, "flags": [true, null, {"a": {}}]}"#,
        #"{"PassWord": 1}"#, #"{"x": {"my PIN": "1"}}"#, #"{"clientSecret": {"a": "b"}}"#, #"[{"HA1": "x"}]"#,
        #"{"otp.code": "1"}"#, #"{"set-cookie": "a=b"}"#, #"{"cardNumber": "1"}"#, #"{"CVC": 1, "cvv": 2}"#,
        #"{"a": "basic YWxhZGRpbg=="}"#, #"{"a": "Digest\tusername"}"#, #"{"a": "4111-1111 1111-1111"}"#,
        #"{"a": 378282246310005}"#, #"{"spin": "1", "keyboard": 2, "hashtag": 3, "author": "x"}"#,
    ])
    func `a short body is kept as a long one is`(body: String) async throws {
        for depth in ["null", "8"] {
            let isSame = try await db.app.run(
                """
                select audit.sanitise(jsonb_build_array(b), \(unescaped: depth)) -> 0
                       = audit.sanitise(jsonb_build_array(b, repeat('-', 400)), \(unescaped: depth)) -> 0
                  from (select \(body)::text::jsonb as b) b
                """
            ).value(Bool.self)
            #expect(isSame == true)
        }
    }

    @Test func `what is long or deep is cut`() async throws {
        let facts = try await db.app.run(
            """
            select length(audit.sanitise(to_jsonb(repeat('x', 5000))) #>> '{}'),
                   jsonb_array_length(audit.sanitise((select jsonb_agg(n) from generate_series(1, 500) n))),
                   audit.sanitise('[[[["deep"]]]]', 2)::text, audit.sanitise('[["deep"]]', 2)::text,
                   audit.sanitise('{}', 0)::text
            """
        ).first(Int.self, Int.self, String.self, String.self, String.self)
        let (text, list, deep, whole, none) = try #require(facts)
        #expect(text == 2001 && list == 100 && deep == #"[["…"]]"# && whole == #"[["deep"]]"# && none == #""…""#)
    }

    @Test func `without a depth secrets are masked and nothing is cut`() async throws {
        let isWhole = try await db.app.run(
            """
            select audit.sanitise(b, null) = b || '{"token": "***"}'
              from (select jsonb_build_object('text', repeat('x', 5000), 'token', 't',
                                              'list', (select jsonb_agg(n) from generate_series(1, 500) n)) as b) b
            """
        ).value(Bool.self)
        #expect(isWhole == true)
    }
}
