import Foundation
import Postgres
import TestSupport
import Testing

/// Trigger numbers.follow_reservation: one reservation of a number at a time, and the inventory shows it.
@Suite(.database) struct FollowReservationTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// A tenant with one available number.
    private func tenant(_ number: String) async throws -> Tenant {
        let tenant = try await db.tenant()
        try await db.owner.run("insert into numbers.inventory (tenant_id, number) values (\(tenant.id), \(number))")
        return tenant
    }

    private func reserve(_ number: String, for account: Account, from: String = "0", to: String = "1 hour") -> SQL {
        """
        insert into numbers.reservations (tenant_id, account_id, number, reserved_at, expires_at)
        values (\(account.tenant.id), \(account.id), \(number), now() + \(from)::text::interval,
                now() + \(to)::text::interval)
        """
    }

    private func status(_ tenant: Tenant) async throws -> String? {
        try await db.owner.run("select status from numbers.inventory where tenant_id = \(tenant.id)")
            .value(String.self)
    }

    private func end(_ tenant: Tenant, as state: String) async throws -> Refusal? {
        try await Refusal.of {
            try await db.owner.run(
                """
                update numbers.reservations set state = \(state), ended_at = now() where tenant_id = \(tenant.id)
                """)
        }
    }

    @Test func `a number is reserved, and free again when it is given up`() async throws {
        let tenant = try await tenant("+12125550150")
        let account = try await tenant.account()
        try await db.owner.run(reserve("+12125550150", for: account))
        #expect(try await status(tenant) == "reserved")
        #expect(try await end(tenant, as: "released") == nil)
        #expect(try await status(tenant) == "available")
        // It has ended.
        #expect(try await end(tenant, as: "assigned") == Refusal("23514", "reservation_ends_once_and_is_over"))
        try await db.owner.run(reserve("+12125550150", for: try await tenant.account()))
        #expect(try await status(tenant) == "reserved")
    }

    @Test func `it has one reservation at a time, and an expired one is out of the way`() async throws {
        let tenant = try await tenant("+12125550151")
        let (first, second) = (try await tenant.account(), try await tenant.account())
        try await db.owner.run(reserve("+12125550151", for: first, from: "-2 hours", to: "-1 hour"))
        try await db.owner.run(reserve("+12125550151", for: second))
        for account in [first, second] {
            let refusal = try await Refusal.of { try await db.owner.run(reserve("+12125550151", for: account)) }
            #expect(refusal == Refusal("23P01", "number_has_one_reservation_at_a_time"))
        }
        #expect(try await status(tenant) == "reserved")
    }

    @Test func `of many at once one gets it`() async throws {
        let tenant = try await tenant("+12125550152")
        let accounts = [try await tenant.account(), try await tenant.account(), try await tenant.account()]
        let refusals = try await withThrowingTaskGroup(of: Refusal?.self) { group in
            for account in accounts {
                group.addTask {
                    try await Refusal.of { try await self.db.owner.run(self.reserve("+12125550152", for: account)) }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(refusals.count { $0 == nil } == 1)
    }

    @Test func `what is assigned, or rests, cannot be reserved`() async throws {
        let tenant = try await tenant("+12125550153")
        let account = try await tenant.account()
        for state in ["assigned", "quarantined"] {
            try await db.owner.run("update numbers.inventory set status = \(state) where tenant_id = \(tenant.id)")
            let refusal = try await Refusal.of { try await db.owner.run(reserve("+12125550153", for: account)) }
            #expect(refusal == Refusal("23514", "reserved_number_is_available"))
        }
    }

    @Test func `people of an account reserve without seeing the inventory`() async throws {
        let tenant = try await tenant("+12125550154")
        let account = try await tenant.account()
        let answers = try await db.app.run([
            tenant.people(of: [account.id]), "select count(*) from numbers.inventory",
            reserve("+12125550154", for: account, to: "20 minutes"),
        ])
        #expect(try answers[1].value(Int.self) == 0)
        #expect(try await status(tenant) == "reserved")
    }
}
