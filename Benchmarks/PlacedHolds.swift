import Foundation
import Postgres
import Services
import Telecom

/// Holds of money by themselves, as they stand in the ledger with all keys and checks, but without the request that the
/// router stores with each: what a store of credit alone would do.
struct PlacedHolds: Sendable {
    let bench: Workbench
    let database: String
    let batchSize: Int
    let sessions: Int

    /// Of each call.
    private static let wanted = Money(units: 50_000_000)

    /// Holds per second over so many accounts.
    func rate(accounts: Int, _ tally: HoldTally) async throws -> Double {
        let client = try bench.client(database, role: "heddle_engine", sessions: sessions)
        let batches = try await bench.rate(sessions: sessions) { try await hold(client, accounts, &$0, tally) }
        await client.close()
        return batches * Double(batchSize)
    }

    private func hold(
        _ client: Database, _ accounts: Int, _ random: inout SplitMix, _ tally: HoldTally
    ) async throws {
        let payers = try (0..<batchSize).map { _ in
            try OperatorDatabase.customer(Int(random.next() % UInt64(accounts)))
        }
        let held = try await client.run(
            """
            select h.amount
              from billing.hold_calls(\(SeedDemo.tenant), \(payers), \(payers.map { _ in UUID.v7() }),
                                      \(payers.map { _ in Self.wanted }), \(payers.map { _ in Self.wanted }),
                                      \(payers.map { _ in SeedDemo.called })) h
            """
        ).values(Money?.self).compactMap(\.self)
        guard held.count == batchSize else { throw BenchError("\(held.count) of \(batchSize) holds were placed") }
        for amount in held { tally.add(amount) }
    }
}
