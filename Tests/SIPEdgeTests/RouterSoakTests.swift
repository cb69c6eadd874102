import Postgres
import TestSupport
import Testing

@testable import SIPEdge

/// Mutated messages at the router's port, with and without the edge's headers: it goes on routing.
@Suite(.database, .serialized) struct RouterSoakTests {
    @Test(arguments: Soak.seeds(short: 1, long: 20))
    func `a router at whose port anything arrives goes on routing`(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let good = invite(edgeHeaders(source: "127.0.0.9;5060;udp"), branch: "z9hG4bK-mutated", callID: "mutated@test")
        let messages = TortureCase.all.map(\.bytes) + [[UInt8]](repeating: good, count: 60)
        try await TestRouter.run { port in
            // Each call that is routed holds money, and none of them ends.
            try await TestDatabase.suite.owner.run(
                """
                select billing.adjust('de300000-0000-7000-8000-000000000001', 'de300000-0000-7000-8000-000000000011',
                                      core.uuid_v7(), 10000, 'soak')
                """)
            let noise = UDPClient(to: "127.0.0.1", port)
            let edge = Edge()
            for _ in 0..<Soak.count(short: 5, long: 40) {
                for _ in 0..<50 {
                    var bytes = messages.randomElement(using: &random) ?? []
                    mutate(&bytes, &random)
                    noise.send(bytes)
                }
                try await edge.placeCall(port)
            }
        }
    }
}
