import Foundation
import NIOHTTP1
import Postgres
import Services
import TestSupport
import Testing

/// Numbers that several want at once, and those that rest.
@Suite(.database, .served) struct NumberTurnTests {
    /// Numbers of an area code of the test's own.
    private func stock(_ api: ResourceServer, _ area: String, _ count: Int) async throws -> [String] {
        let numbers = (0..<count).map { "+1\(area)5550\(100 + $0)" }
        try await api.server.database.owner.run(
            """
            insert into numbers.inventory (tenant_id, number)
            select \(api.mine.id), n from unnest(\(numbers)::text[]) n
            """)
        return numbers
    }

    private func path(_ number: String, _ verb: String) -> String { "/v1/numbers/available/\(number)/\(verb)" }

    /// Another account of the operator, and a key of its people.
    private func neighbour(_ api: ResourceServer) async throws -> (account: UUID, key: String) {
        let account = UUID()
        try await api.server.database.owner.run(
            """
            insert into accounts.accounts (tenant_id, id, ban, name)
            values (\(api.mine.id), \(account), \(String(account.text.uppercased().prefix(18))), 'Other')
            """)
        return (account, try await key(api, account))
    }

    private func key(_ api: ResourceServer, _ account: UUID) async throws -> String {
        try await api.mine.key(["numbers:read", "numbers:write"]) {
            $0.account = account
            $0.requestsPerMinute = 1_000_000
        }.text
    }

    /// What all are answered who ask at the same time.
    private func ask(
        _ api: ResourceServer, _ path: String, _ bodies: [(body: String, key: String?)]
    ) async throws -> [Int] {
        try await withThrowingTaskGroup(of: Int.self) { group in
            for one in bodies {
                group.addTask { try await api.send(.POST, path, one.body, key: one.key).status }
            }
            var told: [Int] = []
            for try await status in group { told.append(status) }
            return told.sorted()
        }
    }

    @Test func `of two who reserve a number at once one gets it`() async throws {
        try await ResourceServer.run { api in
            let numbers = try await stock(api, "302", 12)
            let (mine, theirs) = (try await key(api, api.mine.account), try await neighbour(api).key)
            for number in numbers {
                let told = try await ask(api, path(number, "reserve"), [("{}", mine), ("{}", theirs)])
                #expect(told == [201, 409], "\(number)")
            }
            let reservations = try await api.get("/v1/numbers/reservations?limit=100")
            #expect(try reservations.column("number").sorted() == numbers)
        }
    }

    @Test func `of two who are given a number at once one gets it`() async throws {
        try await ResourceServer.run { api in
            let numbers = try await stock(api, "303", 6)
            let (mine, theirs) = (api.mine.account, try await neighbour(api).account)
            for number in numbers {
                let bodies = [mine, theirs].map { (body: #"{"account_id":"\#($0.text)"}"#, key: String?.none) }
                #expect(try await ask(api, path(number, "assign"), bodies) == [201, 409], "\(number)")
            }
            #expect(try await api.get("/v1/numbers/dids?order=number").column("number") == numbers)
        }
    }

    @Test func `a number that is taken back rests, and can be had again when it has rested`() async throws {
        try await ResourceServer.run { api in
            let number = try #require(try await stock(api, "304", 1).first)
            let (mine, theirs) = (try await key(api, api.mine.account), try await neighbour(api))
            let assign = #"{"account_id":"\#(api.mine.account.text)"}"#
            let made = try await api.send(.POST, path(number, "assign"), assign)
            #expect(try await api.send(.POST, path(number, "reserve"), "{}", key: theirs.key).status == 404)
            let released = try await api.send(.POST, "/v1/numbers/dids/\(try made.member("id"))/release", "{}")
            #expect(try released.status == 200 && released.member("rests_until") > "2026", "\(released.text)")
            // Nobody has it meanwhile, the account that had it as little as others.
            for key in [mine, theirs.key] {
                #expect(try await api.send(.POST, path(number, "reserve"), "{}", key: key).status == 404)
            }
            #expect(try await api.send(.POST, path(number, "assign"), assign).status == 422)
            #expect(try await api.get("/v1/numbers/available?area_code=304").rows.isEmpty)

            try await api.server.database.owner.run(
                """
                update numbers.inventory set quarantined_until = now() - interval '1 minute'
                 where tenant_id = \(api.mine.id)
                """)
            try await api.server.database.engine.run("select numbers.end_quarantines()")
            #expect(try await api.send(.POST, path(number, "reserve"), "{}", key: theirs.key).status == 201)
        }
    }
}
