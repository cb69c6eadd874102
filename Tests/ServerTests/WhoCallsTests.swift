import Foundation
import Postgres
import Telecom
import Testing

extension EndToEndTests.CallTests {
    /// Who the edge and its router take a caller for.
    @Suite(.serialized) struct WhoCallsTests {
        private let heddle: TestHeddle

        init() throws { heddle = try TestHeddle.suite }

        private let callee = "+14155550142"

        /// The reseller's trunk is told by its tech prefix.
        @Test(arguments: [
            ("7001+14155550142", 200), ("700114155550142", 200), ("7001911", 200), ("+14155550142", 407),
            ("7002+14155550142", 407),
        ])
        func `a tech prefix chooses the trunk and is not dialled on`(dialled: String, code: Int) async throws {
            let farEnds = ["carrier_b", "emergency_a"].map { ScriptedFarEnd(heddle, at: $0) }
            try await heddle.with(scripted: farEnds) {
                let call = try await heddle.place(dialled, from: "127.0.0.11")
                #expect(call.answer.code == code)
                guard code == 200 else { return }
                try await call.hangUp()
                let told = try await heddle.told(call)
                let isEmergency = dialled.hasSuffix("911")
                #expect(told.direction == (isEmergency ? "emergency" : "outbound"))
                // Six seconds at the reseller's 0.0075.
                #expect(told.sell == (isEmergency ? .zero : Money("0.00075")))
            }
            #expect(farEnds.flatMap(\.invites).map(\.user) == (code == 200 ? [called(dialled)] : []))
        }

        private func called(_ dialled: String) -> String { dialled.hasSuffix("911") ? "911" : callee }

        /// Somebody at an address, with or without the login of the trunk that has to be at one address.
        struct Visitor: Sendable, CustomTestStringConvertible {
            let address: String
            let password: String?
            let code: Int
            var testDescription: String { "\(address) \(password ?? "-") \(code)" }
        }

        @Test(arguments: [
            Visitor(address: "127.0.0.12", password: "juniper-demo", code: 200),
            Visitor(address: "127.0.0.12", password: nil, code: 407),
            Visitor(address: "127.0.0.12", password: "wrong", code: 407),
            Visitor(address: "127.0.0.16", password: "juniper-demo", code: 403),
        ])
        func `a trunk may have to be at its address and log in`(visitor: Visitor) async throws {
            try await heddle.change([
                """
                insert into routing.trunk_acl (tenant_id, id, account_id, trunk_id, network)
                values (\(Seed.id(1)), \(Seed.id(590)), \(Seed.id(12)), \(Seed.id(501)), '127.0.0.12/32')
                """
            ])
            try await heddle.with(scripted: [ScriptedFarEnd(heddle, at: "carrier_b")]) {
                let caller = TestCaller(heddle, from: visitor.address, number: "+13125550140")
                var answer = try await caller.invite(callee)
                #expect(answer.code == 407)
                if let password = visitor.password {
                    answer = try await caller.invite(
                        callee, answering: answer, user: "juniper-pbx", password: password)
                }
                #expect(answer.code == visitor.code)
                if answer.code == 200 { try await caller.hangUp(answer) }
                // A challenge is no call yet.
                try await heddle.settled(caller.callID, calls: answer.code == 407 ? 0 : 1)
            }
            try await heddle.change(["delete from routing.trunk_acl where id = \(Seed.id(590))"])
        }

        /// One machine that is a carrier and a customer.
        @Test(arguments: [("+12125550101", "inbound", "customer"), ("+14155550142", "outbound", "carrier_b")])
        func `at an address of both, our number comes from the carrier`(
            callee: String, direction: String, party: String
        ) async throws {
            try await heddle.change([
                """
                insert into routing.trunk_acl (tenant_id, id, account_id, trunk_id, network)
                values (\(Seed.id(1)), \(Seed.id(590)), \(Seed.id(11)), \(Seed.id(500)), '127.0.0.2/32')
                """
            ])
            let farEnd = ScriptedFarEnd(heddle, at: party)
            let told = try await heddle.with(scripted: [farEnd]) {
                let call = try await heddle.place(callee, from: "carrier_a")
                #expect(call.answer.code == 200)
                try await call.hangUp()
                return try await heddle.told(call)
            }
            try await heddle.change(["delete from routing.trunk_acl where id = \(Seed.id(590))"])
            #expect(told.direction == direction && farEnd.invites.count == 1)
        }

        @Test func `an old nonce is answered by a new one, and says so`() async throws {
            let caller = TestCaller(heddle, from: "digest_customer", number: "+13125550140")
            let first = try await caller.invite(callee)
            #expect(first.code == 407 && !first.text.lowercased().contains("stale=true"))
            let old = String(repeating: "ab", count: 32)
            let stale = try await caller.invite(
                callee, [caller.credentials(callee, nonce: old, "juniper-pbx", "juniper-demo")])
            #expect(stale.code == 407 && stale.text.lowercased().contains("stale=true"))
            try await heddle.with(scripted: [ScriptedFarEnd(heddle, at: "carrier_b")]) {
                let answer = try await caller.invite(
                    callee, answering: stale, user: "juniper-pbx", password: "juniper-demo")
                #expect(answer.code == 200)
                try await caller.hangUp(answer)
            }
            try await heddle.settled(caller.callID, calls: 1)
        }
    }
}
