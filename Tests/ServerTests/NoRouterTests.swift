import Foundation
import Postgres
import TestSupport
import Testing

extension EndToEndTests {
    /// The edge while no router answers, or only one that the test plays.
    @Suite(.serialized, .heddle("alone", role: "edge,worker")) struct NoRouterTests {
        private let heddle: TestHeddle

        init() throws { heddle = try TestHeddle.suite }

        /// What is dialled from where, and whether it is an emergency.
        struct Dialled: Sendable, CustomTestStringConvertible {
            let from: String
            let dialled: String
            /// What the carrier gets behind the prefix that it wants; nil when the call is refused.
            let code: String?
            var testDescription: String { "\(dialled) from \(from)" }

            init(_ dialled: String, from: String = "customer", code: String? = "911") {
                self.dialled = dialled
                self.from = from
                self.code = code
            }
        }

        @Test(arguments: [
            Dialled("911"), Dialled("+911"), Dialled("9-1-1"), Dialled("112", code: "112"),
            Dialled("7001911", from: "127.0.0.11"), Dialled("7001+911", from: "127.0.0.11"),
            Dialled("911", from: "127.0.0.14", code: nil), Dialled("+14155550142", code: nil),
            Dialled("7002911", code: nil), Dialled("9110", code: nil),
        ])
        func `an emergency call from a known network finds its way as with a router`(call: Dialled) async throws {
            try await heddle.change([
                "update routing.carrier_trunks set tech_prefix = '55#' where id = \(Seed.id(333))"
            ])
            let farEnd = ScriptedFarEnd(heddle, at: "emergency_a")
            try await heddle.with(scripted: [farEnd]) {
                try await until("the edge knows the prefix") {
                    TestHeddle.text("\(heddle.directory)/edge/dispatcher.list").contains("prefix=55%23")
                }
                let headers = [
                    "From: \"Anonymous\" <sip:anonymous@anonymous.invalid>", "Privacy: id",
                    "P-Asserted-Identity: <sip:+12125550100@127.0.0.9>",
                    "Remote-Party-ID: <sip:+12125550100@127.0.0.9>;party=calling",
                    "P-Preferred-Identity: <sip:+12125550199@127.0.0.9>", "X-Heddle-Edge: forged",
                ]
                let placed = try await heddle.place(call.dialled, from: call.from, headers)
                #expect(placed.answer.code == (call.code == nil ? 503 : 200))
                if placed.answer.code == 200 {
                    try await placed.hangUp()
                } else {
                    #expect(placed.answer["Retry-After"] == ["5"])
                }
                let told = try await heddle.told(placed)
                #expect(told.direction == (call.code == nil ? "unknown" : "emergency"))
            }
            #expect(farEnd.invites.map(\.user) == (call.code.map { ["55%23" + $0] } ?? []))
            guard let invite = farEnd.invites.first else { return }
            // The way to call back is there, and not hidden.
            #expect(invite["P-Asserted-Identity"] == ["<sip:+12125550100@127.0.0.9>"])
            #expect(invite["Remote-Party-ID"] == ["<sip:+12125550100@127.0.0.9>;party=calling"])
            #expect(invite["Privacy"] == [] && invite["P-Preferred-Identity"] == [])
            #expect(!invite.text.lowercased().contains("x-heddle"))
        }

        @Test func `an emergency call in a killed edge leaves a CDR that says so`() async throws {
            let old = try #require(heddle.kamailio)
            try await heddle.with(scripted: [ScriptedFarEnd(heddle, at: "emergency_a")]) {
                let placed = try await heddle.place("911")
                #expect(placed.answer.code == 200)
                try ProcessTree(old).signal(SIGKILL)
                try await until("Kamailio is started again", within: .seconds(40)) {
                    heddle.kamailio.map { $0 != old } ?? false
                }
                let told = try await heddle.told(placed)
                #expect(told.direction == "emergency" && told.disposition == "lost" && told.hangup == "lost")
            }
        }

        /// A router that does not get the first datagram.
        @Test func `a question that is lost is asked again before the router is given up`() async throws {
            let address = heddle.plan.routers[0]
            let router = ScriptedFarEnd(heddle, at: address, .init(losesFirstCopies: true)) { _ in
                .init(status: "403 Heard")
            }
            try await heddle.with(scripted: [router]) {
                try await until("the edge asks the router") { try await heddle.asksRouter(address) }
                let call = try await heddle.place("+14155550142")
                // What the router says, and not that there is none.
                #expect(call.answer.code == 403 && call.answer.reason == "Heard")
                _ = try await heddle.told(call)
            }
            let copies = router.requests.filter { $0.method == "INVITE" }
            #expect(copies.count >= 2 && Set(copies.map(\.branch)).count == 1)
            #expect(copies.first?["X-Heddle-Listener"] == [heddle.plan.edge])
        }
    }
}
