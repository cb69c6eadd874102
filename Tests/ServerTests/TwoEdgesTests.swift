import Foundation
import Glibc
import Postgres
import Processes
import TestSupport
import Testing

extension EndToEndTests {
    /// Two edges, each a Kamailio with routers in a process of its own, take calls of one account at once. What the
    /// account may do holds for both together, also when one of them dies.
    @Suite(.serialized, .heddle("two-edges")) struct TwoEdgesTests {
        private let heddle: TestHeddle
        private let edges: [String]
        private let second: [String: String]

        init() throws {
            heddle = try TestHeddle.suite
            let routers = try (0..<2).map { _ in "127.0.0.1:\(try FreePorts.take())" }
            edges = [heddle.plan.edge, "127.0.0.1:\(try FreePorts.take())"]
            let database = try EmbeddedDirectory(root: "\(heddle.directory)/postgres")
            second = [
                "HEDDLE_DATA": "\(heddle.directory)/second", "HEDDLE_EDGE_ID": "second",
                "HEDDLE_SIP_LISTEN": "udp:\(edges[1])", "HEDDLE_EDGE_RPC_PORT": "\(try FreePorts.take())",
                "HEDDLE_ROUTERS": routers.joined(separator: ","),
                "DATABASE_URL": database.address(database: "heddle", role: "heddle_owner"),
            ]
        }

        private func startSecond() async throws -> RunningProcess {
            let process = try await heddle.serve("edge,router", second)
            try await until("both edges share", within: .seconds(30)) {
                try await heddle.database.run(
                    """
                    select count(*) from routing.edge_shares h join routing.edges e on e.id = h.edge_id
                     where not e.is_alone and h.in_use is not null and h.kind = 'account_channels'
                       and h.subject_id = \(Seed.id(11))
                    """
                ).value(Int.self) == 2
            }
            return process
        }

        private func limits(channels: Int?, perSecond: Int?) async throws {
            try await heddle.change([
                "update accounts.accounts set channels = \(channels), cps = \(perSecond) where id = \(Seed.id(11))",
                "update routing.trunks set channels = null, cps = null where id = \(Seed.id(500))",
            ])
        }

        private struct Call: Sendable {
            let caller: TestCaller
            let answer: SIPText
            let edge: Int

            var isAnswered: Bool { answer.code == 200 }
            func hangUp() async throws { try await caller.hangUp(answer) }
        }

        private func call(_ edge: Int) async throws -> Call {
            let caller = TestCaller(heddle, edge: edges[edge])
            return Call(caller: caller, answer: try await caller.invite("+14155550142"), edge: edge)
        }

        /// So many calls at once at each of some edges; those that are answered go on.
        private func flood(_ count: Int, at edges: [Int] = [0, 1]) async throws -> [Call] {
            try await withThrowingTaskGroup(of: Call.self) { group in
                for _ in 0..<count { for edge in edges { group.addTask { try await call(edge) } } }
                return try await group.reduce(into: []) { $0.append($1) }
            }.filter(\.isAnswered)
        }

        /// Calls at an edge again and again, as a customer does who is refused, until so many are answered.
        /// - Parameter already: how many calls are in progress.
        private func insist(_ edge: Int, _ count: Int, already: Int, of limit: Int) async throws -> [Call] {
            var calls: [Call] = []
            try await until("\(count) calls at edge \(edge) are answered", within: .seconds(60)) {
                let more = try await call(edge)
                if more.isAnswered { calls.append(more) }
                #expect(calls.count + already <= limit)
                return calls.count >= count
            }
            return calls
        }

        @Test func `two edges never exceed channels or calls per second, and the survivor gets what is free`()
            async throws
        {
            try await limits(channels: 4, perSecond: nil)
            var process = try await startSecond()
            try await heddle.with([.answers("carrier_b")]) {
                var calls = try await flood(6)
                #expect(calls.count <= 4)
                #expect(try await flood(3).count <= 4 - calls.count || calls.count == 4)
                // All move to the one that calls come to.
                for call in calls { try await call.hangUp() }
                calls = try await insist(1, 4, already: 0, of: 4)
                #expect(try await flood(3).isEmpty)
                // Two end, and the other edge has them.
                for call in calls.suffix(2) { try await call.hangUp() }
                calls.removeLast(2)
                let others = try await insist(0, 2, already: 2, of: 4)
                #expect(try await flood(3).isEmpty)
                for call in others { try await call.hangUp() }

                // The second dies with two calls, all of it. What it had free goes to the first, and no more.
                let edge = try ProcessTree(heddle.pid("second/edge/run/kamailio.pid"))
                process.signal(SIGKILL)
                edge.signal(SIGKILL)
                var survivors = try await insist(0, 2, already: 2, of: 4)
                try await Task.sleep(for: .seconds(1))
                #expect(try await flood(3, at: [0]).isEmpty)
                // It comes back: its lost calls are closed, and what they took is free as well.
                process = try await startSecond()
                survivors += try await insist(0, 2, already: 2, of: 4)
                #expect(try await flood(3).isEmpty)
                for call in survivors { try await call.hangUp() }
            }

            try await limits(channels: nil, perSecond: 5)
            let (admitted, seconds) = try await heddle.with([.refuses("carrier_b", "486 Busy Here")]) {
                // Once each edge has its share, and some seconds after that.
                var letIn: Set<Int> = []
                try await until("both edges let calls in", within: .seconds(30)) {
                    for edge in 0..<2 where try await call(edge).answer.code == 486 { letIn.insert(edge) }
                    return letIn.count == 2
                }
                let began = ContinuousClock.now
                var admitted = 0
                while began.duration(to: .now) < .seconds(4) {
                    admitted += try await rates()
                    try await Task.sleep(for: .milliseconds(100))
                }
                return (admitted, Int(began.duration(to: .now).components.seconds) + 1)
            }
            // A second that was begun, and one that is begun, count as whole ones.
            #expect((5...5 * (seconds + 1)).contains(admitted), "\(admitted) in \(seconds) s")
            try await limits(channels: 20, perSecond: 10)
            await process.stop(grace: .seconds(40))
        }

        @Test func `an edge that cannot start is not left known, and one with another one's id is not started`()
            async throws
        {
            func known() async throws -> [String] {
                try await heddle.database.run("select id from routing.edges order by id").values(String.self)
            }
            let before = try await known()
            #expect(before.count == 1)
            var third = second.merging(["HEDDLE_DATA": "\(heddle.directory)/third", "HEDDLE_EDGE_ID": "third"]) { $1 }
            third["HEDDLE_SIP_LISTEN"] = "udp:\(edges[0])"
            await #expect(throws: HarnessError.self) { try await heddle.serve("edge,router", third) }
            #expect(try await known() == before)

            third["HEDDLE_SIP_LISTEN"] = "udp:\(edges[1])"
            third["HEDDLE_EDGE_ID"] = before[0]
            let rival = try await heddle.serve("edge,router", until: "is the id of another SIP edge", third)
            #expect(!FileManager.default.fileExists(atPath: "\(heddle.directory)/third/edge/run/kamailio.pid"))
            await rival.stop(grace: .seconds(40))
            #expect(try await known() == before)
        }

        /// A few calls at once at each edge; how many were let in.
        private func rates() async throws -> Int {
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<2 { for edge in 0..<2 { group.addTask { try await call(edge).answer.code } } }
                return try await group.reduce(into: 0) { $0 += $1 == 486 ? 1 : 0 }
            }
        }
    }
}
