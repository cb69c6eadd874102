import Foundation
import Postgres
import TestSupport
import Testing

/// numbers.end_quarantines: a number that was given back is offered again when it has rested.
///
/// One test after the other, for it looks at the numbers of all tenants.
@Suite(.database, .serialized) struct EndQuarantinesTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// - Parameter until: from now; without it the number rests until somebody frees it.
    private func rest(_ tenant: Tenant, _ number: String, until: String?) async throws {
        try await db.owner.run(
            """
            insert into numbers.inventory (tenant_id, number, status, quarantined_until)
            values (\(tenant.id), \(number), 'quarantined', now() + \(until)::text::interval)
            """)
    }

    @Test func `what has rested is available, and what rests stays`() async throws {
        let (tenant, other) = (try await db.tenant(), try await db.tenant())
        try await rest(tenant, "+12125550140", until: "-1 minute")
        try await rest(tenant, "+12125550141", until: "1 hour")
        try await rest(tenant, "+12125550142", until: nil)
        try await rest(other, "+12125550143", until: "-30 days")
        #expect(try await db.engine.run("select numbers.end_quarantines()").value(Int.self) == 2)
        let states = try await db.owner.run(
            """
            select status || ' ' || (quarantined_until is null) from numbers.inventory
             where tenant_id in (\(tenant.id), \(other.id)) order by number
            """
        ).decode(String.self)
        #expect(states == ["available true", "quarantined false", "quarantined true", "available true"])
        #expect(try await db.engine.run("select numbers.end_quarantines()").value(Int.self) == 0)
    }

    @Test func `is not for the API`() async throws {
        let refusal = try await Refusal.of { try await db.app.run("select numbers.end_quarantines()") }
        #expect(refusal == .notPermitted)
    }
}
