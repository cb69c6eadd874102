import Postgres
import TestSupport
import Testing

/// messaging.normalise_keyword: how a message is compared with keywords.
@Suite(.database) struct NormaliseKeywordTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test(arguments: [
        ("stop", "STOP"), (" Stop ", "STOP"), ("STOP!!", "STOP"), ("stop  all", "STOP ALL"), ("Opt-Out.", "OPTOUT"),
        ("\"stop\"", "STOP"), ("stop\n", "STOP"), ("please stop", "PLEASE STOP"), ("arrêt", "ARRÊT"), ("", ""),
        ("?!", ""),
    ])
    func `capitals, no punctuation, single blanks`(text: String, expected: String) async throws {
        #expect(try await db.app.run("select messaging.normalise_keyword(\(text))").value(String.self) == expected)
    }

    @Test func `the words that count everywhere are written so`() async throws {
        let odd = try await db.app.run(
            "select keyword from ref.messaging_keywords where keyword <> messaging.normalise_keyword(keyword)"
        ).decode(String.self)
        #expect(odd == [])
    }

    /// 47 CFR 64.1200(a)(10): these always revoke consent.
    @Test(arguments: ["stop", "quit", "end", "revoke", "opt out", "cancel", "unsubscribe"])
    func `what the law names is an opt-out`(text: String) async throws {
        let actions = try await db.app.run(
            """
            select action || case when is_optional then ' optional' else '' end from ref.messaging_keywords
             where keyword = messaging.normalise_keyword(\(text))
            """
        ).decode(String.self)
        #expect(actions == ["opt_out"])
    }
}
