import Foundation
import Glibc
import Postgres
import Processes
import Telecom
import TestSupport
import Testing

extension EndToEndTests {
    /// Three routers in processes of their own are asked at once for calls of one account: what it may spend is counted
    /// in the database, so it does not matter which of them is asked, nor that one of them dies.
    @Suite(.serialized, .heddle("three-routers", role: "edge,worker")) struct ThreeRoutersTests {
        private let heddle: TestHeddle

        init() throws { heddle = try TestHeddle.suite }

        /// A router of its own, which the edge need not know.
        private struct Router {
            let address: String
            let process: RunningProcess
        }

        private func routers() async throws -> [Router] {
            var routers: [Router] = []
            for _ in 0..<3 {
                let address = "127.0.0.1:\(try FreePorts.take())"
                let process = try await heddle.serve(
                    "router", until: "the router listens on \(address)", ["HEDDLE_ROUTER_LISTEN": address])
                routers.append(Router(address: address, process: process))
            }
            return routers
        }

        /// Asks a router as the edge does, and takes its answer.
        /// - Returns: the status; 0 when no answer came.
        private func ask(_ router: String, _ number: Int, _ run: String) async -> Int {
            let client = UDPClient(to: "127.0.0.1", UInt16(router.split(separator: ":").last ?? "") ?? 0)
            let called = "+14155550142"
            let head = [
                "Via: SIP/2.0/UDP 127.0.0.1:\(client.localPort);branch=z9hG4bK\(run)\(number)", "Max-Forwards: 70",
                "From: <sip:+12125550100@127.0.0.9>;tag=t\(number)", "Call-ID: \(run)-\(number)",
            ]
            let received = Int64(Date().timeIntervalSince1970 * 1e6) + Int64(number)
            let invite =
                ["INVITE sip:\(called)@127.0.0.1 SIP/2.0"] + head + [
                    "To: <sip:\(called)@127.0.0.1>", "CSeq: 1 INVITE", "Contact: <sip:x@127.0.0.9:5060>",
                    "X-Heddle-Edge: three", "X-Heddle-Source: 127.0.0.9;\(heddle.plan.port("customer"));udp",
                    "X-Heddle-Received: \(received)", "Content-Length: 0", "", "",
                ]
            let answer = await client.ask(Array(invite.joined(separator: "\r\n").utf8), tries: 4)
            guard let answer, let to = answer.firstMatch(of: /\r\n(To:[^\r]*)/)?.1 else { return 0 }
            let ack =
                ["ACK sip:\(called)@127.0.0.1 SIP/2.0"] + head + [
                    String(to), "CSeq: 1 ACK", "Content-Length: 0", "", "",
                ]
            client.send(Array(ack.joined(separator: "\r\n").utf8))
            return Int(answer.dropFirst(8).prefix(3)) ?? 0
        }

        /// The statuses of so many questions at once, in turns to each of the routers.
        private func flood(
            _ routers: [Router], _ count: Int, _ run: String, _ before: @Sendable (Int) -> Void = { _ in }
        ) async -> [Int: Int] {
            await withTaskGroup(of: Int.self) { group in
                for number in 0..<count {
                    before(number)
                    group.addTask { await ask(routers[number % routers.count].address, number, run) }
                }
                return await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
            }
        }

        private func held() async throws -> Money {
            try await heddle.database.run(
                "select held from billing.account_balance where account_id = \(Seed.id(11))"
            ).value(Money.self) ?? .zero
        }

        /// No call came of any of these questions.
        private func release() async throws {
            _ = try await heddle.owner.run(
                """
                select count(billing.release_hold(tenant_id, id, 'test')) from routing.routing_requests
                 where edge_id = 'three' and state = 'open'
                """)
        }

        @Test func `neither the balance nor a spend cap is exceeded, whoever is asked and whoever dies`() async throws {
            let routers = try await routers()
            let before = try await heddle.available()
            // Ten minutes at 0.0120 are held for each call: ten calls.
            let (ten, five) = (try #require(Money("1.2")), try #require(Money("0.6")))
            try await heddle.setAvailable(ten)
            let first = await flood(routers, 90, "balance")
            let routed = first[302] ?? 0
            #expect(try await held() <= ten)
            #expect(routed <= 10 && routed + (first[402] ?? 0) + (first[503] ?? 0) + (first[0] ?? 0) == 90, "\(first)")
            // A hold whose outcome was not known in time keeps its tenth; without such, all ten are there.
            #expect(routed == 10 || (first[503] ?? 0) + (first[0] ?? 0) > 0, "\(first)")
            try await release()
            #expect(try await held() == .zero)

            // A cap of half of it for the day, money enough, and the first router dies in the middle.
            try await heddle.setAvailable(try #require(Money("20")))
            try await heddle.change([
                """
                insert into billing.spend_caps (tenant_id, account_id, span, amount)
                values (\(Seed.id(1)), \(Seed.id(11)), 'day', \(five))
                """
            ])
            let second = await flood(routers, 90, "cap") { if $0 == 30 { routers[0].process.signal(SIGKILL) } }
            let capped = second[302] ?? 0
            #expect(try await held() <= five, "\(second)")
            #expect(capped <= 5 && second[402] == nil, "\(second)")
            // The others go on: whoever asks them gets an answer.
            let others = await flood(Array(routers.dropFirst()), 20, "others")
            #expect((others[302] ?? 0) + (others[403] ?? 0) + (others[503] ?? 0) == 20, "\(others)")
            #expect(try await held() <= five)
            // What is given back may be spent again.
            try await release()
            let again = await flood(Array(routers.dropFirst()), 20, "again")
            #expect((1...5).contains(again[302] ?? 0), "\(again)")
            try await release()
            try await heddle.change(["delete from billing.spend_caps where account_id = \(Seed.id(11))"])
            try await heddle.setAvailable(before)
        }
    }
}
