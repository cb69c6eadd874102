import Foundation
import Postgres
import TestSupport
import Testing

/// numbers.expire_reservations: notes what is over, of all tenants.
///
/// One test after the other, for it looks at the reservations of all tenants.
@Suite(.database, .serialized) struct ExpireReservationsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func reserve(_ tenant: Tenant, _ number: String, from: String, to: String) async throws {
        let account = try await tenant.account()
        try await db.owner.run("insert into numbers.inventory (tenant_id, number) values (\(tenant.id), \(number))")
        try await db.owner.run(
            """
            insert into numbers.reservations (tenant_id, account_id, number, reserved_at, expires_at)
            values (\(tenant.id), \(account.id), \(number), now() + \(from)::text::interval,
                    now() + \(to)::text::interval)
            """)
    }

    @Test func `numbers of expired reservations are available again`() async throws {
        let (tenant, other) = (try await db.tenant(), try await db.tenant())
        try await reserve(tenant, "+12125550130", from: "-2 hours", to: "-1 hour")
        try await reserve(tenant, "+12125550131", from: "0", to: "1 hour")
        try await reserve(other, "+12125550132", from: "-2 days", to: "-1 day")
        #expect(try await db.engine.run("select numbers.expire_reservations()").value(Int.self) == 2)
        let states = try await db.owner.run(
            """
            select i.status || ' ' || r.state || ' ' || (r.ended_at is not distinct from r.expires_at)
              from numbers.inventory i join numbers.reservations r using (tenant_id, number)
             where i.tenant_id in (\(tenant.id), \(other.id)) order by i.number
            """
        ).decode(String.self)
        #expect(states == ["available expired true", "reserved held false", "available expired true"])
        #expect(try await db.engine.run("select numbers.expire_reservations()").value(Int.self) == 0)
    }

    @Test func `a number that somebody else reserved meanwhile stays reserved`() async throws {
        let tenant = try await db.tenant()
        try await reserve(tenant, "+12125550133", from: "-2 hours", to: "-1 hour")
        let account = try await tenant.account()
        try await db.owner.run(
            """
            insert into numbers.reservations (tenant_id, account_id, number, expires_at)
            values (\(tenant.id), \(account.id), '+12125550133', now() + interval '1 hour')
            """)
        #expect(try await db.engine.run("select numbers.expire_reservations()").value(Int.self) == 1)
        let status = try await db.owner.run("select status from numbers.inventory where tenant_id = \(tenant.id)")
            .value(String.self)
        #expect(status == "reserved")
    }

    @Test func `is not for the API`() async throws {
        let refusal = try await Refusal.of { try await db.app.run("select numbers.expire_reservations()") }
        #expect(refusal == .notPermitted)
    }
}
