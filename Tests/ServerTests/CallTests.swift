import Foundation
import Postgres
import Services
import Telecom
import TestSupport
import Testing

extension EndToEndTests {
    /// One heddle that offers MD5 alone, all that SIPp can: calls that go well, and calls that are refused.
    @Suite(.serialized, .heddle("calls", digest: "MD5", isPrepared: false)) struct CallTests {
        private let heddle: TestHeddle

        init() throws { heddle = try TestHeddle.suite }

        /// To California from New York: Great Basin is cheaper than Palisade.
        private let cheapest = "carrier_b", second = "carrier_a"

        @Test func `a customer known by its address calls`() async throws {
            let placed = try await heddle.with([.answers(cheapest)]) { try await heddle.call(Dialling()) }
            let told = try #require(try await heddle.settled(placed).first)
            #expect(told.code == 200 && told.disposition == "answered" && told.direction == "outbound")
            #expect(told.hangup == "caller" && told.carrier == "Great Basin RNO")
            // Six seconds, the least that is sold, at 0.0120 and bought at 0.0046 a minute.
            #expect(told.sell == Money("0.0012") && told.buy == Money("0.00046"))
        }

        /// A forking proxy sends one call by two ways: the second must not take the first one's CDR and hold.
        @Test func `an INVITE that comes twice is one call`() async throws {
            let placed = try await heddle.with([
                FarEnd(party: cheapest, scenario: "uas_answer", arguments: ["-d", "1500"])
            ]) { try await heddle.call(Dialling(scenario: "uac_merged")) }
            let told = try await heddle.settled(placed)
            #expect(told.map(\.code) == [200])
            #expect(told.first?.sell == Money("0.0012") && told.first?.carrier == "Great Basin RNO")
        }

        @Test func `a customer logs in by digest`() async throws {
            let dialling = Dialling(
                scenario: "uac_digest", from: "digest_customer", caller: "+13125550140",
                arguments: [
                    // What SIPp signs by itself is not the request's URI.
                    "-au", "juniper-pbx", "-ap", "juniper-demo", "-auth_uri", "+14155550142@\(heddle.plan.edge)",
                ])
            let placed = try await heddle.with([.answers(cheapest)]) { try await heddle.call(dialling) }
            let told = try await heddle.settled(placed)
            #expect(told.map(\.code) == [200])
        }

        @Test func `wrong passwords are refused after a few tries, with one CDR`() async throws {
            let callee = "+14155550142"
            let caller = TestCaller(heddle, from: "127.0.0.13", number: "+13125550140")
            var codes: [Int] = []
            for _ in 0..<3 {
                let challenge = try await caller.invite(callee)
                let answer = try await caller.invite(
                    callee, answering: challenge, user: "juniper-pbx", password: "wrong")
                codes += [challenge.code, answer.code]
            }
            #expect(codes == [407, 407, 407, 407, 407, 403])
            #expect(try await heddle.settled(caller.callID, calls: 1).map(\.code) == [403])
        }

        @Test func `a call to a number of ours rings its customer`() async throws {
            let dialling = Dialling(from: "carrier_a", caller: "+14155550142", callee: "+12125550101")
            let placed = try await heddle.with([.answers("customer")]) { try await heddle.call(dialling) }
            let told = try #require(try await heddle.settled(placed).first)
            #expect(told.direction == "inbound" && told.code == 200 && told.carrier == "Palisade NYC")
            #expect(told.sell == Money("0.0004"))  // six seconds at 0.0040
        }

        /// What the customer's telephone says is the caller's answer: there is no other way to it.
        @Test(arguments: [
            "408 Request Timeout", "480 Temporarily Unavailable", "486 Busy Here", "488 Not Acceptable Here",
            "500 Server Internal Error", "603 Decline",
        ])
        func `a call to a number of ours ends with the customer's word`(status: String) async throws {
            let farEnd = ScriptedFarEnd(heddle, at: "customer") { _ in .init(status: status) }
            let call = try await heddle.with(scripted: [farEnd]) {
                try await heddle.place("+12125550101", from: "carrier_a", number: "+14155550142")
            }
            let told = try await heddle.told(call)
            #expect("\(call.answer.code) \(call.answer.reason)" == status && farEnd.invites.count == 1)
            #expect(told.code == call.answer.code && told.direction == "inbound" && told.sell == .zero)
        }

        @Test func `the callee hangs up`() async throws {
            let far = FarEnd(party: cheapest, scenario: "uas_hang_up", arguments: ["-d", "300"])
            let placed = try await heddle.with([far]) { try await heddle.call(Dialling(scenario: "uac_wait_bye")) }
            #expect(try await heddle.settled(placed).map(\.hangup) == ["callee"])
        }

        @Test func `the second carrier answers when the first cannot`() async throws {
            let far = [FarEnd.refuses(cheapest, "503 Service Unavailable"), .answers(second)]
            let placed = try await heddle.with(far) { try await heddle.call(Dialling()) }
            let told = try #require(try await heddle.settled(placed).first)
            #expect(told.code == 200 && told.carrier == "Palisade NYC" && told.buy == Money("0.00049"))
            #expect(told.attempts == "\(Seed.id(331).text):503;\(Seed.id(330).text):200;")
        }

        @Test func `the second carrier answers when the first is silent`() async throws {
            let far = [
                FarEnd(party: cheapest, scenario: "uas_silent", arguments: ["-d", "8000"]),
                FarEnd(party: second, scenario: "uas_answer_at_once"),
            ]
            let placed = try await heddle.with(far) { try await heddle.call(Dialling()) }
            let told = try #require(try await heddle.settled(placed).first)
            #expect(told.attempts == "\(Seed.id(331).text):timeout;\(Seed.id(330).text):200;")
        }

        @Test(arguments: [
            (FarEnd(party: "carrier_b", scenario: "uas_busy"), 486),
            (
                FarEnd(
                    party: "carrier_b", scenario: "uas_ring_reject",
                    arguments: ["-d", "100", "-key", "status", "SIP/2.0 603 Decline", "-key", "headers", ""]), 603
            ),
        ])
        func `the far end's own word is not tried elsewhere`(far: FarEnd, code: Int) async throws {
            let placed = try await heddle.with([far, .answers(second)]) { try await heddle.call(.refused(code)) }
            let told = try #require(try await heddle.settled(placed).first)
            #expect(told.code == code && told.attempts == "\(Seed.id(331).text):\(code);" && told.sell == .zero)
        }

        @Test func `a caller gives up while it rings`() async throws {
            let far = FarEnd(party: cheapest, scenario: "uas_ring_no_answer")
            let placed = try await heddle.with([far]) {
                try await heddle.call(Dialling(scenario: "uac_cancel", arguments: ["-recv_timeout", "700"]))
            }
            let told = try #require(try await heddle.settled(placed).first)
            #expect(told.code == 487 && told.disposition == "cancelled" && told.hangup == "cancel")
        }

        @Test func `without balance the call is refused`() async throws {
            let before = try await heddle.available()
            try await heddle.setAvailable(#require(Money("0.0011")))  // one increment costs 0.0012
            let placed = try await heddle.call(.refused(402))
            let told = try await heddle.settled(placed)
            try await heddle.setAvailable(before)
            #expect(told.map(\.code) == [402] && told.map(\.disposition) == ["refused"])
        }

        /// A call that the router refuses.
        struct Refused: Sendable, CustomTestStringConvertible {
            let testDescription: String
            let from: String
            let callee: String
            let code: Int
        }

        @Test(arguments: [
            Refused(testDescription: "suspended account", from: "127.0.0.10", callee: "+14155550142", code: 403),
            Refused(testDescription: "invalid number", from: "customer", callee: "+1415555", code: 484),
            Refused(testDescription: "blocked destination", from: "customer", callee: "+19005550100", code: 403),
            Refused(testDescription: "nobody we know", from: "127.0.0.14", callee: "+14155550142", code: 407),
        ])
        func `calls that may not be are refused`(call: Refused) async throws {
            let placed = try await heddle.call(.refused(call.code, from: call.from, callee: call.callee))
            // A challenge is no call yet.
            let told = try await heddle.settled(placed, calls: call.code == 407 ? 0 : 1)
            #expect(told.map(\.code) == (call.code == 407 ? [] : [call.code]))
        }

        @Test func `without a carrier there is no route`() async throws {
            try await heddle.change([
                "update routing.carrier_trunks set status = 'suspended' where id = \(Seed.id(332))"
            ])
            let placed = try await heddle.call(.refused(404, callee: "+12425550100"))
            try await heddle.change(["update routing.carrier_trunks set status = 'active' where id = \(Seed.id(332))"])
            #expect(try await heddle.settled(placed).map(\.code) == [404])
        }

        /// The caller's own operator has no emergency carrier, another operator of this edge has.
        @Test func `an emergency call that the router has no way for takes the edge's`() async throws {
            let other = Seed.id(2)
            try await heddle.change([
                "update routing.carrier_trunks set emergency_rank = null where tenant_id = \(Seed.id(1))",
                "insert into core.tenants (id, slug, name) values (\(other), 'other', 'Other') on conflict do nothing",
                """
                insert into routing.carriers (tenant_id, id, name) values (\(other), \(Seed.id(3)), 'Other')
                on conflict do nothing
                """,
                """
                insert into routing.carrier_trunks (tenant_id, id, carrier_id, name, host, port, emergency_rank)
                select \(other), \(Seed.id(4)), \(Seed.id(3)), 'Other 911', host, port, 1
                  from routing.carrier_trunks where id = \(Seed.id(334))
                """,
            ])
            let farEnd = ScriptedFarEnd(heddle, at: "emergency_b")
            let told = try await heddle.with(scripted: [farEnd]) {
                try await until("the edge knows the way") {
                    let list = TestHeddle.text("\(heddle.directory)/edge/dispatcher.list")
                    return list.contains(Seed.id(4).text) && !list.contains(Seed.id(333).text)
                }
                let call = try await heddle.place("+911", from: "127.0.0.10", number: "+16465550150")
                #expect(call.answer.code == 200)
                try await call.hangUp()
                return try await heddle.told(call)
            }
            try await heddle.change([
                "update routing.carrier_trunks set emergency_rank = null where id = \(Seed.id(4))",
                """
                update routing.carrier_trunks set emergency_rank = case id when \(Seed.id(333)) then 1 else 2 end
                 where id in (\(Seed.id(333)), \(Seed.id(334)))
                """,
            ])
            #expect(told.code == 200 && told.direction == "emergency" && told.sell == .zero)
            #expect(farEnd.invites.map(\.user) == ["911"])
        }

        @Test func `a suspended customer reaches emergency services at no charge`() async throws {
            let dialling = Dialling(from: "127.0.0.10", caller: "+16465550150", callee: "911")
            let placed = try await heddle.with([.answers("emergency_a")]) { try await heddle.call(dialling) }
            let told = try #require(try await heddle.settled(placed).first)
            #expect(told.code == 200 && told.direction == "emergency" && told.sell == .zero)
        }
    }
}
