import Foundation
import Glibc
import Processes
import Services
import TestSupport
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
                let stranger = try await heddle.place(callee, from: "127.0.0.14")
                #expect(stranger.answer.code == 403)
                #expect(try await heddle.told(stranger).code == 403)

                // One of two is killed in traffic: nobody notices.
                let traffic = try await place(15) { if $0 == 5 { first.signal(SIGKILL) } }
                #expect(traffic.allSatisfy { $0.answer.code == 200 })
                for call in traffic { try await call.hangUp() }
                for call in traffic { #expect(try await heddle.told(call).code == 200) }

                // The only one is killed: calls go on, new ones are refused, emergency calls go the edge's own way.
                let inProgress = try await place(3)
                other.signal(SIGKILL)
                let refused = try await heddle.place(callee)
                #expect(refused.answer.code == 503 && refused.answer.reason == "Routing Unavailable")
                let database = try ProcessTree(heddle.postmaster)
                defer { database.signal(SIGCONT) }
                database.signal(SIGSTOP)
                let emergency = try await heddle.place("911")
                #expect(emergency.answer.code == 200)
                database.signal(SIGCONT)
                for call in inProgress + [emergency] { try await call.hangUp() }

                let told = try await heddle.told(emergency)
                #expect(told.direction == "emergency" && told.code == 200)
                // The first emergency carrier is not there: the second one takes the call.
                #expect(told.attempts.hasSuffix("\(Seed.id(334).text):200;"), "\(told.attempts)")
                for call in inProgress {
                    let told = try await heddle.told(call)
                    #expect(told.code == 200 && told.hangup == "caller")
                }
                #expect(try await heddle.told(refused).code == 503)

                _ = try await startRouter(0)
                let next = try await heddle.place(callee)
                #expect(next.answer.code == 200)
                try await next.hangUp()
                #expect(try await heddle.told(next).code == 200)
            }
        }

        private let callee = "+14155550142"

        /// Places calls, one every 150 ms.
        /// - Parameter before: is told the number of each, beginning at 0, before it is placed.
        private func place(_ count: Int, _ before: (Int) -> Void = { _ in }) async throws -> [PlacedCall] {
            let (heddle, callee) = (heddle, callee)
            return try await withThrowingTaskGroup(of: PlacedCall.self) { group in
                for number in 0..<count {
                    before(number)
                    group.addTask { try await heddle.place(callee) }
                    try await Task.sleep(for: .milliseconds(150))
                }
                return try await group.reduce(into: [PlacedCall]()) { $0.append($1) }
            }
        }
    }
}
