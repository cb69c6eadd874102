import Catalog
import Foundation
import NIOHTTP1
import Postgres
import Services
import TestSupport
import Testing

/// What a key of an account sees and may change.
@Suite(.database, .served) struct AccountKeyTests {
    /// A tenant with something everywhere, a key of its first account, and one of the whole tenant.
    private struct Full: Sendable {
        let tenant: UUID
        let account: UUID
        let other: UUID
        let accountKey: String
    }

    private func full(_ database: TestDatabase) async throws -> Full {
        let tenant = UUID()
        try await database.makeFullTenant(tenant)
        let (first, second) = (FullTenant.part(1, of: tenant), FullTenant.part(2, of: tenant))
        let owner = TestOperator(id: tenant, ban: "", account: first, database: database)
        let key = try await owner.key(try await ResourceServer.permissions(database)) {
            $0.requestsPerMinute = 1_000_000
            $0.account = first
        }
        return Full(tenant: tenant, account: first, other: second, accountKey: key.text)
    }

    @Test func `it sees its rows alone, and no column of the staff`() async throws {
        try await ResourceServer.run { api in
            let full = try await self.full(api.server.database)
            for resource in try await api.server.database.resources() {
                let answer = try await api.get("\(resource.list)limit=1000", key: full.accountKey)
                guard resource.isSeenByAccounts else {
                    #expect(answer.status == 403 && answer.text.contains("account-key"), "\(resource.name)")
                    continue
                }
                #expect(answer.status == 200, "\(resource.name): \(answer.text)")
                let mine = full.account.uuidString.lowercased()
                for row in try answer.rows {
                    if resource.field("account_id") != nil {
                        #expect(row["account_id"]?.shown == mine, "\(resource.name)")
                    }
                    for field in resource.fields where field.isStaffOnly {
                        #expect(row[field.name] == nil, "\(resource.name).\(field.name)")
                    }
                }
            }
        }
    }

    @Test func `what it may not see it cannot ask for either`() async throws {
        try await ResourceServer.run { api in
            let full = try await self.full(api.server.database)
            for query in ["fields=margin", "margin[gt]=0", "order=buy_amount", "fields=id,buy_rate"] {
                let answer = try await api.get("/v1/cdr/enriched_cdr?\(query)", key: full.accountKey)
                #expect(answer.status == 400, "\(query)")
            }
            let change = try await api.send(
                .PATCH, "/v1/accounts/accounts/\(full.account)", #"{"allows_loss":true}"#, key: full.accountKey)
            #expect(change.status == 400 && change.text.contains("allows_loss"))
        }
    }

    @Test func `it writes its rows, and no other's`() async throws {
        try await ResourceServer.run { api in
            let full = try await self.full(api.server.database)
            let path = "/v1/accounts/contacts"
            func body(_ account: UUID?) -> String {
                let account = account.map { #""account_id":"\#($0)","# } ?? ""
                return #"{\#(account)"name":"n","email":"n@x.example"}"#
            }
            // Whose it is goes without saying.
            let made = try await api.send(.POST, path, body(nil), key: full.accountKey)
            #expect(made.status == 201, "\(made.text)")
            #expect(try made.value["account_id"]?.shown == full.account.uuidString.lowercased())
            #expect(try await api.send(.POST, path, body(full.other), key: full.accountKey).status == 403)
            let theirs = try await api.server.database.owner.run(
                """
                select id from accounts.contacts where tenant_id = \(full.tenant) and account_id = \(full.other) limit 1
                """
            ).value(UUID.self)
            let place = "\(path)/\(try #require(theirs))"
            #expect(try await api.get(place, key: full.accountKey).status == 404)
            #expect(try await api.send(.PATCH, place, #"{"name":"x"}"#, key: full.accountKey).status == 404)
            #expect(try await api.server.ask(.DELETE, place, key: full.accountKey).status == 404)
            let terms = try await api.send(
                .PATCH, "/v1/accounts/accounts/\(full.account)", #"{"channels":9999}"#, key: full.accountKey)
            #expect(terms.status == 403 && terms.text.contains("changed by staff"), "\(terms.text)")
        }
    }

    @Test func `another operator's rows are not there`() async throws {
        try await ResourceServer.run { api in
            let full = try await self.full(api.server.database)
            let place = "/v1/accounts/accounts/\(full.account)"
            #expect(try await api.get(place).status == 404)
            #expect(try await api.send(.PATCH, place, #"{"name":"x"}"#).status == 404)
            let body = #"{"account_id":"\#(full.account)","name":"n","email":"n@x.example"}"#
            #expect(try await api.send(.POST, "/v1/accounts/contacts", body).status == 422)
            let tenants = try await api.get("/v1/core/tenants")
            #expect(try tenants.column("id") == [api.mine.id.uuidString.lowercased()])
        }
    }
}
