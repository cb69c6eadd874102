import Foundation
import Postgres
import TestSupport
import Testing

extension EndToEndTests.CallTests {
    /// Requests within a call: one that is up must not be a way to anywhere else.
    @Suite(.serialized) struct WithinCallTests {
        private let heddle: TestHeddle

        init() throws { heddle = try TestHeddle.suite }

        @Test func `a request within a call reaches the other side and nobody else`() async throws {
            let farEnd = ScriptedFarEnd(heddle, at: "carrier_b")
            let other = ScriptedFarEnd(heddle, at: "carrier_a")
            let carrier = try #require(heddle.plan.parties["carrier_b"])
            let elsewhere = try #require(heddle.plan.parties["carrier_a"])
            try await heddle.with(scripted: [farEnd, other]) {
                let call = try await heddle.place("+14155550142")
                #expect(call.answer.code == 200)
                func asked() -> Int { farEnd.requests.count { $0.method != "ACK" } }
                for method in ["INVITE", "UPDATE", "INFO"] {
                    let before = asked()
                    for aim in ["sip:+19005550100@\(carrier)", "sip:far@\(elsewhere)", "sip:\(carrier)"] {
                        let reply = try await call.caller.send(method, within: call.answer, uri: aim)
                        #expect(reply.code == 403, "\(method) \(aim)")
                    }
                    for hop in ["<sip:\(elsewhere);lr>", "<sip:\(carrier);lr>"] {
                        let reply = try await call.caller.send(method, within: call.answer, routes: [hop])
                        #expect(reply.code == 403, "\(method) \(hop)")
                    }
                    #expect(asked() == before)
                    #expect(try await call.caller.send(method, within: call.answer).code == 200, "\(method)")
                    #expect(asked() > before)
                }
                try await call.hangUp()
                #expect(try await heddle.told(call).hangup == "caller")
            }
            #expect(other.requests.isEmpty)
            #expect(farEnd.requests.allSatisfy { !$0.uri.contains("900555") })
        }

        @Test func `a call that is asked to be hung up is ended on both sides`() async throws {
            let farEnd = ScriptedFarEnd(heddle, at: "carrier_b")
            try await heddle.with(scripted: [farEnd]) {
                let call = try await heddle.place("+14155550142")
                #expect(call.answer.code == 200)
                let asked = try await heddle.owner.run(
                    """
                    insert into routing.hang_ups (tenant_id, routing_id, edge_id, account_id, reason, requested_by)
                    select r.tenant_id, r.id, r.edge_id, r.account_id, 'a test', 'x'
                      from routing.routing_requests r where r.call_id = \(call.caller.callID) and r.state = 'open'
                    returning id
                    """
                ).values(UUID.self)
                try await until("the far end is told") { farEnd.requests.contains { $0.method == "BYE" } }
                #expect(try await heddle.told(call).hangup == "edge")
                try await until("it is noted") {
                    try await heddle.database.run(
                        "select outcome = 'ended' from routing.hang_ups where id = any (\(asked))"
                    ).value(Bool?.self) == true
                }
            }
        }

        @Test func `before the answer nothing is renegotiated`() async throws {
            let farEnd = ScriptedFarEnd(heddle, at: "carrier_b") { _ in .init(rings: true, status: nil) }
            try await heddle.with(scripted: [farEnd]) {
                let caller = TestCaller(heddle)
                caller.begin("+14155550142")
                try await until("it rings") { !farEnd.invites.isEmpty }
                // What the ringing said, as far as it is needed here.
                let early = SIPText(
                    """
                    SIP/2.0 180 Ringing\r
                    To: <sip:+14155550142@\(heddle.plan.edge)>;tag=far\r
                    Contact: <sip:far@\(heddle.plan.parties["carrier_b"] ?? "")>\r
                    Record-Route: \(farEnd.invites.first?["Record-Route"].first ?? "")\r

                    """)
                #expect(try await caller.send("INVITE", within: early).code == 403)
                #expect(farEnd.invites.count == 1)
                #expect(try await caller.cancel().code == 487)
                #expect(try await heddle.settled(caller.callID, calls: 1).map(\.code) == [487])
            }
        }

        /// A carrier whose proxy stays on the way, and which moves the call to another machine behind it.
        @Test func `the other side may have proxies, and may move`() async throws {
            let proxy = try #require(heddle.plan.parties["carrier_b"])
            let (here, there) = ("sip:here@192.0.2.1:5060", "sip:there@192.0.2.2:5060")
            let farEnd = ScriptedFarEnd(heddle, at: "carrier_b", .init(movedTo: there)) { _ in
                .init(headers: ["Record-Route: <sip:\(proxy);lr;id=7>;x=1"], contact: here)
            }
            try await heddle.with(scripted: [farEnd]) {
                let call = try await heddle.place("+14155550142")
                #expect(call.answer.code == 200 && call.answer.contact == here)
                func send(_ method: String, _ uri: String) async throws -> Int {
                    try await call.caller.send(method, within: call.answer, uri: uri).code
                }
                #expect(try await send("INFO", there) == 403)
                #expect(try await send("INVITE", here) == 200)
                #expect(try await send("INFO", here) == 403)
                #expect(try await send("INFO", there) == 200)
                try await call.hangUp()
                #expect(try await heddle.told(call).hangup == "caller")
            }
        }
    }
}
