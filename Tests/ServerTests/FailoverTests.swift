import Foundation
import Postgres
import SIPEdge
import Server
import Services
import Telecom
import Testing

extension EndToEndTests.CallTests {
    /// What a carrier's answer means, at the real edge: `Failover` says what is expected, and the edge, which carries
    /// it out in a language of its own, must not differ.
    @Suite(.serialized) struct FailoverTests {
        private let heddle: TestHeddle

        init() throws { heddle = try TestHeddle.suite }

        private struct Carrier: Sendable {
            let party: String
            let id: UUID
            var flags: Failover.Flags = []
        }

        /// The carriers of a call to California, the cheapest first. The first one's 403 and 404 say "no route".
        private static let carriers = [
            Carrier(
                party: "carrier_b", id: Seed.id(331), flags: [.forbiddenMeansNoRoute, .notFoundMeansNoRoute]),
            Carrier(party: "carrier_a", id: Seed.id(330)), Carrier(party: "carrier_c", id: Seed.id(332)),
        ]

        /// What the carriers say, one after the other. Who is asked beyond that answers.
        private struct Row: Sendable, CustomStringConvertible {
            let says: [Failover.Reply]

            init(_ says: Failover.Reply...) { self.says = says }
            init(_ codes: Int...) { says = codes.map { Failover.Reply(.response($0)) } }

            func reply(_ position: Int) -> Failover.Reply {
                position < says.count ? says[position] : Failover.Reply(.response(200))
            }

            /// By the rules of the engine.
            var expected: (code: Int, attempts: String) {
                var tries: [(reply: Failover.Reply, flags: Failover.Flags)] = []
                var attempts = ""
                for (position, carrier) in carriers.enumerated() {
                    var reply = reply(position)
                    reply.earlier488Count = tries.count { $0.reply.ending == .response(488) }
                    tries.append((reply, carrier.flags))
                    attempts += "\(carrier.id.text):\(reply.ending.inAttempts);"
                    if Failover.verdict(on: reply, flags: carrier.flags) == .stop { break }
                }
                return (Failover.callerCode(after: tries), attempts)
            }

            var description: String {
                says.map { said in
                    "\(said.ending.inAttempts)\(said.sawRinging ? " rang" : "")\(said.hasReason ? " reason" : "")"
                        + (said.q850Cause.map { " \($0)" } ?? "")
                }.joined(separator: ", ")
            }
        }

        private static let rows = [
            Row(Failover.Reply(.timeout)), Row(Failover.Reply(.timeout, sawRinging: true)), Row(408),
            Row(Failover.Reply(.response(408), sawRinging: true)),
            Row(480), Row(Failover.Reply(.response(480), sawRinging: true)),
            Row(Failover.Reply(.response(480), hasReason: true)),
            Row(Failover.Reply(.response(480), q850Cause: 41)), Row(Failover.Reply(.response(480), q850Cause: 18)),
            Row(Failover.Reply(.response(480), sawRinging: true, q850Cause: 41)),
            Row(488), Row(488, 488), Row(488, 503, 488),
            Row(403), Row(404), Row(503, 403), Row(503, 404), Row(403, 404),
            Row(500), Row(501), Row(502), Row(503), Row(504), Row(513), Row(580),
            Row(Failover.Reply(.response(503), sawRinging: true)),
            Row(302), Row(401), Row(407), Row(503, 302),
            Row(410), Row(484), Row(486), Row(600), Row(603), Row(604), Row(607),
            Row(503, 486), Row(500, 504, 603), Row(503, 503, 503), Row(503, 502, 408),
        ]

        private static let firstNumber = 2_000

        private func number(_ row: Int) -> String { "+1415555\(Self.firstNumber + row)" }

        private static func row(of invite: SIPText) -> Row {
            let number = Int(invite.user.suffix(4)).map { $0 - firstNumber } ?? -1
            return rows.indices.contains(number) ? rows[number] : Row(Failover.Reply(.response(200)))
        }

        private func limits(_ isUsual: Bool) async throws {
            try await heddle.change([
                """
                update routing.carrier_trunks
                   set cps = \(isUsual ? 40 : nil as Int?), reroutes_on_403 = \(!isUsual) and id = \(Seed.id(331)),
                       ring_timeout_ms = \(isUsual ? 60_000 : 1_500)
                 where id in (\(Seed.id(330)), \(Seed.id(331)), \(Seed.id(332)))
                """,
                "update accounts.accounts set channels = \(isUsual ? 20 : nil as Int?) where id = \(Seed.id(11))",
                "update accounts.accounts set cps = \(isUsual ? 10 : nil as Int?) where id = \(Seed.id(11))",
                """
                update routing.trunks set channels = \(isUsual ? 20 : nil as Int?), cps = \(isUsual ? 10 : nil as Int?)
                 where id = \(Seed.id(500))
                """,
            ])
        }

        @Test func `the edge does what the table says`() async throws {
            try await limits(false)
            let heddle = heddle
            let farEnds = Self.carriers.enumerated().map { position, carrier in
                ScriptedFarEnd(heddle, at: carrier.party) { ScriptedFarEnd.Reply(Self.row(of: $0).reply(position)) }
            }
            try await heddle.with(scripted: farEnds) {
                let calls = try await withThrowingTaskGroup(of: (Int, PlacedCall).self) { group in
                    for (row, number) in Self.rows.indices.map({ ($0, number($0)) }) {
                        group.addTask { (row, try await heddle.place(number)) }
                    }
                    return try await group.reduce(into: [Int: PlacedCall]()) { $0[$1.0] = $1.1 }
                }
                for call in calls.values where call.answer.code == 200 { try await call.hangUp() }
                for (number, row) in Self.rows.enumerated() {
                    let call = try #require(calls[number])
                    #expect(call.answer.code == row.expected.code, "\(row)")
                    let told = try await heddle.told(call)
                    #expect(told.code == row.expected.code && told.attempts == row.expected.attempts, "\(row)")
                }
            }
            try await limits(true)
        }

        @Test func `four carriers are tried, however many there are`() async throws {
            let more = [Seed.id(391), Seed.id(392)]
            try await heddle.change(
                more.enumerated().flatMap { number, id -> [SQL] in
                    [
                        """
                        insert into routing.carrier_trunks (tenant_id, id, carrier_id, name, host, port)
                        select tenant_id, \(id), carrier_id, \("More \(number)"), host, port
                          from routing.carrier_trunks where id = \(Seed.id(332))
                        """,
                        """
                        insert into routing.carrier_trunk_decks (tenant_id, carrier_trunk_id, deck_id)
                        select tenant_id, \(id), id from routing.decks where carrier_trunk_id = \(Seed.id(332))
                        """,
                        """
                        insert into routing.partition_carrier_trunks (tenant_id, partition_id, carrier_trunk_id)
                        select tenant_id, partition_id, \(id) from routing.partition_carrier_trunks
                         where carrier_trunk_id = \(Seed.id(332))
                        """,
                    ]
                })
            let farEnds = Self.carriers.map { carrier in
                ScriptedFarEnd(heddle, at: carrier.party) { _ in .init(status: "503 Service Unavailable") }
            }
            let (call, told) = try await heddle.with(scripted: farEnds) {
                let call = try await heddle.place("+14155550142")
                return (call, try await heddle.told(call))
            }
            try await heddle.change(
                more.flatMap { id -> [SQL] in
                    [
                        "delete from routing.carrier_trunk_decks where carrier_trunk_id = \(id)",
                        "update routing.carrier_trunks set status = 'suspended' where id = \(id)",
                    ]
                })
            #expect(call.answer.code == Failover.noCarrierCode && call.answer.reason == Failover.noCarrierReason)
            #expect(told.attempts.split(separator: ";").count == 4, "\(told.attempts)")
            #expect(farEnds.map(\.invites.count) == [1, 1, 2])
        }

        @Test func `once the longest post-dial delay has passed no further carrier is tried`() async throws {
            try await heddle.change(["update core.tenants set max_pdd_ms = 1000 where id = \(SeedDemo.tenant)"])
            let farEnds = [
                ScriptedFarEnd(heddle, at: "carrier_b") { _ in .init(status: nil) },
                ScriptedFarEnd(heddle, at: "carrier_a"),
            ]
            let (call, told) = try await heddle.with(scripted: farEnds) {
                let call = try await heddle.place("+14155550142")
                return (call, try await heddle.told(call))
            }
            try await heddle.change(["update core.tenants set max_pdd_ms = 10000 where id = \(SeedDemo.tenant)"])
            // The first one's own patience, 2 s, is more than is left.
            #expect(call.answer.code == Failover.noCarrierCode)
            #expect(told.attempts == "\(Seed.id(331).text):timeout;" && farEnds[1].invites.isEmpty)
        }

        @Test func `a carrier is left alone for as long as it asks`() async throws {
            let farEnds = [
                ScriptedFarEnd(heddle, at: "carrier_b") { _ in
                    .init(status: "503 Service Unavailable", headers: ["Retry-After: 120 (a circuit is down)"])
                }, ScriptedFarEnd(heddle, at: "carrier_a"),
            ]
            let told = try await heddle.with(scripted: farEnds) {
                var told: [Told] = []
                for _ in 0..<2 {
                    let call = try await heddle.place("+14155550142")
                    #expect(call.answer.code == 200)
                    try await call.hangUp()
                    told.append(try await heddle.told(call))
                }
                return told
            }
            try await EdgeControl(try Configuration(heddle.settings).edge).replace("backoff", with: [:])
            let second = "\(Seed.id(330).text):200;"
            #expect(told.map(\.attempts) == ["503", "backoff"].map { "\(Seed.id(331).text):\($0);" + second })
            #expect(farEnds[0].invites.count == 1)
        }
    }
}

extension Failover.Ending {
    /// As the CDR's attempts tell it.
    fileprivate var inAttempts: String {
        switch self {
        case .response(let code): "\(code)"
        case .timeout: "timeout"
        case .transportFailure: "503"
        }
    }
}

extension ScriptedFarEnd.Reply {
    /// The reply that the rules speak of.
    fileprivate init(_ reply: Failover.Reply) {
        rings = reply.sawRinging
        if case .response(let code) = reply.ending { status = "\(code) Said" } else { status = nil }
        if let cause = reply.q850Cause {
            headers = ["Reason: SIP;cause=480, Q.850;cause=\(cause);text=\"why\""]
        } else if reply.hasReason {
            headers = ["Reason: SIP;cause=480;text=\"why\""]
        }
    }
}
