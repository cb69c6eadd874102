import Foundation
import Postgres
import TestSupport
import Testing

@testable import Services
@testable import Telecom

/// Who has seconds of a bundle left calls without money, and no second is promised twice.
@Suite(.database, .serialized) struct HoldBundledCallsTests {
    private let db: TestDatabase

    init() throws { db = try .suite }

    /// The demonstration's customer without money, and with a bundle of so many seconds of calls to the NANP.
    private func prepare(seconds: Int) async throws {
        try await SeedDemo(db.owner)()
        try await db.owner.run("delete from billing.bundle_counters where tenant_id = \(SeedDemo.tenant)")
        try await db.owner.run("delete from billing.bundles where tenant_id = \(SeedDemo.tenant)")
        try await db.owner.run(
            """
            insert into billing.bundles (tenant_id, rate_plan_id, name, prefixes, included, valid_from)
            select p.tenant_id, p.rate_plan_id, 'minutes', '{1}', \(seconds), '2020-01-01'
              from billing.account_rate_plan p
             where p.tenant_id = \(SeedDemo.tenant) and p.account_id = \(SeedDemo.customerAccount)
            """)
        try await db.owner.run(
            """
            select billing.adjust(b.tenant_id, b.account_id, gen_random_uuid(), -b.available - b.credit_limit, 'x')
              from billing.account_balance b
             where b.tenant_id = \(SeedDemo.tenant) and b.account_id = \(SeedDemo.customerAccount)
               and b.available + b.credit_limit > 0
            """)
    }

    /// Calls of the customer, decided.
    private func calls(_ count: Int) async throws -> [CallRecord.Charged] {
        try await DemoCalls.decide(count, db.engine).map { CallRecord.Charged($0.record, $0.charge) }
    }

    private func hold(_ calls: [CallRecord.Charged]) async throws -> [OpenCalls.Held?] {
        let held = try await HoldBundledCalls(db.engine, deadline: .seconds(30))(calls)
        return calls.map { held[$0.record.routingID] }
    }

    private func state(_ call: CallRecord.Charged) async throws -> String? {
        try await db.engine.run(
            """
            select concat_ws(' ', q.state, q.code, q.hold_amount, b.seconds, 
                             (b.expires_at - q.requested_at) > interval '1 hour')
              from routing.routing_requests q
              left join billing.bundle_holds b on b.tenant_id = q.tenant_id and b.id = q.id
             where q.id = \(call.record.routingID)
            """
        ).value(String.self)
    }

    @Test func `without money a call lasts as long as the seconds that are left`() async throws {
        try await prepare(seconds: 600)
        let calls = try await calls(3)
        #expect(calls.map(\.charge.bundles.count) == [1, 1, 1])
        #expect(try await hold(Array(calls.prefix(2))) == [.money(.zero, included: 600), .refused(.noBalance)])
        #expect(calls[0].record.decision.maximumDuration(within: .zero, including: 600) == 599)
        #expect(try await state(calls[0]) == "open 200 600 t")
        #expect(try await state(calls[1]) == "refused 402")
        // They are kept back as long as the call goes on, and free again when it is not rated for long.
        #expect(try await hold([calls[2]]) == [.refused(.noBalance)])
        try await db.owner.run(
            "update billing.bundle_holds set expires_at = now() where id = \(calls[0].record.routingID)")
        let later = try await self.calls(1)
        #expect(try await hold(later) == [.money(.zero, included: 600)])
        #expect(try await state(calls[0]) == "open 200")
    }

    @Test func `what bundles have not is held as money, at the price of the seconds beyond`() async throws {
        try await prepare(seconds: 120)
        try await db.owner.run(
            "select billing.top_up(\(SeedDemo.tenant), \(SeedDemo.customerAccount), \(UUID()), 1000, 'x')")
        let calls = try await calls(2)
        let charge = calls[0].charge
        let whole = charge.wantedHold
        let rest = charge.including(120).wantedHold
        #expect(rest > .zero && rest < whole && charge.bundledSeconds > 120)
        #expect(try await hold(calls) == [.money(rest, included: 120), .money(whole)])
        let decision = calls[0].record.decision
        #expect(
            decision.maximumDuration(within: rest, including: 120) == decision.maximumDuration(within: whole))
        let faults = try await db.engine.run(
            "select count(*) from billing.check_ledger(\(SeedDemo.tenant))"
        ).value(Int.self)
        #expect(faults == 0)
    }

    @Test func `a call that may not be held because its outcome is unknown gives its seconds back`() async throws {
        // Where bundles have not enough there is money to be held, for which the balance is locked.
        try await prepare(seconds: 120)
        try await db.owner.run(
            "select billing.top_up(\(SeedDemo.tenant), \(SeedDemo.customerAccount), \(UUID()), 1000, 'x')")
        let call = try #require(try await calls(1).first)
        let calls = OpenCalls(db.engine)
        try await withThrowingTaskGroup { group in
            group.addTask { await calls.run() }
            try await db.owner.transaction { session in
                try await session.run(
                    "select from billing.account_balance where account_id = \(SeedDemo.customerAccount) for update")
                await #expect(throws: PostgresError.self) { try await calls.open(call.record, call.charge) }
            }
            // Held a moment too late, or not at all: either way nothing stays kept back.
            try await until("the refused call has its row, and no seconds", within: .seconds(60)) {
                let given = try await db.engine.run(
                    """
                    select q.state || ' ' || q.code from routing.routing_requests q
                     where q.id = \(call.record.routingID)
                       and not exists (select from billing.bundle_holds b where b.id = q.id)
                       and not exists (select from billing.holds h where h.id = q.id and h.state = 'open')
                    """
                ).value(String.self)
                return given == "refused 503" || given == "open 200"
            }
            group.cancelAll()
        }
    }
}
