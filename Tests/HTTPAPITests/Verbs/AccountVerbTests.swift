import Foundation
import NIOHTTP1
import Postgres
import Services
import TestSupport
import Testing

/// What staff does with accounts, as a developer does it.
@Suite(.database, .served) struct AccountVerbTests {
    private static let why = #"{"reason":"as agreed on the phone"}"#

    @Test func `an account is suspended, resumed and closed, each for a reason that the trail keeps`() async throws {
        try await ResourceServer.run { api in
            let account = "/v1/accounts/accounts/\(api.mine.account.text)"
            for (verb, status) in [
                ("resume", 422), ("suspend", 200), ("suspend", 422), ("resume", 200), ("close", 200), ("close", 422),
                ("resume", 422),
            ] {
                let answer = try await api.send(.POST, "\(account)/\(verb)", Self.why)
                #expect(answer.status == status, "\(verb): \(answer.text)")
            }
            #expect(try await api.get(account).value["status_reason"]?.shown == "as agreed on the phone")
            let trail = try await api.server.database.owner.run(
                """
                select new_values ->> 'status' from audit.audit_log
                 where tenant_id = \(api.mine.id) and object = 'accounts.accounts' and action = 'update'
                   and actor like 'api key %' and new_values ? 'status'
                 order by occurred_at, id
                """
            ).values(String.self)
            #expect(trail == ["suspended", "active", "closed"])
            #expect(try await api.send(.POST, "\(account)/suspend", "{}").status == 400)
            let unknown = "/v1/accounts/accounts/\(UUID())/suspend"
            #expect(try await api.send(.POST, unknown, Self.why).status == 404)
        }
    }

    @Test func `an account that still has something is not closed, and the answer says what to do`() async throws {
        try await ResourceServer.run { api in
            let (database, mine) = (api.server.database, api.mine)
            let routing = UUID()
            try await database.owner.run(
                """
                insert into accounts.accounts (tenant_id, id, ban, name, parent_account_id)
                values (\(mine.id), \(UUID()), \("B" + mine.ban), 'Below', \(mine.account))
                """)
            try await database.owner.run(
                "insert into numbers.inventory (tenant_id, number) values (\(mine.id), '+12065550100')")
            try await database.owner.run(
                """
                insert into numbers.dids (tenant_id, account_id, number)
                values (\(mine.id), \(mine.account), '+12065550100')
                """)
            try await database.owner.run(
                "select billing.top_up(\(mine.id), \(mine.account), \(UUID()), 12.5, '')")
            try await database.owner.run(
                "select billing.place_hold(\(mine.id), \(mine.account), \(routing), 2, 2)")
            let account = "/v1/accounts/accounts/\(mine.account.text)"
            let refused = try await api.send(.POST, "\(account)/close", Self.why)
            #expect(refused.status == 422)
            for part in ["1 calls hold money", "1 numbers", "1 accounts hang below", "its balance is 10.5 USD"] {
                #expect(refused.text.contains(part), "\(part): \(refused.text)")
            }
            #expect(try await api.get(account).value["status"]?.shown == "active")
        }
    }

    @Test func `people of an account neither do so nor read why`() async throws {
        try await ResourceServer.run { api in
            let permissions = try await ResourceServer.permissions(api.server.database)
            let key = try await api.mine.key(permissions) { $0.account = api.mine.account }.text
            let account = "/v1/accounts/accounts/\(api.mine.account.text)"
            #expect(try await api.send(.POST, "\(account)/suspend", Self.why, key: key).status == 403)
            #expect(try await api.send(.POST, "\(account)/suspend", Self.why).status == 200)
            let seen = try await api.get(account, key: key)
            #expect(seen.text.contains("suspended") && !seen.text.contains("as agreed"), "\(seen.text)")
        }
    }
}
