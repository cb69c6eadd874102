import Foundation
import Postgres
import TestSupport
import Testing

@testable import Services
@testable import Telecom

/// Which extras hold for a call.
@Suite(.database) struct UsedExtrasTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `the longest prefix decides alone, of its rows the one that begins last, and nobody else's`()
        async throws
    {
        let (tenant, other) = (UUID(), UUID())
        for id in [tenant, other] {
            try await db.owner.run("insert into core.tenants (id, slug, name) values (\(id), \("u-" + id.text), 'x')")
            try await db.owner.run(
                "insert into billing.rate_plans (tenant_id, id, name) values (\(id), \(tenant), 'x')")
        }
        try await db.owner.run(
            """
            insert into billing.rate_extras (tenant_id, rate_plan_id, direction, prefix, attempt_fee, valid_from,
                                             valid_to)
            values (\(tenant), \(tenant), 'outbound', null, 1, '2026-01-01', null),
                   (\(tenant), \(tenant), 'outbound', '1', 2, '2026-01-01', null),
                   (\(tenant), \(tenant), 'outbound', '1', 3, '2026-02-01', '2026-03-01'),
                   (\(tenant), \(tenant), 'inbound', null, 4, '2026-01-01', null),
                   (\(other), \(tenant), 'outbound', '1212', 5, '2026-01-01', null)
            """)
        let january = Date(microseconds: 1_768_000_000_000_000)
        let february = Date(microseconds: 1_771_000_000_000_000)
        func key(_ number: String, _ at: Date, isInbound: Bool = false, plan: UUID? = nil) throws -> ExtrasKey {
            ExtrasKey(
                tenantID: tenant, list: .plan(plan ?? tenant), isInbound: isInbound,
                number: try #require(E164(number)), at: at)
        }
        let cases: [(ExtrasKey, String?)] = [
            (try key("+442079460958", january), "1"), (try key("+12125550100", january), "2"),
            (try key("+12125550100", february), "3"), (try key("+12125550100", january, isInbound: true), "4"),
            (try key("+12125550100", Date(microseconds: 1_767_000_000_000_000)), nil),
            (try key("+12125550100", january, plan: UUID()), nil),
        ]
        let read = try await db.engine.lease { try await UsedExtras($0, for: cases.map(\.0)) }
        for (key, fee) in cases {
            #expect(read[key]?.attemptFee.description == fee)
        }
        let none = try await db.engine.lease { try await UsedExtras($0, for: []) }
        #expect(none[cases[0].0] == nil)
    }
}
