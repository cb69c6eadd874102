import Foundation
import Postgres
import Telecom
import Testing

extension EndToEndTests.CallTests {
    /// Numbers that are rewritten, numbers of a pool, and forwarded calls, as a carrier gets them from the edge.
    @Suite(.serialized) struct TranslationTests {
        private let heddle: TestHeddle

        init() throws { heddle = try TestHeddle.suite }

        /// What Harbor Dental's trunk dials, as the cheaper carrier receives it.
        private func received(
            _ callee: String, number: String = "+12125550100", _ headers: [String] = []
        ) async throws -> SIPText {
            let farEnd = ScriptedFarEnd(heddle, at: "carrier_b")
            try await heddle.with(scripted: [farEnd]) {
                let call = try await heddle.place(callee, number: number, headers)
                #expect(call.answer.code == 200)
                try await call.hangUp()
                _ = try await heddle.told(call)
            }
            return try #require(farEnd.invites.first)
        }

        private static let tidy: [SQL] = [
            "delete from routing.translation_rules",
            """
            update routing.carrier_trunks set diversion = 'keep', number_format = 'plus_e164'
             where id = \(Seed.id(331))
            """,
            """
            update routing.trunks set accepts_diverted = false, caller_id_pool_id = null, caller_id_policy = 'listed',
                                      default_caller_id = '+12125550100'
             where id = \(Seed.id(500))
            """,
            "delete from routing.caller_id_pools where id = \(Seed.id(500))",
        ]

        @Test func `rules of the trunk and of the carrier rewrite both numbers`() async throws {
            try await heddle.change([
                """
                insert into routing.translation_rules (tenant_id, account_id, trunk_id, carrier_trunk_id, subject,
                                                       position, pattern, strip_digits, prepend, replacement)
                select t.tenant_id, case when r.carrier is null then t.account_id end,
                       case when r.carrier is null then t.id end, r.carrier, r.subject, 1, r.pattern, r.strip,
                       r.prepend, r.replacement
                  from routing.trunks t,
                       (values (null::uuid, 'called', '9.', 1, '', null),
                               (null, 'caller', '1XX', 0, '', '+12125550101'),
                               (\(Seed.id(331))::uuid, 'called', '1NXXNXXXXXX', 1, '*7#', null),
                               (\(Seed.id(331))::uuid, 'caller', '+1.', 2, '', null))
                       as r (carrier, subject, pattern, strip, prepend, replacement)
                 where t.id = \(Seed.id(500))
                """,
                "update routing.carrier_trunks set number_format = 'e164' where id = \(Seed.id(331))",
            ])
            let invite = try await received("94155550142", number: "104")
            let stored = try await heddle.database.run(
                """
                select callee, to_number, caller, from_number, routes -> 0 ->> 'from_user'
                  from routing.routing_requests where callee = '94155550142' order by requested_at desc limit 1
                """
            ).decode(String.self, String?.self, String.self, String?.self, String?.self)
            try await heddle.change(Self.tidy)
            #expect(invite.user == "*7%234155550142")
            #expect(invite["From"].first?.hasPrefix("<sip:2125550101@") == true, "\(invite["From"])")
            #expect(invite["P-Asserted-Identity"].first?.hasPrefix("<sip:2125550101@") == true)
            let row = try #require(stored.first)
            #expect(row.0 == "94155550142" && row.1 == "+14155550142")
            #expect(row.2 == "104" && row.3 == "+12125550101" && row.4 == "2125550101")
        }

        @Test func `a number of the account's pool is shown`() async throws {
            try await heddle.change([
                """
                insert into routing.caller_id_pools (tenant_id, id, account_id, name, rotation)
                select tenant_id, id, account_id, 'local', 'local_presence' from routing.trunks
                 where id = \(Seed.id(500))
                """,
                """
                insert into routing.caller_id_pool_numbers (tenant_id, caller_id_pool_id, did_id, account_id)
                select d.tenant_id, \(Seed.id(500)), d.id, d.account_id from numbers.dids d
                 where d.number = '+12125550101'
                """,
                """
                update routing.trunks set caller_id_pool_id = \(Seed.id(500)), caller_id_policy = 'fixed'
                 where id = \(Seed.id(500))
                """,
            ])
            let near = try await received("+12125550142")
            let far = try await received("+14155550142")
            try await heddle.change(Self.tidy)
            #expect(near["From"].first?.contains("<sip:+12125550101@") == true, "\(near["From"])")
            #expect(far["From"].first?.contains("<sip:+12125550100@") == true, "\(far["From"])")
        }

        struct Forwarded: Sendable, CustomTestStringConvertible {
            let handling: String
            let headers: [String]
            /// Who is shown to call.
            let from: String
            let diversion: [String]
            let history: Int
            var testDescription: String { "\(handling): \(headers.joined(separator: " | "))" }
        }

        private static let foreign = "+13125550177"
        private static let history =
            "History-Info: <sip:+12125550101@127.0.0.9>;index=1, <sip:x@127.0.0.9>;index=1.1;mp=1"

        @Test(arguments: [
            Forwarded(
                handling: "keep", headers: ["Diversion: <sip:+12125550101@127.0.0.9>;reason=no-answer"], from: foreign,
                diversion: ["<sip:+12125550101@127.0.0.9>;reason=no-answer"], history: 0),
            Forwarded(
                handling: "replace", headers: ["Diversion: <sip:2125550101@127.0.0.9>;reason=no-answer", history],
                from: foreign, diversion: ["<sip:+12125550101@CARRIER>;reason=no-answer"], history: 0),
            Forwarded(
                handling: "replace", headers: [history], from: foreign,
                diversion: ["<sip:+12125550101@CARRIER>;reason=unknown"], history: 0),
            Forwarded(handling: "remove", headers: [history], from: foreign, diversion: [], history: 0),
            Forwarded(handling: "keep", headers: [history], from: foreign, diversion: [], history: 1),
            // Forwarded by a stranger: not believed, and the carrier is told a number of ours.
            Forwarded(
                handling: "replace", headers: ["Diversion: <sip:+13125550178@127.0.0.9>;reason=away"],
                from: "+12125550100", diversion: ["<sip:+12125550100@CARRIER>;reason=away"], history: 0),
        ])
        func `a forwarded call`(_ row: Forwarded) async throws {
            try await heddle.change([
                "update routing.trunks set accepts_diverted = true where id = \(Seed.id(500))",
                """
                update routing.carrier_trunks set diversion = \(row.handling)::text::routing.diversion_handling
                 where id = \(Seed.id(331))
                """,
            ])
            let invite = try await received("+14155550142", number: Self.foreign, row.headers)
            try await heddle.change(Self.tidy)
            #expect(invite["From"].first?.contains("<sip:\(row.from)@") == true, "\(invite["From"])")
            let host = heddle.plan.host("carrier_b")
            #expect(invite["Diversion"] == row.diversion.map { $0.replacing("CARRIER", with: host) })
            #expect(invite["History-Info"].count == row.history)
        }
    }
}
