import Foundation
import Postgres
import TestSupport
import Testing

/// A random walk over all that moves money, beside a model of a few lines: after each step both agree, and the ledger
/// proves itself.
@Suite(.database) struct LedgerWalkTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    static let steps = 120

    @Test(arguments: [1, 2, 3, 4] as [UInt64]) func `balances follow the model at every step`(seed: UInt64) async throws
    {
        var generator = SeededGenerator(seed: seed)
        let tenant = try await db.tenant()
        let accounts = [try await tenant.account(), try await tenant.account(), try await tenant.account()]
        var models = [LedgerModel](repeating: LedgerModel(), count: accounts.count)
        for number in 0..<Self.steps {
            let index = Int.random(in: accounts.indices, using: &generator)
            let step = models[index].randomStep(&generator)
            let expected = models[index].take(step)
            let outcome = try await perform(step, on: accounts[index])
            #expect(outcome == expected, "seed \(seed), step \(number): \(step)")
            for (account, model) in zip(accounts, models) {
                #expect(try await account.balance == model.balance, "seed \(seed), step \(number): \(step)")
            }
            try #require(try await tenant.ledgerFaults() == [], "seed \(seed), step \(number): \(step)")
        }
        #expect(try await tenant.postings() == models.map(\.postings).reduce(0, +))
    }

    private func perform(_ step: LedgerModel.Step, on account: Account) async throws -> LedgerModel.Outcome {
        do {
            switch step {
            case .topUp(let id, let amount):
                return .posted(try await account.topUp(amount, payment: id) == true)
            case .adjust(let id, let amount):
                return .posted(try await account.adjust(amount, adjustment: id) == true)
            case .hold(let id, let wanted, let minimum):
                return .amount(try await account.hold(wanted, atLeast: minimum, routing: id))
            case .release(let id):
                return .amount(try await account.tenant.release(id))
            case .post(let id, let routing, let amount):
                let call = RatedCall(id: id, account: account, routing: routing, amount: amount)
                return .posted(try await account.tenant.post([call]) == 1)
            case .setCreditLimit(let limit):
                try await account.setCreditLimit(limit)
                return .posted(false)
            }
        } catch let error as PostgresError where error.server?.constraint == "balance_not_below_credit_limit" {
            return .refused
        }
    }
}
