import Foundation
import NIOHTTP1
import Postgres
import Services
import TestSupport
import Testing

/// What a price sheet would change, as staff asks before it is put into force.
@Suite(.database, .served) struct SheetPreviewVerbTests {
    /// A market of the test's own, with a draft of its deck and a key of its operator.
    private struct Draft {
        let mine: TestOperator
        let key: String
        let path: String
    }

    private func draft(_ api: ResourceServer) async throws -> Draft {
        let market = try await WhatIfMarket(api.server.database)
        // Its account, trunk and deck have the operator's id.
        let mine = TestOperator(id: market.tenant, ban: "", account: market.tenant, database: api.server.database)
        let key = try await mine.key(["routing:read", "routing:write"]) { $0.requestsPerMinute = 1_000_000 }.text
        let sheet = "/v1/routing/sheets/\(market.tenant.text)"
        let lines = "Prefix,Rate,Increments\n44,0.03,60/60\n33,0.02,60/60\n"
        let taken = try await api.send(.POST, "\(sheet)/imports", lines, key: key)
        #expect(try taken.status == 201 && taken.member("version") == "2", "\(taken.text)")
        return Draft(mine: mine, key: key, path: "\(sheet)/preview")
    }

    @Test func `last week's calls are routed again by both versions`() async throws {
        try await ResourceServer.run { api in
            let draft = try await draft(api)
            let answer = try await api.get("\(draft.path)?version=2&traffic=true", key: draft.key)
            #expect(answer.status == 200, "\(answer.text)")
            let value = try answer.value
            #expect(value["version"]?.shown == "2" && value["base"]?.shown == "1")
            // The amounts are those that PreviewSheetTests adds up by hand.
            for part in [
                #""sell_before":"0.27""#, #""cost_before":"0.0632""#, #""margin_before":"0.2068""#,
                #""sell_after":"0.17""#, #""cost_after":"0.08""#, #""margin_after":"0.09""#,
            ] {
                #expect(answer.text.contains(part), "\(part): \(answer.text)")
            }
            #expect(answer.text.contains("4420"), "a code that loses its price: \(answer.text)")

            // Without traffic nobody waits for it; the other way round the sums change places.
            let plain = try await api.get("\(draft.path)?version=2", key: draft.key)
            #expect(plain.status == 200 && plain.text.contains(#""traffic":null"#), "\(plain.text)")
            let back = try await api.get("\(draft.path)?version=1&base=2&traffic=true", key: draft.key)
            #expect(back.text.contains(#""margin_after":"0.2068""#), "\(back.text)")
        }
    }

    @Test func `what is not there, is wrong, or is another's is refused`() async throws {
        try await ResourceServer.run { api in
            let draft = try await draft(api)
            let people = try await draft.mine.key(["routing:read", "routing:write"]) { $0.account = draft.mine.account }
            let questions: [(query: String, key: String, status: Int)] = [
                ("version=3&traffic=true", draft.key, 404), ("version=2&base=3", draft.key, 404),
                ("version=2&traffic=maybe", draft.key, 400), ("version=0", draft.key, 400),
                ("traffic=true", draft.key, 400), ("version=2&notice_days=366", draft.key, 400),
                ("version=2&traffic=true&traffic=true", draft.key, 400), ("version=2&days=7", draft.key, 400),
                ("version=2&traffic=true", api.key, 404), ("version=2&traffic=true", people.text, 403),
            ]
            for question in questions {
                let answer = try await api.get("\(draft.path)?\(question.query)", key: question.key)
                #expect(answer.status == question.status, "\(question.query): \(answer.text)")
            }
        }
    }
}
