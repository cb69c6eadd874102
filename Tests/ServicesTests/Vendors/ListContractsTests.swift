import Foundation
import Postgres
import TestSupport
import Testing

@testable import Services

/// Which contracts somebody has to think of.
@Suite(.database) struct ListContractsTests {
    private let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `a contract is near when the last day of its notice is`() async throws {
        try await SeedDemo(db.owner)()
        try await db.owner.run(
            """
            insert into vendor_mgmt.contracts (tenant_id, vendor_id, number, title, status, valid_from, valid_to,
                                               renews_by_itself, notice_days)
            select \(SeedDemo.tenant), v.id, c.*
              from (select id from vendor_mgmt.vendors where tenant_id = \(SeedDemo.tenant) order by id limit 1) v
             cross join (values
                   ('near', 'x', 'active', timestamptz '2025-01-01+00', timestamptz '2027-01-01+00', false, 30),
                   ('notice is past', 'x', 'active', '2025-01-01+00', '2026-12-10+00', false, 30),
                   ('far', 'x', 'active', '2025-01-01+00', '2028-01-01+00', false, 30),
                   ('long notice', 'x', 'active', '2025-01-01+00', '2027-12-01+00', true, 365),
                   ('renewed', 'x', 'active', '2023-01-01+00', '2024-01-01+00', true, 60),
                   ('open', 'x', 'active', '2025-01-01+00', null, false, 30),
                   ('ended', 'x', 'terminated', '2025-01-01+00', '2027-01-01+00', false, 30),
                   ('drafted', 'x', 'draft', '2025-01-01+00', '2027-01-01+00', false, 30)) c
            """)
        let now = Date(timeIntervalSince1970: 1_795_651_200)  // 2026-11-26
        let list = try await ListContracts(db.owner)(of: SeedDemo.tenant, expiringWithin: 5, at: now)
        #expect(list.map(\.number) == ["renewed", "notice is past", "long notice"])
        #expect(list.first?.endsAt == Date(timeIntervalSince1970: 1_798_761_600))  // 2027-01-01
        let more = try await ListContracts(db.owner)(of: SeedDemo.tenant, expiringWithin: 6, at: now)
        #expect(more.map(\.number) == ["renewed", "notice is past", "long notice", "near"])
        #expect(try await ListContracts(db.owner)(of: SeedDemo.tenant, at: now).count >= 8)
    }
}
