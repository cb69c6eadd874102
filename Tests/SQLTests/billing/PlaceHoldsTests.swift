import Foundation
import Postgres
import TestSupport
import Testing

/// billing.place_holds: many calls at once get what they would get one after the other.
@Suite(.database) struct PlaceHoldsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// What one call of a list asks for.
    struct Wish: Sendable {
        var account: UUID
        var routing = UUID()
        var wanted: Amount
        var minimum: Amount = "0.00000001"
    }

    private func place(_ wishes: [Wish], of tenant: Tenant) async throws -> [UUID: Amount?] {
        let rows = try await db.engine.run(
            """
            select routing_id, amount
              from billing.place_holds(\(tenant.id), \(wishes.map(\.account)), \(wishes.map(\.routing)),
                                       \(wishes.map(\.wanted)), \(wishes.map(\.minimum)))
            """
        ).decode(UUID.self, Amount?.self)
        #expect(rows.count == wishes.count)
        return Dictionary(uniqueKeysWithValues: rows.map { ($0.0, $0.1) })
    }

    /// Batches over three accounts, with free calls, repeats of open and ended holds, and holds of another account.
    @Test(arguments: 1...6 as ClosedRange<UInt64>) func `a batch gets what its calls get one by one`(
        seed: UInt64
    ) async throws {
        var generator = SeededGenerator(seed: seed)
        let tenant = try await db.tenant()
        let accounts = [
            try await tenant.account(balance: "9"), try await tenant.account(balance: "4", creditLimit: "2"),
            try await tenant.account(balance: "0"),
        ]
        var models = [LedgerModel](repeating: LedgerModel(), count: accounts.count)
        _ = models[0].take(.topUp(UUID(), "9"))
        _ = models[1].take(.topUp(UUID(), "4"))
        _ = models[1].take(.setCreditLimit("2"))
        for batch in 0..<12 {
            var wishes: [Wish] = []
            var expected: [UUID: Amount?] = [:]
            for _ in 0..<Int.random(in: 1...20, using: &generator) {
                let index = Int.random(in: accounts.indices, using: &generator)
                let step = models[index].randomStep(&generator)
                guard case .hold(let routing, let wanted, let minimum) = step, expected[routing] == nil else {
                    try await between(step, on: accounts[index], &models[index], isFirst: wishes.isEmpty)
                    continue
                }
                guard case .amount(let granted) = models[index].take(step) else { continue }
                wishes.append(Wish(account: accounts[index].id, routing: routing, wanted: wanted, minimum: minimum))
                expected.updateValue(granted, forKey: routing)
            }
            if wishes.isEmpty { continue }
            #expect(try await place(wishes, of: tenant) == expected, "seed \(seed), batch \(batch)")
            for (account, model) in zip(accounts, models) {
                #expect(try await account.balance == model.balance, "seed \(seed), batch \(batch)")
            }
            try #require(try await tenant.ledgerFaults() == [], "seed \(seed), batch \(batch)")
        }
    }

    /// Ends holds between two batches, never within one.
    private func between(
        _ step: LedgerModel.Step, on account: Account, _ model: inout LedgerModel, isFirst: Bool
    ) async throws {
        guard isFirst, case .release(let routing) = step else { return }
        _ = model.take(step)
        _ = try await account.tenant.release(routing)
    }

    @Test func `what one call takes the next one finds gone, in the order of the list`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "10")
        let wishes = ["6", "5", "1", "3", "0", "1"].map { Wish(account: account.id, wanted: $0, minimum: "1") }
        let granted = try await place(wishes, of: tenant)
        // 6, then what is left of 5, then nothing for those that follow, but a free call.
        #expect(wishes.map { granted[$0.routing] ?? nil } == ["6", "4", nil, nil, "0", nil])
    }

    /// A refused call takes nothing, so a smaller one behind it may still be granted.
    @Test func `a call that is refused leaves its money to the next`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "3")
        let wishes = [("8", "5"), ("2", "2"), ("2", "2"), ("1", "1")].map { (wanted: Amount, minimum: Amount) in
            Wish(account: account.id, wanted: wanted, minimum: minimum)
        }
        let granted = try await place(wishes, of: tenant)
        #expect(wishes.map { granted[$0.routing] ?? nil } == [nil, "2", nil, "1"])
        #expect(try await account.balance == Balance(held: "3"))
    }

    @Test func `accounts of another tenant, and accounts that are nobody's, get nothing`() async throws {
        let (tenant, other) = (try await db.tenant(), try await db.tenant())
        let (mine, theirs) = (try await tenant.account(balance: "5"), try await other.account(balance: "5"))
        let wishes = [theirs.id, mine.id, UUID()].map { Wish(account: $0, wanted: "1") }
        let granted = try await place(wishes, of: tenant)
        #expect(wishes.map { granted[$0.routing] ?? nil } == [nil, "1", nil])
        #expect(try await theirs.balance == Balance(available: "5"))
    }

    @Test func `no calls hold nothing`() async throws {
        #expect(try await place([], of: try await db.tenant()) == [:])
    }

    /// What cannot be meant is refused as a whole, and nothing has moved.
    @Test(arguments: [
        ("a list that is too short", "array[1]"), ("no amount", "array[1, null]"), ("not a number", "array[1, 'NaN']"),
        ("below zero", "array[1, -1]"), ("without end", "array['Infinity', 1]"),
    ]) func `lists that cannot be meant are refused`(name: String, wanted: String) async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "10")
        let refusal = try await Refusal.of {
            try await db.engine.run(
                """
                select billing.place_holds(\(tenant.id), \([account.id, account.id]), \([UUID(), UUID()]),
                                           \(unescaped: wanted)::numeric[], array[1, 1])
                """)
        }
        #expect(refusal == .badParameter)
        #expect(try await account.balance == Balance(available: "10"))
    }

    @Test func `a routing id that is named twice is refused`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "10")
        let routing = UUID()
        let wishes = [Wish(account: account.id, routing: routing, wanted: "1")]
        let refusal = try await Refusal.of { _ = try await place(wishes + wishes, of: tenant) }
        #expect(refusal == .badParameter)
        #expect(try await account.balance == Balance(available: "10"))
    }

    /// Two routers that hold for the same accounts at once, named in opposite orders.
    @Test func `batches from two sides neither deadlock nor overspend`() async throws {
        let tenant = try await db.tenant()
        let accounts = try await [tenant.account(balance: "2"), tenant.account(balance: "2")].map(\.id)
        let granted = try await withThrowingTaskGroup(of: [Amount].self) { group in
            for round in 0..<20 {
                let order = round.isMultiple(of: 2) ? accounts : accounts.reversed()
                let wishes = (order + order).map { Wish(account: $0, wanted: "0.1", minimum: "0.1") }
                group.addTask { try await place(wishes, of: tenant).values.compactMap(\.self) }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(granted == [Amount](repeating: "0.1", count: 40))
        #expect(try await tenant.ledgerFaults() == [])
    }

    /// Holds are written before the balances are locked: what another batch took meanwhile is gone all the same.
    @Test func `money that goes while a batch is written is counted out anew`() async throws {
        let tenant = try await db.tenant()
        let (account, other) = (try await tenant.account(balance: "1"), try await tenant.account(balance: "1"))
        let wishes = [account.id, other.id, account.id].map { Wish(account: $0, wanted: "0.4", minimum: "0.1") }
        let granted = try await db.engine.lease { session in
            let pid = try await session.run("select pg_backend_pid()").value(Int.self)
            try await session.run("begin")
            try await session.run(
                """
                select billing.place_hold(\(tenant.id), \(account.id), \(UUID()), 0.7, 0.7)
                """)
            async let granted = place(wishes, of: tenant)
            do {
                try await until("the batch waits") {
                    try await db.owner.run(
                        "select count(*) from pg_stat_activity where \(pid)::integer = any (pg_blocking_pids(pid))"
                    ).value(Int.self) != 0
                }
            } catch {
                try await session.run("rollback")
                throw error
            }
            try await session.run("commit")
            return try await granted
        }
        #expect(wishes.map { granted[$0.routing] ?? nil } == ["0.3", "0.4", nil])
        #expect(try await account.balance == Balance(held: "1"))
        #expect(try await other.balance == Balance(available: "0.6", held: "0.4"))
        #expect(try await tenant.ledgerFaults() == [])
    }
}
