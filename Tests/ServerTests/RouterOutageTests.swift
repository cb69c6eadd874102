import Foundation
import Glibc
import Processes
import Services
import Testing

extension EndToEndTests {
    /// The routers in processes of their own, so that they can be killed one by one.
    @Suite(.serialized, .heddle("routers", role: "edge,worker")) struct RouterOutageTests {
        private let heddle: TestHeddle

        init() throws { heddle = try TestHeddle.suite }

        private func startRouter(_ number: Int) async throws -> RunningProcess {
            let address = heddle.plan.routers[number]
            let process = try await heddle.serve(
                "router", until: "the router listens on \(address)", ["HEDDLE_ROUTER_LISTEN": address])
            try await until("the edge asks router \(address)") { try await heddle.asksRouter(address) }
            return process
        }

        @Test func `routers are killed one after the other`() async throws {
            let first = try await startRouter(0)
            let other = try await startRouter(1)
            try await heddle.with([.answers("carrier_b"), .answers("emergency_b")]) {
                // Nobody can log in here: who is not known is refused.
                let stranger = try await heddle.call(.refused(403, from: "127.0.0.14"))
                #expect(try await heddle.settled(stranger).map(\.code) == [403])

                // One of two is killed in traffic: nobody notices.
                let traffic = try await heddle.dial(Dialling(calls: 15, perSecond: 6, talkMilliseconds: 1_500))
                try await heddle.answered(traffic, 5)
                first.signal(SIGKILL)
                #expect(await traffic.finished())
                #expect(try await heddle.settled(traffic).allSatisfy { $0.code == 200 })

                // The only one is killed: calls go on, new ones are refused, emergency calls go the edge's own way.
                let inProgress = try await heddle.dial(Dialling(calls: 3, talkMilliseconds: 3_000))
                try await heddle.answered(inProgress)
                other.signal(SIGKILL)
                let refused = try await heddle.call(.refused(503))
                let database = try ProcessTree(heddle.postmaster)
                defer { database.signal(SIGCONT) }
                database.signal(SIGSTOP)
                let emergency = try await heddle.call(Dialling(callee: "911", arguments: ["-recv_timeout", "20000"]))
                database.signal(SIGCONT)
                #expect(await inProgress.finished())

                let told = try #require(try await heddle.settled(emergency).first)
                #expect(told.direction == "emergency" && told.code == 200)
                // The first emergency carrier is not there: the second one takes the call.
                #expect(told.attempts.hasSuffix("\(Seed.id(334).text):200;"), "\(told.attempts)")
                #expect(try await heddle.settled(inProgress).allSatisfy { $0.code == 200 && $0.hangup == "caller" })
                #expect(try await heddle.settled(refused).map(\.code) == [503])

                _ = try await startRouter(0)
                let next = try await heddle.call(Dialling())
                #expect(try await heddle.settled(next).map(\.code) == [200])
            }
        }
    }
}
