import Foundation
import Postgres
import Services
import Telecom
import TestSupport
import Testing

/// The ledger of an account over a month, as it is shown.
@Suite(.database) struct ReadStatementTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// What was charged is added up by the day as calls are: a switch charges a thousand times a day.
    @Test func `charges of a day are one line, and what is cut says so`() async throws {
        let tenant = try await BilledTenant(db, accounts: 1)
        let account = try await tenant.account(1)
        try await db.owner.run("select billing.top_up(\(tenant.id), \(account), \(UUID()), 100, 'x')")
        let charged = try await db.engine.run(
            """
            select count(*) from generate_series(1, 3) n
             cross join lateral billing.charge_money(\(tenant.id), \(account), 'r' || n, 1.25, 'USD', 'Conference',
                                                     'service', false, null) c
             where c.is_new
            """
        ).value(Int.self)
        #expect(charged == 3)
        let month = try await tenant.read("select to_char(now() at time zone 'UTC', 'YYYY-MM-01')")[0]
        let read = ReadStatement(db.engine, tenant: tenant.id)

        let short = try await read(account, month: month)
        #expect(short.lines.map { "\($0.source) \($0.count)" }.sorted() == ["charge 3", "hold 3", "payment 1"])
        #expect(short.lines.first { $0.source == "charge" }?.amount == MoneySum(Money(units: -375_000_000)))
        #expect(short.isComplete)
        let whole = try await read(account, month: month, isWhole: true)
        #expect(whole.lines.count == 7 && whole.isComplete)
        let cut = try await read(account, month: month, isWhole: true, most: 6)
        #expect(cut.lines.count == 6 && !cut.isComplete)
        #expect(try await read(account, month: month, isWhole: true, most: 7).isComplete)
    }
}
