import Foundation
import NIOHTTP1
import Services
import TestSupport
import Testing

/// Price sheets come in as files, are put into force, and taken back.
@Suite(.database, .served) struct SheetVerbTests {
    private func plan(_ api: ResourceServer) async throws -> String {
        try await api.send(.POST, "/v1/billing/rate_plans", #"{"name":"P","currency":"USD"}"#).member("id").lowercased()
    }

    private func take(
        _ csv: String, into plan: String, _ api: ResourceServer, _ query: String = "",
        _ headers: [(String, String)] = []
    ) async throws -> TestServer.Answer {
        try await api.send(.POST, "/v1/routing/sheets/\(plan)/imports\(query)", csv, headers)
    }

    @Test func `a line that is wrong is named, and nothing is taken`() async throws {
        try await ResourceServer.run { api in
            let plan = try await plan(api)
            let answer = try await take("Prefix,Rate\n44,0.01\n1,dear\n", into: plan, api)
            #expect(answer.status == 422 && answer.text.contains("line 3, column 2"), "\(answer.text)")
            #expect(try await api.get("/v1/routing/sheet_versions?sheet_id=\(plan)").rows.count == 1)
            let when = "?publish=true&from=2020-01-01T00:00:00Z"
            let past = try await take("Prefix,Rate\n44,0.01\n", into: plan, api, when)
            #expect(past.status == 422 && past.text.contains("a time to come"), "\(past.text)")
            #expect(try await take("Prefix,Rate\n44,1\n", into: UUID().text, api).status == 404)
        }
    }

    /// A price a minute, and whether there can be one.
    private static let highestRates = [
        ("-1", false), ("200000.00000001", false), ("999999999", false), ("1.123456789", false), ("dear", false),
        ("", false), ("1e3", false), ("0.005", true), ("200000", true),
    ]

    @Test(arguments: highestRates)
    func `a highest rate that there cannot be is told, and not left out`(text: String, isRate: Bool) async throws {
        try await ResourceServer.run { api in
            let plan = try await plan(api)
            let answer = try await take("Prefix,Rate\n44,0.004\n", into: plan, api, "?highest_rate=\(text)")
            #expect(answer.status == (isRate ? 201 : 400), "\(answer.text)")
            #expect(isRate || answer.text.contains(#""name":"highest_rate""#), "\(answer.text)")
        }
    }

    @Test func `the version before is put into force again`() async throws {
        try await ResourceServer.run { api in
            let plan = try await plan(api)
            for rate in ["0.01", "0.02"] {
                let answer = try await take("Prefix,Rate\n44,\(rate)\n", into: plan, api, "?publish=true")
                #expect(answer.status == 201, "\(answer.text)")
            }
            let back = try await api.send(.POST, "/v1/routing/sheets/\(plan)/rollback", "")
            #expect(back.status == 200 && back.text.contains(#""version":2"#), "\(back.text)")
        }
    }

    @Test func `who asks for events is told what came of it, once for a key`() async throws {
        try await ResourceServer.run { api in
            let plan = try await plan(api)
            let key = [("Accept", "text/event-stream"), ("Idempotency-Key", "one")]
            for _ in 0..<2 {
                let answer = try await take("Prefix,Rate\n44,0.01\n", into: plan, api, "", key)
                #expect(answer.status == 200 && answer.text.contains("event: result\n"), "\(answer.text)")
                #expect(answer.text.contains(#""version":2"#), "\(answer.text)")
            }
        }
    }
}
