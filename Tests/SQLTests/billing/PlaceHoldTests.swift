import Foundation
import Postgres
import TestSupport
import Testing

/// billing.place_hold: what a call may take of the money that is left.
@Suite(.database) struct PlaceHoldTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// One line of the table: an account, what a call asks for, what it gets.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        var balance: Amount = "10"
        var creditLimit: Amount = "0"
        let wanted: Amount
        var minimum: Amount = "0.10"
        let granted: Amount?

        var testDescription: String { name }
    }

    /// In order of precedence: a free call first, then too little, then what is left.
    static let cases: [Case] = [
        Case(name: "a free call holds nothing, whatever is left", balance: "0", wanted: "0", granted: "0"),
        Case(name: "nothing left", balance: "0", wanted: "1", granted: nil),
        Case(name: "less left than the minimum", balance: "0.09999999", wanted: "1", granted: nil),
        Case(name: "exactly the minimum left", balance: "0.10", wanted: "1", granted: "0.10"),
        Case(name: "less left than wanted", balance: "0.75", wanted: "1", granted: "0.75"),
        Case(name: "exactly what is wanted left", balance: "1", wanted: "1", granted: "1"),
        Case(name: "more left than wanted", wanted: "1", granted: "1"),
        Case(name: "wants less than the minimum", wanted: "0.05", granted: nil),
        Case(name: "no minimum, but nothing left", balance: "0", wanted: "1", minimum: "0", granted: "0"),
        Case(name: "the last 0.00000001", balance: "0.00000001", wanted: "1", minimum: "0", granted: "0.00000001"),
        Case(name: "credit is as good as money", balance: "0", creditLimit: "5", wanted: "1", granted: "1"),
        Case(name: "money and credit together", balance: "0.40", creditLimit: "0.50", wanted: "1", granted: "0.90"),
        Case(name: "credit is used up", balance: "0", creditLimit: "0.09", wanted: "1", granted: nil),
    ]

    @Test(arguments: cases) func `grants what is left, at most what is wanted`(line: Case) async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: line.balance, creditLimit: line.creditLimit)
        let before = try await tenant.postings()

        #expect(try await account.hold(line.wanted, atLeast: line.minimum) == line.granted)

        let held = line.granted ?? .zero
        #expect(
            try await account.balance
                == Balance(available: line.balance - held, held: held, creditLimit: line.creditLimit))
        #expect(try await tenant.postings() == (before ?? 0) + (held == .zero ? 0 : 1))
        #expect(try await tenant.ledgerFaults() == [])
    }

    @Test func `a repeat returns the open hold and takes nothing`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "10")
        let routing = UUID()
        #expect(try await account.hold("8", routing: routing) == "8")
        // Also when it wants something else now, or when there is not enough left for another.
        #expect(try await account.hold("8", routing: routing) == "8")
        #expect(try await account.hold("1", routing: routing) == "8")
        #expect(try await account.hold("9", atLeast: "9", routing: routing) == "8")
        #expect(try await account.balance == Balance(available: "2", held: "8"))
    }

    @Test func `a repeat after the hold has ended holds nothing`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "10")
        let (released, settled) = (UUID(), UUID())
        _ = try await account.hold("1", routing: released)
        _ = try await tenant.release(released)
        _ = try await account.hold("1", routing: settled)
        try await tenant.post([RatedCall(account: account, routing: settled, amount: "1")])

        #expect(try await account.hold("1", routing: released) == nil)
        #expect(try await account.hold("1", routing: settled) == nil)
        #expect(try await account.balance == Balance(available: "9"))
        #expect(try await tenant.ledgerFaults() == [])
    }

    @Test func `a routing id of another account grants nothing`() async throws {
        let tenant = try await db.tenant()
        let rich = try await tenant.account(balance: "10")
        let poor = try await tenant.account()
        let routing = UUID()
        _ = try await rich.hold("1", routing: routing)
        #expect(try await poor.hold("1", routing: routing) == nil)
        #expect(try await poor.balance == Balance())
    }

    @Test func `accounts of another tenant cannot be held`() async throws {
        let (tenant, other) = (try await db.tenant(), try await db.tenant())
        let account = try await tenant.account(balance: "10")
        #expect(try await Account(tenant: other, id: account.id).hold("1") == nil)
        #expect(try await account.balance == Balance(available: "10"))
    }

    /// What is no amount is refused: silently it would have been granted everything that is left.
    @Test(arguments: ["null", "'NaN'", "'Infinity'", "-1", "10000000000"])
    func `what is no amount is refused`(wanted: String) async throws {
        let account = try await db.tenant().account(balance: "10")
        let refusal = try await Refusal.of {
            try await db.engine.run(
                """
                select billing.place_hold(\(account.tenant.id), \(account.id), \(UUID()),
                                          \(unescaped: wanted)::numeric, 0.1)
                """)
        }
        #expect(refusal == .badParameter)
        #expect(try await account.balance == Balance(available: "10"))
    }

    @Test func `an amount is rounded to eight decimals, half away from zero`() async throws {
        let account = try await db.tenant().account(balance: "10")
        let granted = try await db.engine.run(
            """
            select billing.place_hold(\(account.tenant.id), \(account.id), \(UUID()), 0.123456785, 0)
            """
        ).value(Amount.self)
        #expect(granted == "0.12345679")
    }

    // MARK: The race

    /// Fifty calls, each of which wants exactly a tenth of the balance, asked for in batches of one round trip.
    @Test(arguments: [1, 5, 50]) func `of fifty tenths ten are granted`(batch: Int) async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "1.23")
        let tenth: Amount = "0.123"
        let granted = try await withThrowingTaskGroup(of: [Amount?].self) { group in
            for _ in 0..<(50 / batch) {
                group.addTask {
                    try await db.engine.run((0..<batch).map { _ in account.holdStatement(tenth, atLeast: tenth) })
                        .map { try $0.value(Amount?.self) ?? nil }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(granted.count == 50)
        #expect(granted.compactMap(\.self) == [Amount](repeating: tenth, count: 10))
        #expect(try await account.balance == Balance(held: "1.23"))
        #expect(try await tenant.ledgerFaults() == [])
    }

    @Test func `one routing id asked for by many at once is held once`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "10")
        let routing = UUID()
        let granted = try await withThrowingTaskGroup(of: Amount?.self) { group in
            for _ in 0..<20 { group.addTask { try await account.hold("1", routing: routing) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(granted == [Amount?](repeating: "1", count: 20))
        #expect(try await account.balance == Balance(available: "9", held: "1"))
    }

    @Test func `many at once never take more than is left, whatever they want`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "3", creditLimit: "0.5")
        let granted = try await withThrowingTaskGroup(of: Amount?.self) { group in
            for index in 1...40 { group.addTask { try await account.hold(Amount(units: Int64(index) * 7_654_321)) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let held = granted.compactMap(\.self).reduce(.zero, +)
        // Something is granted as long as a hundred-millionth is left, so in the end nothing is.
        #expect(held == "3.5")
        #expect(try await account.balance == Balance(available: "-0.5", held: held, creditLimit: "0.5"))
        #expect(try await tenant.ledgerFaults() == [])
    }
}
