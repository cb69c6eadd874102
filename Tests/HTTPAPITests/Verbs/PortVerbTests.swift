import Foundation
import NIOHTTP1
import Postgres
import Services
import TestSupport
import Testing

/// Ports, as a developer orders them and staff moves them on.
@Suite(.database, .served) struct PortVerbTests {
    /// A letter of authority of the operator's account.
    private func letter(_ api: ResourceServer) async throws -> UUID {
        let id = UUID()
        try await api.server.database.owner.run(
            """
            insert into accounts.documents (tenant_id, id, account_id, kind, title, reference, checksum, size_bytes)
            values (\(api.mine.id), \(id), \(api.mine.account), 'loa', 'x', 'file:x', sha256('x'), 1)
            """)
        return id
    }

    private func key(_ api: ResourceServer) async throws -> String {
        try await api.mine.key(["numbers:read", "numbers:write"]) {
            $0.account = api.mine.account
            $0.requestsPerMinute = 1_000_000
        }.text
    }

    @Test func `a port is ordered, submitted, confirmed and completed`() async throws {
        try await ResourceServer.run { api in
            let (key, letter) = (try await self.key(api), try await self.letter(api))
            let body = """
                {"numbers":["+12085550100","+18885550111"],"losing_carrier":"Old Bell","billing_number":"+12085550100",
                 "entity_name":"Harbor","authorized_name":"Avery Quinn","postal_code":"83702",
                 "loa_document_id":"\(letter)","requested_for":"2030-01-01T12:00:00Z"}
                """
            let made = try await api.send(.POST, "/v1/numbers/ports", body, key: key)
            #expect(try made.status == 201 && made.member("numbers") == "2", "\(made.text)")
            let again = try await api.send(.POST, "/v1/numbers/ports", body, key: key)
            #expect(again.status == 409 && again.text.contains("#/numbers/1"), "\(again.text)")
            let port = "/v1/numbers/ports/\(try made.member("id"))"
            #expect(try await api.send(.POST, "\(port)/submit", "{}", key: key).status == 200)
            #expect(try await api.send(.POST, "\(port)/submit", "{}", key: key).status == 422)
            let date = #"{"foc_at":"2030-01-02T12:00:00Z"}"#
            #expect(try await api.send(.POST, "\(port)/confirm", date, key: key).status == 403)
            for _ in 0..<2 { #expect(try await api.send(.POST, "\(port)/confirm", date).status == 204) }
            let done = try await api.send(.POST, "\(port)/complete", "{}")
            #expect(done.status == 200, "\(done.text)")
            #expect(try await api.send(.POST, "\(port)/complete", "{}").status == 422)
            let inventory = try await api.get("/v1/numbers/inventory?order=number")
            #expect(try inventory.column("number") == ["+12085550100", "+18885550111"])
            #expect(try inventory.column("kind") == ["local", "toll_free"])
            #expect(try inventory.column("acquisition") == ["ported_in", "ported_in"])
            #expect(try await Set(api.get("/v1/numbers/dids", key: key).column("number")).count == 2)
        }
    }

    @Test func `a port comes back, is mended and given up`() async throws {
        try await ResourceServer.run { api in
            let key = try await self.key(api)
            let made = try await api.send(.POST, "/v1/numbers/ports", #"{"numbers":["+12085550120"]}"#, key: key)
            let port = "/v1/numbers/ports/\(try made.member("id"))"
            let bare = try await api.send(.POST, "\(port)/submit", "{}", key: key)
            #expect(bare.status == 422 && bare.text.contains("letter of authority"), "\(bare.text)")
            let row = "/v1/numbers/port_requests/\(try made.member("id"))"
            let more = """
                {"loa_document_id":"\(try await letter(api))","entity_name":"x","authorized_name":"x","postal_code":"x"}
                """
            #expect(try await api.send(.PATCH, row, more, key: key).status == 200)
            #expect(try await api.send(.POST, "\(port)/submit", "{}", key: key).status == 200)
            let unknown = try await api.send(.POST, "\(port)/reject", #"{"reason":"owes_money"}"#)
            #expect(unknown.status == 422 && unknown.text.contains("#/reason"), "\(unknown.text)")
            let refused = try await api.send(.POST, "\(port)/reject", #"{"reason":"loa_invalid","text":"not signed"}"#)
            #expect(refused.status == 200, "\(refused.text)")
            #expect(try await api.send(.POST, "\(port)/submit", "{}", key: key).status == 200)
            #expect(try await api.get(row).value["version"]?.shown == "2")
            let why = #"{"reason":"stays where it is"}"#
            let asked = try await api.send(.POST, "\(port)/cancel", why, key: key)
            #expect(try asked.member("status") == "cancel_pending", "\(asked.text)")
            #expect(try await api.send(.POST, "\(port)/cancel", why, key: key).status == 403)
            let agreed = try await api.send(.POST, "\(port)/cancel", why)
            #expect(try agreed.member("status") == "cancelled", "\(agreed.text)")
            // Its number is free for the next one.
            let next = try await api.send(.POST, "/v1/numbers/ports", #"{"numbers":["+12085550120"]}"#, key: key)
            #expect(next.status == 201, "\(next.text)")
        }
    }

    @Test func `what is wrong with an order is told`() async throws {
        try await ResourceServer.run { api in
            let key = try await self.key(api)
            for (body, status, pointer) in [
                (#"{"numbers":[]}"#, 422, "#/numbers"), (#"{"numbers":["2085550100"]}"#, 422, "#/numbers/0"),
                (#"{"numbers":["+12085550130"],"billing_number":"x"}"#, 422, "#/billing_number"),
                (#"{"numbers":["+12085550130"],"type":"magic"}"#, 422, "#/type"),
                (#"{"numbers":["+12085550130"],"country":"XX"}"#, 422, "#/country"),
                (#"{"numbers":["+12085550130"],"loa_document_id":"\#(UUID())"}"#, 422, "#/loa_document_id"),
                (#"{"numbers":["+12085550130"],"trunk_id":"\#(UUID())"}"#, 422, "#/trunk_id"),
            ] {
                let answer = try await api.send(.POST, "/v1/numbers/ports", body, key: key)
                #expect(answer.status == status && answer.text.contains("\"pointer\":\"\(pointer)\""), "\(answer.text)")
            }
            #expect(try await api.send(.POST, "/v1/numbers/ports", #"{"numbers":["+12085550130"]}"#).status == 422)
        }
    }
}
