import Foundation
import Postgres
import Telecom
import Testing

extension EndToEndTests.CallTests {
    /// What carriers can do with a call: the codecs that they take, and whether they read a number with parameters.
    @Suite(.serialized) struct CapabilityTests {
        private let heddle: TestHeddle

        init() throws { heddle = try TestHeddle.suite }

        private static let g729 = "m=audio 4000 RTP/AVP 18 101\r\na=rtpmap:101 telephone-event/8000\r\n"
        private static let pcmu = "m=audio 4000 RTP/AVP 0 8\r\na=rtpmap:0 PCMU/8000\r\n"

        /// The parties that a call reached, in order, with what the last one received.
        private func received(
            _ callee: String, offer: String? = nil
        ) async throws -> (parties: [String], invite: SIPText?) {
            let farEnds = ["carrier_a", "carrier_b"].map { ($0, ScriptedFarEnd(heddle, at: $0)) }
            try await heddle.with(scripted: farEnds.map(\.1)) {
                let call = try await heddle.place(callee, offer: offer)
                #expect(call.answer.code == 200, "\(call.answer.text)")
                try await call.hangUp()
                _ = try await heddle.told(call)
            }
            let reached = farEnds.filter { !$0.1.invites.isEmpty }
            return (reached.map(\.0), reached.last?.1.invites.last)
        }

        @Test func `a carrier with G.729 alone gets the calls that offer it`() async throws {
            // Carrier B is the cheaper one, and would get them all.
            try await heddle.change([
                "update routing.carrier_trunks set codecs = '{g729}' where id = \(Seed.id(331))"
            ])
            #expect(try await received("+14155550142", offer: Self.g729).parties == ["carrier_b"])
            #expect(try await received("+14155550142", offer: Self.pcmu).parties == ["carrier_a"])
            let why = try await heddle.database.run(
                """
                select r ->> 'outcome' from routing.routing_requests q, jsonb_array_elements(q.reasons) r
                 where q.callee = '+14155550142' and r ->> 'carrier_trunk_id' = \(Seed.id(331).uuidString.lowercased())
                 order by q.requested_at desc limit 1
                """
            ).value(String.self)
            #expect(why == "codec_not_taken")
            // Without an offer nobody knows better.
            #expect(try await received("+14155550142").parties == ["carrier_b"])
            #expect(try await received("+14155550142", offer: "m=image 4000 udptl t38\r\n").parties == ["carrier_b"])
            try await heddle.change(["update routing.carrier_trunks set codecs = '{}' where id = \(Seed.id(331))"])
            #expect(try await received("+14155550142", offer: Self.pcmu).parties == ["carrier_b"])
        }

        @Test(
            arguments: [
                (true, ";npdi;rn=+12015550000", ";npdi;rn=+12015550000"), (true, ";npdi=yes", ";npdi"),
                (true, "", ""), (false, ";npdi;rn=+12015550000", ""),
            ])
        func `what is known of porting goes on to a carrier that reads it`(
            isTold: Bool, dialled: String, sent: String
        ) async throws {
            try await heddle.change([
                "update routing.trunks set trusts_porting = true where id = \(Seed.id(500))",
                "update routing.carrier_trunks set sends_porting = \(isTold) where id = \(Seed.id(331))",
            ])
            let (_, invite) = try await received("+14155550142\(dialled)")
            try await heddle.change([
                "update routing.trunks set trusts_porting = false where id = \(Seed.id(500))",
                "update routing.carrier_trunks set sends_porting = false where id = \(Seed.id(331))",
            ])
            #expect(invite?.user == "+14155550142" + sent)
            #expect(invite?.uri.hasSuffix(";user=phone") == !sent.isEmpty)
            #expect(invite?["From"].first?.contains("<sip:+12125550100@") == true)
        }
    }
}
