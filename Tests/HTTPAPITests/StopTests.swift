import NIOCore
import NIOPosix
import TestSupport
import Testing

/// How the server ends.
@Suite(.database) struct StopTests {
    @Test func `a server that stops while clients come does not fall`() async throws {
        for _ in 0..<10 {
            let (ports, known) = AsyncStream.makeStream(of: Int.self)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await TestServer.run { server in
                        known.yield(server.port)
                        try await Task.sleep(for: .milliseconds(20))
                    }
                    known.finish()
                }
                group.addTask {
                    for await port in ports { await Self.come(to: port) }
                }
                try await group.waitForAll()
            }
        }
    }

    /// Connects again and again, eight at a time, and leaves at once.
    private static func come(to port: Int) async {
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<60 {
                        let client = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                        guard let channel = try? await client.connect(host: "127.0.0.1", port: port).get() else {
                            return
                        }
                        try? await channel.close()
                    }
                }
            }
        }
    }
}
