import Foundation
import Postgres
import Telecom
import Testing

extension EndToEndTests.CallTests {
    /// What the far end gets to read.
    @Suite(.serialized) struct HeaderTests {
        private let heddle: TestHeddle

        init() throws { heddle = try TestHeddle.suite }

        /// Places a call and returns the INVITE as the far end received it.
        private func received(by party: String, _ dialling: Dialling) async throws -> SIPText {
            let log = "\(heddle.directory)/messages-\(UUID().uuidString).log"
            var far = FarEnd.answers(party)
            far.arguments += ["-trace_msg", "-message_file", log]
            try await heddle.with([far]) {
                let placed = try await heddle.call(dialling)
                #expect(try await heddle.settled(placed).map(\.code) == [200])
            }
            return try #require(SIPText(firstInviteIn: TestHeddle.text(log)), "\(party) got no INVITE")
        }

        private func digest(_ scenario: String) -> Dialling {
            Dialling(
                scenario: scenario, from: "digest_customer", caller: "+13125550140",
                arguments: [
                    "-au", "juniper-pbx", "-ap", "juniper-demo", "-auth_uri", "+14155550142@\(heddle.plan.edge)",
                ])
        }

        private func carrierRules(_ rules: String) async throws {
            try await heddle.change([
                "update routing.carrier_trunks set header_rules = \(JSONText(rules)) where id = \(Seed.id(331))"
            ])
        }

        @Test func `a carrier's rules remove and add, and nothing of ours gets out`() async throws {
            try await carrierRules(
                """
                [{"action": "remove", "header": "user-agent"}, {"action": "remove", "header": "Subject"},
                 {"action": "remove", "header": "Diversion"}, {"action": "remove", "header": "Not-There"},
                 {"action": "add", "header": "X-Plan", "value": "gold; level=\\"1\\""},
                 {"action": "add", "header": "Subject", "value": "$var(x) | 100%"}]
                """)
            let invite = try await received(by: "carrier_b", digest("uac_digest_headers"))
            try await carrierRules("[]")
            #expect(invite["User-Agent"] == [] && invite["Diversion"] == [])
            #expect(!invite.text.contains("reason=unconditional"))
            #expect(invite["Subject"] == ["$var(x) | 100%"] && invite["s"] == [])
            #expect(invite["X-Plan"] == [#"gold; level="1""#])
            #expect(invite["Organization"] == ["Juniper"])
            for name in ["Authorization", "Proxy-Authorization", "P-Preferred-Identity", "Remote-Party-ID", "X-Own"] {
                #expect(invite[name] == [], "\(name)")
            }
            #expect(!invite.text.lowercased().contains("x-heddle"))
            #expect(invite["P-Asserted-Identity"].count == 1)
            #expect(invite["P-Asserted-Identity"].first?.hasPrefix("<sip:+13125550140@") == true)

            // Without rules the caller's own pass.
            let plain = try await received(by: "carrier_b", digest("uac_digest_headers"))
            #expect(plain["User-Agent"] == ["TestPhone/1.0"] && plain["s"] == ["lunch"] && plain["X-Plan"] == [])
            #expect(plain.text.contains("reason=unconditional") && plain["X-Own"] == [])
        }

        @Test func `the second carrier gets its own rules and not the first one's`() async throws {
            try await carrierRules(
                #"[{"action": "remove", "header": "User-Agent"}, {"action": "add", "header": "X-Plan", "value": "a"}]"#)
            let busy = FarEnd.refuses("carrier_b", "503 Service Unavailable")
            let invite = try await heddle.with([busy]) {
                try await received(by: "carrier_a", digest("uac_digest_headers"))
            }
            try await carrierRules("[]")
            #expect(invite["User-Agent"] == ["TestPhone/1.0"] && invite["X-Plan"] == [])
        }

        @Test func `a customer's rules hold for the calls that ring its trunk`() async throws {
            let rules = #"[{"action": "add", "header": "X-Line", "value": "7"}]"#
            try await heddle.change([
                "update routing.trunks set header_rules = \(JSONText(rules)) where id = \(Seed.id(500))"
            ])
            let dialling = Dialling(from: "carrier_a", caller: "+14155550142", callee: "+12125550101")
            let invite = try await received(by: "customer", dialling)
            try await heddle.change([
                "update routing.trunks set header_rules = \(JSONText("[]")) where id = \(Seed.id(500))"
            ])
            #expect(invite["X-Line"] == ["7"])
            #expect(!invite.text.lowercased().contains("x-heddle"))
        }

        /// Who calls whom with which headers, and what the far end is to see of the caller.
        struct Caller: Sendable, CustomTestStringConvertible {
            /// Which header the carrier wants to read the caller in.
            var wanted = "p_asserted_identity"
            var headers: [String]
            var isInbound = false
            var from: String
            var asserted: [String] = []
            var remoteParty: [String] = []
            var privacy: [String] = []
            var testDescription: String {
                headers.joined(separator: " | ") + (isInbound ? " inbound" : " to \(wanted)")
            }
        }

        private static let number = "sip:+12125550100@"

        @Test(arguments: [
            Caller(headers: [], from: "<\(number)", asserted: ["<\(number)"]),
            Caller(
                headers: [#"From: "Front \"Desk\" \\" <sip:+12125550100@127.0.0.9>"#],
                from: #""Front Desk " <\#(number)"#, asserted: ["<\(number)"]),
            // A hidden caller: the carrier is told the number, and once that it is not for the called party.
            Caller(
                headers: ["Privacy: id"], from: #""Anonymous" <sip:anonymous@anonymous.invalid>"#,
                asserted: ["<\(number)"], privacy: ["id"]),
            Caller(
                headers: [
                    "From: \"Anonymous\" <sip:anonymous@anonymous.invalid>", "Privacy: header;id",
                    "P-Asserted-Identity: <sip:+12125550100@127.0.0.9>",
                ], from: #""Anonymous" <sip:anonymous@anonymous.invalid>"#, asserted: ["<\(number)"],
                privacy: ["id"]),
            Caller(wanted: "none", headers: [], from: "<\(number)"),
            Caller(wanted: "remote_party_id", headers: [], from: "<\(number)", remoteParty: ["<\(number)"]),
            Caller(
                wanted: "remote_party_id", headers: ["Privacy: id"],
                from: #""Anonymous" <sip:anonymous@anonymous.invalid>"#, remoteParty: ["<\(number)"]),
            // Who calls a customer is as hidden as it wants to be.
            Caller(
                headers: ["Privacy: id", "P-Asserted-Identity: <sip:+14155550142@127.0.0.2>"], isInbound: true,
                from: "<sip:+12125550100@127.0.0.2>", privacy: ["id"]),
        ])
        func `a far end sees as much of the caller as it may`(_ row: Caller) async throws {
            try await identityHeader(row.wanted)
            let farEnd = ScriptedFarEnd(heddle, at: row.isInbound ? "customer" : "carrier_b")
            try await heddle.with(scripted: [farEnd]) {
                let call = try await heddle.place(
                    row.isInbound ? "+12125550101" : "+14155550142", from: row.isInbound ? "carrier_a" : "customer",
                    row.headers)
                #expect(call.answer.code == 200)
                try await call.hangUp()
                _ = try await heddle.told(call)
            }
            let invite = try #require(farEnd.invites.first)
            #expect(invite["From"].count == 1 && invite["From"].first?.hasPrefix(row.from) == true, "\(invite["From"])")
            func users(_ name: String) -> [String] { invite[name].map { $0.prefix { $0 != "@" } + "@" } }
            #expect(users("P-Asserted-Identity") == row.asserted && users("Remote-Party-ID") == row.remoteParty)
            #expect(invite["Privacy"] == row.privacy)
            try await identityHeader("p_asserted_identity")
        }

        private func identityHeader(_ name: String) async throws {
            try await heddle.change([
                """
                update routing.carrier_trunks set identity_header = \(name)::text::routing.identity_header
                 where id = \(Seed.id(331))
                """
            ])
        }

        /// A trunk's caller-ID rule and the number that a carrier is shown.
        struct CallerID: Sendable, CustomTestStringConvertible {
            var policy: String
            var allowed = "{}"
            var shown: String?
            var presented: String
            /// Nil when the call is refused.
            var expected: String?
            var testDescription: String { "\(policy) \(allowed) \(shown ?? "-") \(presented)" }
        }

        @Test(arguments: [
            CallerID(policy: "any", presented: "+14165550100", expected: "+14165550100"),
            CallerID(policy: "fixed", shown: "+12125550199", presented: "+12125550100", expected: "+12125550199"),
            CallerID(
                policy: "listed", allowed: "{+13105550177}", shown: "+12125550199", presented: "+13105550177",
                expected: "+13105550177"),
            // A number of the account needs no list.
            CallerID(policy: "listed", shown: "+12125550199", presented: "+12125550100", expected: "+12125550100"),
            CallerID(policy: "listed", shown: "+12125550199", presented: "+14165550100", expected: "+12125550199"),
            CallerID(policy: "listed", presented: "+14165550100", expected: nil),
        ])
        func `a carrier is shown the number that the trunk may show`(_ row: CallerID) async throws {
            try await rule(policy: row.policy, allowed: row.allowed, shown: row.shown)
            if let expected = row.expected {
                let invite = try await received(by: "carrier_b", Dialling(caller: row.presented))
                #expect(invite["From"].first?.contains("<sip:\(expected)@") == true, "\(invite["From"])")
                #expect(invite["P-Asserted-Identity"].first?.hasPrefix("<sip:\(expected)@") == true)
            } else {
                var dialling = Dialling.refused(403)
                dialling.caller = row.presented
                let placed = try await heddle.call(dialling)
                #expect(try await heddle.settled(placed).map(\.code) == [403])
            }
            try await rule(policy: "listed", allowed: "{}", shown: "+12125550100")
        }

        private func rule(policy: String, allowed: String, shown: String?) async throws {
            try await heddle.change([
                """
                update routing.trunks set caller_id_policy = \(policy), default_caller_id = \(shown),
                       allowed_caller_ids = \(allowed)::text[]::core.e164[]
                 where id = \(Seed.id(500))
                """
            ])
        }
    }
}
