import Foundation
import NIOHTTP1
import Postgres
import Services
import TestSupport
import Testing

/// Which verb is allowed in which state of a port.
@Suite(.database, .served) struct PortStepTests {
    /// A state, the verbs that are allowed there, and the state that each leads to; the others are refused.
    struct Place: Sendable, CustomTestStringConvertible {
        let direction: String
        let status: String
        /// Of its number.
        let number: String
        let allowed: [String: String]

        init(_ direction: String, _ status: String, _ number: String, _ allowed: [String: String]) {
            self.direction = direction
            self.status = status
            self.number = number
            self.allowed = allowed
        }

        var testDescription: String { "\(direction) \(status), number \(number)" }
    }

    static let places = [
        Place("in", "draft", "pending", ["submit": "submitted", "cancel": "cancelled"]),
        Place(
            "in", "submitted", "pending",
            ["cancel": "cancel_pending", "confirm": "foc_received", "reject": "rejected"]),
        Place(
            "in", "pending", "pending",
            ["cancel": "cancel_pending", "confirm": "foc_received", "reject": "rejected"]),
        Place(
            "in", "foc_received", "confirmed",
            [
                "submit": "submitted", "cancel": "cancel_pending", "confirm": "foc_received", "reject": "rejected",
                "complete": "ported",
            ]),
        Place(
            "in", "exception", "exception",
            ["submit": "submitted", "cancel": "cancel_pending", "reject": "rejected"]),
        Place("in", "rejected", "rejected", ["submit": "submitted", "cancel": "cancelled"]),
        Place("in", "cancel_pending", "pending", ["cancel": "cancelled", "confirm": "foc_received"]),
        // It was too late: the numbers moved before the other side agreed.
        Place(
            "in", "cancel_pending", "confirmed",
            ["cancel": "cancelled", "confirm": "foc_received", "complete": "ported"]),
        Place("in", "cancelled", "cancelled", [:]), Place("in", "ported", "ported", [:]),
        Place("out", "pending", "pending", ["cancel": "cancelled", "confirm": "authorized", "reject": "rejected"]),
        Place(
            "out", "authorized", "confirmed",
            ["cancel": "cancelled", "confirm": "authorized", "reject": "rejected", "complete": "ported"]),
        Place("out", "rejected", "rejected", ["cancel": "cancelled"]),
        Place("out", "cancelled", "cancelled", [:]), Place("out", "ported", "ported", [:]),
    ]

    private static let bodies = [
        "submit": "{}", "cancel": #"{"reason":"as they wish"}"#, "confirm": #"{"foc_at":"2030-01-02T12:00:00Z"}"#,
        "reject": #"{"reason":"other","text":"as they say"}"#, "complete": "{}",
    ]

    /// A port that is at a place.
    private func port(_ api: ResourceServer, _ place: Place, _ number: String) async throws -> UUID {
        let (mine, letter, port) = (api.mine, UUID(), UUID())
        let owner = api.server.database.owner
        try await owner.run(
            """
            insert into accounts.documents (tenant_id, id, account_id, kind, title, reference, checksum, size_bytes)
            values (\(mine.id), \(letter), \(mine.account), 'loa', 'x', 'file:x', sha256('x'), 1)
            """)
        try await owner.run(
            """
            insert into numbers.port_requests (tenant_id, id, account_id, direction, status, loa_document_id,
                entity_name, authorized_name, postal_code, reason, foc_at, ported_at, cancelled_at)
            select \(mine.id), \(port), \(mine.account), \(place.direction), s, \(letter), 'x', 'x', 'x',
                   case when s in ('exception', 'rejected') then 'other' end,
                   case when s in ('foc_received', 'authorized') then now() end,
                   case s when 'ported' then now() end, case s when 'cancelled' then now() end
              from (select \(place.status)::text) as place (s)
            """)
        try await owner.run(
            """
            insert into numbers.port_request_numbers (tenant_id, account_id, port_request_id, number, status, reason,
                                                      foc_at, ported_at)
            select \(mine.id), \(mine.account), \(port), \(number), s,
                   case when s in ('exception', 'rejected') then 'other' end, case s when 'confirmed' then now() end,
                   case s when 'ported' then now() end
              from (select \(place.number)::text) as place (s)
            """)
        return port
    }

    @Test(arguments: places) func `each verb is allowed where it has a sense`(_ place: Place) async throws {
        try await ResourceServer.run { api in
            // A number is of one operator at a time.
            let row = Self.places.firstIndex { $0.testDescription == place.testDescription } ?? 0
            for (nr, (verb, body)) in Self.bodies.sorted(by: { $0.key < $1.key }).enumerated() {
                let port = try await port(api, place, "+1208555\(2_000 + 10 * row + nr)")
                let answer = try await api.send(.POST, "/v1/numbers/ports/\(port.text)/\(verb)", body)
                let expected = place.allowed[verb]
                #expect(answer.status == (expected == nil ? 422 : verb == "confirm" ? 204 : 200), "\(verb): \(answer)")
                let seen = try await api.get("/v1/numbers/port_requests/\(port.text)").value
                #expect(seen["status"]?.shown == expected ?? place.status, "\(verb)")
            }
        }
    }

    @Test func `a port of another operator is none`() async throws {
        try await ResourceServer.run { api in
            let port = try await port(api, Self.places[3], "+12085550300")
            let other = try await TestOperator.make(api.server.database)
            let key = try await other.key(["numbers:read", "numbers:write"]).text
            for (verb, body) in Self.bodies {
                let answer = try await api.send(.POST, "/v1/numbers/ports/\(port.text)/\(verb)", body, key: key)
                #expect(answer.status == 404, "\(verb): \(answer.text)")
            }
        }
    }
}
