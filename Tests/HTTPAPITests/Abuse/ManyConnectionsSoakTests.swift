import Foundation
import Glibc
import HTTPAPI
import TestSupport
import Testing

/// Very many connections at once: each costs little, and who comes meanwhile is answered. The long form has 10,000.
@Suite(.database) struct ManyConnectionsSoakTests {
    private let connections = Soak.count(short: 500, long: 10_000)
    /// What the process may grow by: 20 KB a connection.
    private let growthMaximumBytes = 10_000 * 20 << 10

    /// What the clients saw; bytes are those of the server's process.
    private struct Crowd: Decodable {
        let connections: Int
        let answered: Int
        let visits: Int
        let visitsAnswered: Int
        let lateBefore: Int
        let lateAfter: Int
        let before: Int
        let full: Int
        let again: Int
        let after: Int
    }

    @Test(.timeLimit(.minutes(30)))
    func `very many connections are served in little memory, and nobody is kept out meanwhile`() async throws {
        let connections = connections
        let crowd = try await TestServer.run {
            $0.mostConnections = connections + 1
            $0.idleTime = .seconds(3_600)
        } _: { server -> Crowd in
            let told = try await PythonClients.play(
                "crowd.py", [String(server.port), String(connections), String(getpid())], atMost: .seconds(1_500))
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            return try decoder.decode(Crowd.self, from: Data(told.utf8))
        }
        #expect(crowd.connections == 2 * connections)
        #expect(crowd.answered == connections / 2 * 2, "two rounds, half of which ask")
        #expect(crowd.visits > 0 && crowd.visitsAnswered == crowd.visits)
        // There is one place left, unless a visitor before has it still; some come in with it, since a loop takes a few
        // connections at a time.
        #expect((0...8).contains(crowd.lateBefore), "\(crowd.lateBefore) were answered")
        #expect(crowd.lateBefore + crowd.lateAfter == 11)
        // The short form runs beside other tests, whose memory is that of the same process.
        guard connections >= 10_000 else { return }
        #expect(crowd.full - crowd.before < growthMaximumBytes, "grew by \((crowd.full - crowd.before) >> 10) KiB")
        // What the first ones cost is there for the next ones.
        #expect(crowd.again - crowd.full < growthMaximumBytes / 4, "\((crowd.again - crowd.full) >> 10) KiB more")
        #expect(crowd.after - crowd.full < growthMaximumBytes / 4, "\((crowd.after - crowd.full) >> 10) KiB more")
    }
}
