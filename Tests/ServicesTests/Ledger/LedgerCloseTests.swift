import Foundation
import Postgres
import Services
import Telecom
import TestSupport
import Testing

/// Months of random top-ups, holds, calls, corrections and reversals, each closed: beside a few sums in memory.
///
/// What the functions post is posted now, so the months are put in the past with triggers off: one test at a time.
@Suite(.database, .serialized) struct LedgerCloseTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let months = ["2026-01", "2026-02", "2026-03"]

    @Test(arguments: [1, 2, 3] as [UInt64]) func `closed months are what the sums say, and stay so`(
        seed: UInt64
    ) async throws {
        var generator = SeededGenerator(seed: seed)
        let tenant = try await BilledTenant(db, accounts: 2)
        let accounts = [try await tenant.account(1), try await tenant.account(2)]
        try await db.owner.run(
            "select billing.set_credit_limit(\(tenant.id), a, 10000) from unnest(\(accounts)) a")
        var oracles = [LedgerOracle(), LedgerOracle()]
        for month in Self.months {
            let began = Date().addingTimeInterval(-1)
            for index in oracles.indices { oracles[index].begin() }
            for _ in 0..<18 {
                let index = Int.random(in: accounts.indices, using: &generator)
                try await step(accounts[index], &oracles[index], month, tenant, &generator)
            }
            try await putBack(to: month, since: began, tenant)
            let (closed, proof) = try await CloseLedger(owner: db.owner, engine: db.engine, tenant: tenant.id)(
                "\(month)-01", by: "test")
            #expect(proof.findings == [], "seed \(seed), \(month)")
            #expect(closed?.month == month, "seed \(seed)")
            for (account, oracle) in zip(accounts, oracles) {
                try await compare(account, oracle, month, tenant, "seed \(seed), \(month)")
            }
        }
        var options = CheckLedger.Options()
        options.rereadsClosed = true
        #expect(try await CheckLedger(db.engine, tenant: tenant.id)(options).findings == [])
        #expect(
            try await CloseLedger(owner: db.owner, engine: db.engine, tenant: tenant.id).list().map(\.sequence)
                == [1, 2, 3])
    }

    private func step(
        _ account: UUID, _ oracle: inout LedgerOracle, _ month: String, _ tenant: BilledTenant,
        _ generator: inout SeededGenerator
    ) async throws {
        let amount = Money(units: Int64.random(in: 1...900_000_000, using: &generator))
        let id = UUID()
        let byHand = PostByHand(owner: db.owner, tenant: tenant.id, actor: "test")
        let hold = oracle.holds.keys.sorted().randomElement(using: &generator)
        switch Int.random(in: 0..<12, using: &generator) {
        case 0..<2:
            try await db.owner.run("select billing.top_up(\(tenant.id), \(account), \(id), \(amount), 'x')")
            oracle.get(amount, "payment", id)
        case 2:
            let sign = Bool.random(using: &generator) ? amount : -amount
            try await db.owner.run("select billing.adjust(\(tenant.id), \(account), \(id), \(sign), 'x')")
            oracle.get(sign, "adjustment", id)
        case 3..<6:
            try await placeHold(account, amount, id, tenant)
            oracle.hold(amount, id)
        case 6..<9:
            try await call(account, amount, id, hold, month, tenant)
            oracle.call(amount, id, for: hold)
        case 9:
            guard let hold else { return }
            try await db.engine.run("select billing.release_hold(\(tenant.id), \(hold), 'x')")
            oracle.end(hold)
        default:
            guard !oracle.postings.isEmpty else { return }
            let posting = oracle.reverse(Int.random(in: oracle.postings.indices, using: &generator))
            let ledgerID = try await db.owner.run(
                """
                select id from billing.ledger
                 where tenant_id = \(tenant.id) and source = \(posting.source) and source_id = \(posting.id)
                """
            ).value(UUID.self)
            let target = try #require(ledgerID)
            #expect(try await byHand.reverse(target, reason: "x") == MoneySum(posting.gave))
            await #expect(throws: BillingFailure.self) { try await byHand.reverse(target, reason: "x") }
        }
    }

    /// With the request that the router would have left.
    private func placeHold(_ account: UUID, _ amount: Money, _ id: UUID, _ tenant: BilledTenant) async throws {
        _ = try await db.engine.run([
            "select billing.place_hold(\(tenant.id), \(account), \(id), \(amount), \(amount))",
            """
            insert into routing.routing_requests (tenant_id, requested_at, id, cdr_id, edge_id, call_id, from_tag,
                                                  source, direction, account_id, state, code, max_duration_s,
                                                  snapshot_version)
            values (\(tenant.id), now(), \(id), \(id), 'x', 'x', 'x', 'x', 'outbound', \(account), 'open', 200, 3600,
                    1)
            """,
        ])
    }

    /// Every third call is late: it began in the month before.
    private func call(
        _ account: UUID, _ price: Money, _ id: UUID, _ hold: UUID?, _ month: String, _ tenant: BilledTenant
    ) async throws {
        let began: SQL = """
            (\("\(month)-10")::timestamptz - make_interval(months => \(id.uuid.0 % 3 == 0 ? 1 : 0)::integer))
            """
        _ = try await db.engine.run([
            """
            insert into cdr.enriched_cdr (tenant_id, started_at, id, account_id, direction, disposition, sip_code,
                                          currency, talk_ms, sell_billed_s, sell_rate_id, sell_rate, sell_connect_fee,
                                          sell_initial_s, sell_next_s, sell_amount, posted_at)
            values (\(tenant.id), \(began), \(id), \(account), 'outbound', 'answered', 200, 'USD', 60000, 60, \(id), 1,
                    0, 6, 6, \(price), now())
            """,
            """
            select billing.post_calls(\(tenant.id), \([id]), \([account]), \(NullableArray([hold])), \([price]),
                                      array[\(began)])
            """,
        ])
    }

    private func putBack(to month: String, since began: Date, _ tenant: BilledTenant) async throws {
        let tables = ["billing.ledger": "posted_at", "billing.vouchers": "created_at", "billing.holds": "created_at"]
        let updates = tables.sorted { $0.key < $1.key }.map { table, column in
            """
            alter table \(table) disable trigger user;
            update \(table) set \(column) = '\(month)-20' where tenant_id = TENANT
               and \(column) >= '\(began.formatted(.iso8601))';
            alter table \(table) enable trigger user;
            """
        }
        try await tenant.run(
            updates.joined(separator: "\n") + """

                update cdr.enriched_cdr set posted_at = '\(month)-20' where tenant_id = TENANT
                   and posted_at >= '\(began.formatted(.iso8601))';
                """)
    }

    private func compare(
        _ account: UUID, _ oracle: LedgerOracle, _ month: String, _ tenant: BilledTenant, _ comment: Comment
    ) async throws {
        let sums = try await db.engine.run(
            """
            select c.opening_available + c.opening_held, c.debits, c.credits, c.closing_available, c.closing_held
              from billing.ledger_closings c
              join billing.ledger_periods p on p.tenant_id = c.tenant_id and p.id = c.ledger_period_id
             where c.tenant_id = \(tenant.id) and c.account_id = \(account)
               and p.period_from = (\("\(month)-01")::timestamp at time zone 'UTC')
            """
        ).first(Money.self, Money.self, Money.self, Money.self, Money.self)
        // An account without any entry has none yet.
        let (opening, debits, credits, available, held) = sums ?? (.zero, .zero, .zero, .zero, .zero)
        #expect(opening == oracle.opening, comment)
        #expect(debits == oracle.debits && credits == oracle.credits, comment)
        #expect(available == oracle.available && held == oracle.held, comment)

        let statement = try await ReadStatement(db.engine, tenant: tenant.id)(account, month: "\(month)-01")
        #expect(statement.isClosed && statement.opening == MoneySum(opening), comment)
        #expect(statement.closing == MoneySum(available + held), comment)
        #expect(statement.lines.map(\.amount).reduce(.zero, +) == MoneySum(credits - debits), comment)
    }

    @Test func `while something differs nothing is closed, and it is named`() async throws {
        let tenant = try await BilledTenant(db, accounts: 1)
        try await tenant.run("update billing.account_balance set available = 1 where tenant_id = TENANT")
        let (closed, proof) = try await CloseLedger(owner: db.owner, engine: db.engine, tenant: tenant.id)(
            "2026-01-01", by: "test")
        #expect(closed == nil)
        #expect(proof.counts == ["balance of available is not its sum": 1])
    }

    @Test func `a refusal says what to do`() async throws {
        let tenant = try await BilledTenant(db, accounts: 1)
        let account = try await tenant.account(1)
        let byHand = PostByHand(owner: db.owner, tenant: tenant.id, actor: "test")
        await #expect(
            throws: BillingFailure(
                "that would take the account below its credit limit; `heddle ledger limit` raises it")
        ) { try await byHand.adjust(account, by: Money(units: -1), reason: "x") }
        #expect(try await byHand.setCreditLimit(account, to: Money(units: 1), reason: "x") == .zero)
        try await byHand.adjust(account, by: Money(units: -1), reason: "x")
    }
}
