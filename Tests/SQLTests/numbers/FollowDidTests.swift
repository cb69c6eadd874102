import Foundation
import Postgres
import TestSupport
import Testing

/// Trigger numbers.follow_did: assignment and release in the inventory.
@Suite(.database) struct FollowDidTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func tenant(_ number: String) async throws -> Tenant {
        let tenant = try await db.tenant()
        try await db.owner.run("insert into numbers.inventory (tenant_id, number) values (\(tenant.id), \(number))")
        return tenant
    }

    private func assign(_ number: String, to account: Account) async throws -> Refusal? {
        try await Refusal.of {
            try await db.owner.run(
                """
                insert into numbers.dids (tenant_id, account_id, number)
                values (\(account.tenant.id), \(account.id), \(number))
                """)
        }
    }

    private func reserve(_ number: String, for account: Account, from: String, to: String) async throws {
        try await db.owner.run(
            """
            insert into numbers.reservations (tenant_id, account_id, number, reserved_at, expires_at)
            values (\(account.tenant.id), \(account.id), \(number), now() + \(from)::text::interval,
                    now() + \(to)::text::interval)
            """)
    }

    /// Status in the inventory, and the state of the last reservation.
    private func states(_ tenant: Tenant) async throws -> [String] {
        try await db.owner.run(
            """
            select i.status::text from numbers.inventory i where i.tenant_id = \(tenant.id)
            union all
            (select r.state::text from numbers.reservations r where r.tenant_id = \(tenant.id)
              order by r.reserved_at desc limit 1)
            """
        ).decode(String.self)
    }

    @Test func `a reserved number is assigned to whom it is reserved for alone`() async throws {
        let tenant = try await tenant("+12125550140")
        let (mine, other) = (try await tenant.account(), try await tenant.account())
        try await reserve("+12125550140", for: mine, from: "0", to: "1 hour")
        #expect(
            try await assign("+12125550140", to: other)
                == Refusal("23514", "assigned_number_is_not_reserved_for_another"))
        #expect(try await states(tenant) == ["reserved", "held"])
        #expect(try await assign("+12125550140", to: mine) == nil)
        #expect(try await states(tenant) == ["assigned", "assigned"])
    }

    @Test func `an expired reservation keeps nobody off`() async throws {
        let tenant = try await tenant("+12125550141")
        let (mine, other) = (try await tenant.account(), try await tenant.account())
        try await reserve("+12125550141", for: mine, from: "-2 hours", to: "-1 hour")
        #expect(try await assign("+12125550141", to: other) == nil)
        #expect(try await states(tenant) == ["assigned", "expired"])
    }

    @Test func `a released number rests, and is free after its time`() async throws {
        let tenant = try await tenant("+12125550142")
        let account = try await tenant.account()
        #expect(try await assign("+12125550142", to: account) == nil)
        try await db.owner.run("delete from numbers.dids where tenant_id = \(tenant.id)")
        #expect(try await states(tenant) == ["quarantined"])
        let rest = try await db.owner.run(
            """
            select quarantined_until between now() + interval '44 days' and now() + interval '46 days'
              from numbers.inventory where tenant_id = \(tenant.id)
            """
        ).value(Bool.self)
        #expect(rest == true)
        #expect(
            try await assign("+12125550142", to: account) == Refusal("23514", "assigned_number_is_out_of_quarantine"))
        try await db.owner.run(
            "update numbers.inventory set quarantined_until = now() where tenant_id = \(tenant.id)")
        #expect(try await assign("+12125550142", to: account) == nil)
        #expect(try await states(tenant) == ["assigned"])
    }

    @Test func `a DID that gets another number lets the first one rest`() async throws {
        let tenant = try await tenant("+12125550143")
        try await db.owner.run(
            "insert into numbers.inventory (tenant_id, number) values (\(tenant.id), '+12125550144')")
        #expect(try await assign("+12125550143", to: try await tenant.account()) == nil)
        try await db.owner.run("update numbers.dids set number = '+12125550144' where tenant_id = \(tenant.id)")
        let states = try await db.owner.run(
            "select status from numbers.inventory where tenant_id = \(tenant.id) order by number"
        ).decode(String.self)
        #expect(states == ["quarantined", "assigned"])
    }
}
