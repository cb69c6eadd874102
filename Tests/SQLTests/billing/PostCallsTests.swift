import Foundation
import Postgres
import TestSupport
import Testing

/// billing.post_calls: a delivered call is debited exactly once, and its hold ends with it.
@Suite(.database) struct PostCallsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// One line of the table: a call with or without a hold, and what it leaves of a balance of 10.
    struct Case: Sendable, CustomTestStringConvertible {
        /// What became of the hold before the call was posted.
        enum Hold: Sendable { case none, open(Amount), released(Amount) }

        let name: String
        var hold: Hold = .none
        let amount: Amount
        let postings: Int
        let balance: Balance
        var state: String?

        var testDescription: String { name }
    }

    static let cases: [Case] = [
        Case(name: "free, without a hold: no posting", amount: "0", postings: 0, balance: Balance(available: "10")),
        Case(
            name: "free, with a hold: the hold comes back", hold: .open("4"), amount: "0", postings: 1,
            balance: Balance(available: "10"), state: "settled"),
        Case(
            name: "free, after its hold was released: no posting", hold: .released("4"), amount: "0", postings: 0,
            balance: Balance(available: "10"), state: "superseded"),
        Case(name: "without a hold", amount: "3", postings: 1, balance: Balance(available: "7")),
        Case(
            name: "less than the hold", hold: .open("4"), amount: "3", postings: 1, balance: Balance(available: "7"),
            state: "settled"),
        Case(
            name: "exactly the hold", hold: .open("4"), amount: "4", postings: 1, balance: Balance(available: "6"),
            state: "settled"),
        Case(
            name: "more than the hold", hold: .open("4"), amount: "5", postings: 1, balance: Balance(available: "5"),
            state: "settled"),
        Case(
            name: "after its hold was released", hold: .released("4"), amount: "3", postings: 1,
            balance: Balance(available: "7"), state: "superseded"),
        Case(
            name: "more than is left", amount: "12", postings: 1,
            balance: Balance(available: "-2", overdrawn: "2")),
        Case(
            name: "more than the hold and all that is left", hold: .open("10"), amount: "10.5", postings: 1,
            balance: Balance(available: "-0.5", overdrawn: "0.5"), state: "settled"),
    ]

    @Test(arguments: cases) func `the debit takes the place of the hold, once`(line: Case) async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "10")
        let routing = UUID()
        switch line.hold {
        case .none: break
        case .open(let amount): _ = try await account.hold(amount, routing: routing)
        case .released(let amount):
            _ = try await account.hold(amount, routing: routing)
            _ = try await tenant.release(routing)
        }
        let call = RatedCall(account: account, routing: routing, amount: line.amount)

        #expect(try await tenant.post([call]) == line.postings)
        #expect(try await account.balance == line.balance)
        #expect(try await account.holdState(routing) == line.state)

        // What comes again posts nothing and changes nothing.
        #expect(try await tenant.post([call]) == 0)
        #expect(try await tenant.post([call, call]) == 0)
        #expect(try await account.balance == line.balance)
        #expect(try await account.holdState(routing) == line.state)
        #expect(try await tenant.ledgerFaults() == [])
    }

    @Test func `a call named twice in one list counts once`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "10")
        let call = RatedCall(account: account, amount: "1")
        #expect(try await tenant.post([call, call, call]) == 1)
        #expect(try await account.balance == Balance(available: "9"))
    }

    @Test func `one hold pays for one call only`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "10")
        let routing = UUID()
        _ = try await account.hold("4", routing: routing)
        let calls = (0..<2).map { _ in RatedCall(account: account, routing: routing, amount: "1") }
        #expect(try await tenant.post(calls) == 2)
        #expect(try await tenant.post([RatedCall(account: account, routing: routing, amount: "1")]) == 1)
        #expect(try await account.balance == Balance(available: "7"))
        #expect(try await tenant.ledgerFaults() == [])
    }

    @Test func `a hold of another account stays`() async throws {
        let tenant = try await db.tenant()
        let (payer, other) = (try await tenant.account(balance: "10"), try await tenant.account(balance: "10"))
        let routing = UUID()
        _ = try await other.hold("4", routing: routing)
        try await tenant.post([RatedCall(account: payer, routing: routing, amount: "1")])
        #expect(try await payer.balance == Balance(available: "9"))
        #expect(try await other.balance == Balance(available: "6", held: "4"))
        #expect(try await other.holdState(routing) == "open")
    }

    @Test func `a list of many accounts posts each to its own`() async throws {
        let tenant = try await db.tenant()
        var accounts: [Account] = []
        for _ in 0..<5 { accounts.append(try await tenant.account(balance: "10")) }
        let calls = accounts.indices.flatMap { index in
            (0...index).map { _ in RatedCall(account: accounts[index], amount: "0.5") }
        }
        #expect(try await tenant.post(calls) == 15)
        for (index, account) in accounts.enumerated() {
            #expect(try await account.balance.available == Amount(units: 1_000_000_000 - Int64(index + 1) * 50_000_000))
        }
        #expect(try await tenant.ledgerFaults() == [])
    }

    /// Two importers with the same files in different order and different pieces.
    @Test func `many at once with the same calls post each once`() async throws {
        let tenant = try await db.tenant()
        let accounts = [try await tenant.account(balance: "100"), try await tenant.account(balance: "100")]
        var calls: [RatedCall] = []
        for index in 0..<60 {
            let account = accounts[index % 2]
            let routing = UUID()
            if index % 3 > 0 { _ = try await account.hold("2", routing: routing) }
            if index % 3 > 1 { _ = try await tenant.release(routing) }
            calls.append(RatedCall(account: account, routing: routing, amount: "1"))
        }
        let posted = try await withThrowingTaskGroup(of: Int?.self) { group in
            for start in 0..<6 {
                let mine = start % 2 == 0 ? calls : calls.reversed()
                group.addTask { try await tenant.post(Array(mine[start...])) }
                group.addTask { try await tenant.post(Array(mine[..<(60 - start)])) }
            }
            return try await group.reduce(0) { $0 + ($1 ?? 0) }
        }
        #expect(posted == 60)
        for account in accounts { #expect(try await account.balance == Balance(available: "70")) }
        #expect(try await tenant.ledgerFaults() == [])
    }

    @Test func `money that comes in lowers what is overdrawn`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "1", creditLimit: "1")
        try await tenant.post([RatedCall(account: account, amount: "5")])
        #expect(try await account.balance == Balance(available: "-4", creditLimit: "1", overdrawn: "3"))
        try await account.topUp("2")
        #expect(try await account.balance == Balance(available: "-2", creditLimit: "1", overdrawn: "1"))
        try await account.topUp("2")
        #expect(try await account.balance == Balance(available: "0", creditLimit: "1"))
    }

    /// All that is wrong with a list refuses all of it.
    @Test(arguments: [
        ("array[gen_random_uuid()]", "array[]::uuid[]", "array[null]::uuid[]", "array[1]"),
        ("array[gen_random_uuid()]", "array[ACCOUNT]", "array[]::uuid[]", "array[1]"),
        ("array[gen_random_uuid()]", "array[ACCOUNT]", "array[null]::uuid[]", "null"),
        ("array[gen_random_uuid()]", "array[ACCOUNT]", "null", "array[1]"),
        ("array[gen_random_uuid()]", "array[ACCOUNT]", "array[null]::uuid[]", "array[-1]"),
        ("array[gen_random_uuid()]", "array[ACCOUNT]", "array[null]::uuid[]", "array[null]::numeric[]"),
    ])
    func `lists that do not fit are refused`(cdrs: String, accounts: String, routings: String, amounts: String)
        async throws
    {
        let account = try await db.tenant().account(balance: "10")
        let named = accounts.replacing("ACCOUNT", with: "'\(account.id)'::uuid")
        let refusal = try await Refusal.of {
            try await db.engine.run(
                """
                select billing.post_calls(\(account.tenant.id), \(unescaped: cdrs), \(unescaped: named),
                                          \(unescaped: routings), \(unescaped: amounts))
                """)
        }
        #expect(refusal == .badParameter)
        #expect(try await account.balance == Balance(available: "10"))
    }

    @Test func `an account without a balance refuses the whole list`() async throws {
        let (tenant, other) = (try await db.tenant(), try await db.tenant())
        let account = try await tenant.account(balance: "10")
        let stranger = try await other.account(balance: "10")
        let refusal = try await Refusal.of {
            try await tenant.post([
                RatedCall(account: account, amount: "1"),
                RatedCall(account: Account(tenant: tenant, id: stranger.id), amount: "1"),
            ])
        }
        #expect(refusal == Refusal("23503"))
        #expect(try await account.balance == Balance(available: "10"))
        #expect(try await stranger.balance == Balance(available: "10"))
    }

    /// New calls of an account wait for its balance: it is free while the postings are written. Where a cap counts the
    /// hold, it is not, for what is left of the cap is known by who has the balance.
    @Test(arguments: [false, true]) func `the balance is locked last, or first where there is a cap`(
        isCapped: Bool
    ) async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "10")
        if isCapped { try await tenant.cap("9", of: account) }
        let routing = UUID()
        _ = try await account.hold("4", routing: routing)
        let isFree = try await db.owner.lease { session in
            let pid = try await session.run("select pg_backend_pid()").value(Int.self)
            try await session.run("begin")
            try await session.run(
                "select from billing.holds where tenant_id = \(tenant.id) and id = \(routing) for update")
            async let posted = tenant.post([RatedCall(account: account, routing: routing, amount: "1")])
            do {
                try await until("the posting waits for the hold") {
                    try await db.owner.run(
                        "select count(*) from pg_stat_activity where \(pid)::integer = any (pg_blocking_pids(pid))"
                    ).value(Int.self) != 0
                }
                let free = try await db.owner.run(
                    """
                    select count(*) from (select from billing.account_balance
                                           where tenant_id = \(tenant.id) and account_id = \(account.id)
                                             for no key update skip locked) b
                    """
                ).value(Int.self)
                try await session.run("rollback")
                _ = try await posted
                return free == 1
            } catch {
                try await session.run("rollback")
                throw error
            }
        }
        #expect(isFree == !isCapped)
        #expect(try await account.balance == Balance(available: "9"))
    }

    @Test func `it says since when the balances are locked`() async throws {
        let account = try await db.tenant().account(balance: "10")
        let isNow = try await db.engine.run(
            """
            select p.locked_at between statement_timestamp() and clock_timestamp()
              from billing.post_calls(\(account.tenant.id), \([UUID()]), \([account.id]), array[null]::uuid[],
                                      array[1]) p
            """
        ).value(Bool.self)
        #expect(isNow == true)
    }

    @Test func `no calls are no postings`() async throws {
        #expect(try await db.tenant().post([]) == 0)
    }
}
