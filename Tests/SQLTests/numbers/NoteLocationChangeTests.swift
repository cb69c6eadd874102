import Foundation
import Postgres
import TestSupport
import Testing

/// Trigger numbers.note_location_change: a new place is not the place that was validated.
@Suite(.database) struct NoteLocationChangeTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// A tenant with one validated address, which has not moved since 2026 began.
    private func tenant() async throws -> Tenant {
        let tenant = try await db.tenant()
        let account = try await tenant.account()
        try await db.owner.run(
            """
            insert into numbers.e911_addresses (tenant_id, account_id, label, caller_name, house_number, street_name,
                                                locality, region, postal_code, status, validated_at, confirmed_at,
                                                location_changed_at)
            values (\(tenant.id), \(account.id), 'HQ', 'Test', '1', 'Main', 'New York', 'NY', '10001', 'validated',
                    '2026-01-01', '2026-01-01', '2026-01-01')
            """)
        return tenant
    }

    /// Status after a change, whether the place is marked as moved, and whether it is still confirmed.
    private func result(of change: String, _ tenant: Tenant) async throws -> String? {
        try await db.owner.run(
            """
            update numbers.e911_addresses set \(unescaped: change) where tenant_id = \(tenant.id)
            returning status || case when location_changed_at > '2026-01-02' then ' moved' else '' end
                      || case when confirmed_at is null then '' else ' confirmed' end
            """
        ).value(String.self)
    }

    @Test(arguments: [
        "house_number = '2'", "house_suffix = 'A'", "street_pre_directional = 'N'", "street_name = 'Broad'",
        "street_suffix = 'ST'", "street_post_directional = 'SW'", "building = 'B'", "floor = '2'", "unit = '2'",
        "room = '2'", "location_detail = 'left'", "locality = 'Albany'", "region = 'NJ'", "postal_code = '10002'",
    ])
    func `whatever says where it is makes it a draft again`(change: String) async throws {
        #expect(try await result(of: change, try await tenant()) == "draft moved")
    }

    @Test(arguments: ["label = 'Office'", "caller_name = 'Other'", "msag_community = 'NYC'", "floor = null"])
    func `what does not say where it is leaves it as it was`(change: String) async throws {
        #expect(try await result(of: change, try await tenant()) == "validated confirmed")
    }

    @Test func `a correction by the provider says itself how it stands`() async throws {
        #expect(
            try await result(of: "street_suffix = 'ST', status = 'corrected'", try await tenant())
                == "corrected moved confirmed")
    }
}
