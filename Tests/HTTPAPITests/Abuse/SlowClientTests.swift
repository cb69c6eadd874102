import Foundation
import HTTPAPI
import Postgres
import Services
import TestSupport
import Testing

/// Clients of every slow kind at once, played by a program of their own, beside some that are quick.
@Suite(.database) struct SlowClientTests {
    /// How many of a kind there were, and how many ended as they should.
    private struct Kind: Decodable {
        let count: Int
        let fine: Int
        let wrong: [String]
    }

    @Test(.timeLimit(.minutes(5)))
    func `slow clients are shown out, all of them, and the others are served meanwhile`() async throws {
        let database = try TestDatabase.suite
        let mine = try await TestOperator.make(database)
        let key = try await mine.key(try await ResourceServer.permissions(database)) {
            $0.requestsPerMinute = 1_000_000
        }.text
        // A list of 15 MB: more than the kernel keeps of what a client leaves unread.
        try await database.owner.run(
            """
            insert into accounts.contacts (tenant_id, account_id, name, email)
            select \(mine.id), \(mine.account), repeat('x', 1000), 'x@x.example' from generate_series(1, 15000)
            """)
        try await TestServer.run {
            $0.idleTime = .seconds(5)  // those who are quick may have to wait for the machine
            $0.bodyTime = .seconds(2)
            $0.answerTime = .seconds(2)
            $0.refusedTime = .seconds(1)
        } _: { server in
            let places = HTTPSettings(directory: "").mostExportsOfOne
            let told = try await PythonClients.play(
                "slow_clients.py",
                [
                    String(server.port), key, "20", "/v1/accounts/contacts?format=jsonl", "8", String(places),
                ], atMost: .seconds(240))
            let kinds = try JSONDecoder().decode([String: Kind].self, from: Data(told.utf8))
            #expect(kinds.count == 8)
            for (name, kind) in kinds {
                #expect(kind.count == (name == "released" ? 1 : 20), "\(name)")
                #expect(kind.fine == kind.count, "\(name): \(kind.wrong.prefix(3))")
            }
            #expect(try await mine.batches() == 0)
        }
    }
}
