import Foundation
import HTTPAPI
import NIOHTTP1
import Postgres
import Services
import TestSupport
import Testing

/// Invoice runs, previews with traffic, what-ifs and simulations take long: some are done at a time.
@Suite(.database, .serialized) struct LongVerbTests {
    private func run(_ api: ResourceServer, _ body: String = "{}") async throws -> TestServer.Answer {
        try await api.send(.POST, "/v1/billing/invoice_runs", body)
    }

    @Test(arguments: [(0, 4, 429), (4, 0, 503)])
    func `what finds no place is refused, and told when to come back`(
        ofOne: Int, most: Int, status: Int
    ) async throws {
        let db = try TestDatabase.suite
        let mine = try await TestOperator.make(db)
        let key = try await mine.key(["billing:write", "routing:read", "flows:read"]).text
        try await TestServer.run {
            $0.mostLongVerbsOfOne = ofOne
            $0.mostLongVerbs = most
        } _: { server in
            let api = ResourceServer(server: server, mine: mine, key: key)
            let preview = "/v1/routing/sheets/\(UUID().text)/preview?version=1"
            let refused = [
                try await run(api), try await run(api, #"{"preview":true}"#),
                try await api.get("\(preview)&traffic=true"),
                try await api.send(.POST, "/v1/flows/flow_versions/\(UUID().text)/simulate", "{}"),
                try await api.send(.POST, "/v1/routing/what_if", #"{"sheet_id":"\#(UUID().text)"}"#),
            ]
            for answer in refused {
                #expect(answer.status == status && answer.text.contains("problem:busy"), "\(answer.text)")
                #expect(answer.headers.first(name: "Retry-After") == "10")
            }
            // Without the traffic it is as short as others; there is no such sheet.
            for query in ["", "&traffic=false"] {
                #expect(try await api.get("\(preview)\(query)").status == 404)
            }
        }
    }

    @Test func `the place of a run is free again when it is done, or was refused`() async throws {
        let db = try TestDatabase.suite
        let mine = try await TestOperator.make(db)
        let key = try await mine.key(["billing:write", "flows:read", "flows:write", "routing:read"]).text
        try await TestServer.run {
            $0.mostLongVerbsOfOne = 1
        } _: { server in
            let api = ResourceServer(server: server, mine: mine, key: key)
            try await withThrowingTaskGroup(of: Int.self) { group in
                // A run that waits in the middle.
                try await db.owner.transaction { session in
                    try await session.run("lock table billing.legal_entities in access exclusive mode")
                    group.addTask { try await run(api).status }
                    try await until("it waits") {
                        try await db.owner.run(
                            """
                            select count(*) from pg_locks
                             where relation = 'billing.legal_entities'::regclass and not granted
                               and database = (select oid from pg_database where datname = current_database())
                            """
                        ).value(Int.self) == 1
                    }
                    #expect(try await run(api).status == 429)
                }
                #expect(try await group.next() == 200)
            }
            #expect(try await run(api).status == 200)
            let missing = try await api.get("/v1/routing/sheets/\(UUID().text)/preview?version=1&traffic=true")
            #expect(missing.status == 404)
            #expect(try await run(api, #"{"preview":true}"#).status == 200)
        }
    }
}
