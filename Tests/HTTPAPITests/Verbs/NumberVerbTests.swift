import Foundation
import NIOHTTP1
import Postgres
import Services
import TestSupport
import Testing

/// What is done with numbers, as a developer does it.
@Suite(.database, .served) struct NumberVerbTests {
    /// Numbers of an area code of the test's own, and a key of the account.
    private func prepare(_ api: ResourceServer, _ area: String) async throws -> (numbers: [String], key: String) {
        let numbers = (0..<3).map { "+1\(area)55501\($0)0" }
        try await api.server.database.owner.run(
            """
            insert into numbers.inventory (tenant_id, number, region)
            select \(api.mine.id), n, 'NY' from unnest(\(numbers)::text[]) n
            """)
        let key = try await api.mine.key(["numbers:read", "numbers:write"]) {
            $0.requestsPerMinute = 1_000_000
            $0.account = api.mine.account
        }
        return (numbers, key.text)
    }

    /// A trunk of the operator's account.
    private func trunk(_ api: ResourceServer) async throws -> UUID {
        let trunk = UUID()
        try await api.server.database.owner.run(
            """
            insert into routing.trunks (tenant_id, id, account_id, name)
            values (\(api.mine.id), \(trunk), \(api.mine.account), \(trunk.text))
            """)
        return trunk
    }

    private func status(_ api: ResourceServer, _ number: String) async throws -> String? {
        try await api.server.database.owner.run(
            "select status from numbers.inventory where tenant_id = \(api.mine.id) and number = \(number)"
        ).value(String.self)
    }

    @Test func `people of an account find a number and keep it back, for half an hour at most`() async throws {
        try await ResourceServer.run { api in
            let (numbers, key) = try await prepare(api, "201")
            let found = try await api.get("/v1/numbers/available?area_code=201&contains=*00", key: key)
            #expect(try found.status == 200 && found.column("number") == [numbers[0]], "\(found.text)")
            let path = "/v1/numbers/available/\(numbers[0])"
            let made = try await api.send(.POST, "\(path)/reserve", "{}", key: key)
            #expect(made.status == 201, "\(made.text)")
            #expect(try await status(api, numbers[0]) == "reserved")
            #expect(try await api.send(.POST, "\(path)/reserve", "{}", key: key).status == 409)
            let long = try await api.send(.POST, "\(path)/reserve", #"{"minutes":31}"#, key: key)
            #expect(long.status == 422 && long.text.contains("\"pointer\":\"#/minutes\""), "\(long.text)")
            #expect(try await api.send(.POST, "\(path)/assign", "{}", key: key).status == 403)
            let reservation = "/v1/numbers/reservations/\(try made.member("id"))/release"
            #expect(try await api.send(.POST, reservation, "{}", key: key).status == 204)
            #expect(try await status(api, numbers[0]) == "available")
            #expect(try await api.send(.POST, reservation, "{}", key: key).status == 422)
            for (number, status) in [("+12015559999", 404), ("2015550100", 422), ("%2B12015559999", 404)] {
                let answer = try await api.send(.POST, "/v1/numbers/available/\(number)/reserve", "{}", key: key)
                #expect(answer.status == status, "\(number): \(answer.text)")
            }
        }
    }

    @Test func `staff assigns a number, has it ring elsewhere and takes it back`() async throws {
        try await ResourceServer.run { api in
            let (numbers, key) = try await prepare(api, "202")
            let account = api.mine.account.text
            let path = "/v1/numbers/available/\(numbers[0])"
            let week = #"{"account_id":"\#(account)","minutes":10080}"#
            #expect(try await api.send(.POST, "\(path)/reserve", week).status == 201)
            let wanted = #"{"account_id":"\#(account)","label":"Front desk"}"#
            let assigned = try await api.send(.POST, "\(path)/assign", wanted)
            #expect(assigned.status == 201, "\(assigned.text)")
            #expect(try await status(api, numbers[0]) == "assigned")
            let reservations = try await api.get("/v1/numbers/reservations")
            #expect(try reservations.column("state") == ["assigned"])
            #expect(try await api.send(.POST, "\(path)/assign", wanted).status == 409)

            let did = "/v1/numbers/dids/\(try assigned.member("id"))"
            let trunk = try await self.trunk(api)
            let moved = try await api.send(.POST, "\(did)/move", #"{"trunk_id":"\#(trunk)"}"#, key: key)
            #expect(moved.status == 200, "\(moved.text)")
            let astray = try await api.send(.POST, "\(did)/move", #"{"trunk_id":"\#(UUID())"}"#, key: key)
            #expect(astray.status == 422 && astray.text.contains("\"pointer\":\"#/trunk_id\""), "\(astray.text)")
            #expect(try await api.send(.POST, "\(did)/release", "{}", key: key).status == 403)
            let released = try await api.send(.POST, "\(did)/release", "{}")
            #expect(try released.status == 200 && released.member("number") == numbers[0], "\(released.text)")
            #expect(try await status(api, numbers[0]) == "quarantined")
            // It rests.
            #expect(try await api.send(.POST, "\(path)/assign", wanted).status == 422)
            #expect(try await api.send(.POST, "\(did)/release", "{}").status == 404)
        }
    }

    @Test func `what is kept back for one account is not assigned to another`() async throws {
        try await ResourceServer.run { api in
            let (numbers, key) = try await prepare(api, "203")
            let path = "/v1/numbers/available/\(numbers[1])"
            #expect(try await api.send(.POST, "\(path)/reserve", "{}", key: key).status == 201)
            let other = UUID()
            try await api.server.database.owner.run(
                """
                insert into accounts.accounts (tenant_id, id, ban, name)
                values (\(api.mine.id), \(other), \(other.text.uppercased().prefix(18).description), 'Other')
                """)
            let refused = try await api.send(.POST, "\(path)/assign", #"{"account_id":"\#(other)"}"#)
            #expect(refused.status == 422, "\(refused.text)")
            let nobody = try await api.send(.POST, "\(path)/assign", #"{"account_id":"\#(UUID())"}"#)
            #expect(nobody.status == 422 && nobody.text.contains("\"pointer\":\"#/account_id\""), "\(nobody.text)")
            // Nor reserved for one that is not the sender's.
            let theirs = try await api.send(
                .POST, "/v1/numbers/available/\(numbers[2])/reserve", #"{"account_id":"\#(other)"}"#, key: key)
            #expect(theirs.status == 403, "\(theirs.text)")
        }
    }
}
