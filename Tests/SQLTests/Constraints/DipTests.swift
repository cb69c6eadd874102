import Foundation
import Postgres
import TestSupport
import Testing

/// routing.lrn_dips: what was asked of numbers, each operator for itself; and what a call keeps of it.
@Suite(.database) struct DipTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test(
        arguments: [
            ("'+12125550100', true, '+12015550000', '6529'", nil),
            ("'+12125550100', false, null, '6529'", nil),
            ("'+12125550100', null, null, null", nil),
            ("'+12125550100', true, null, null", "ported_number_has_lrn"),
            ("'+12125550100', false, '+12015550000', null", "ported_number_has_lrn"),
            ("'+442071838750', null, null, null", "dip_is_of_a_north_american_number"),
            ("'+12125550100', null, null, '65-9'", "dip_ocn_is_four_characters"),
        ] as [(String, String?)])
    func `an answer is whole`(values: String, constraint: String?) async throws {
        let tenant = try await db.tenant()
        let refusal = try await Refusal.of {
            try await db.engine.run(
                """
                insert into routing.lrn_dips (tenant_id, number, is_ported, lrn, ocn, expires_at)
                values (\(tenant.id), \(unescaped: values), now() + interval '1 day')
                """)
        }
        #expect(refusal?.constraint == constraint)
    }

    @Test func `neither other operators nor customers see it`() async throws {
        let (tenant, other) = (try await db.tenant(), try await db.tenant())
        let account = try await tenant.account()
        try await db.engine.run(
            """
            insert into routing.lrn_dips (tenant_id, number, is_ported, expires_at)
            values (\(tenant.id), '+12125550100', false, now() + interval '1 day')
            """)
        for (context, seen) in [(tenant.staff, 1), (other.staff, 0), (tenant.people(of: [account.id]), 0)] {
            let rows = try await db.app.run([context, "select count(*) from routing.lrn_dips"]).last
            #expect(try rows?.value(Int.self) == seen)
        }
    }

    @Test(arguments: [
        ("null, null, null", true), ("'dip', true, '+12015550000'", true), ("'cache', false, null", true),
        ("'timeout', null, null", true), ("null, true, '+12015550000'", false), ("'dip', true, null", false),
        ("'dip', false, '+12015550000'", false),
    ])
    func `a call with an LRN is ported, and says who said so`(values: String, isRight: Bool) async throws {
        let tenant = try await db.tenant()
        let refusal = try await Refusal.of {
            try await db.engine.run(
                """
                insert into cdr.enriched_cdr (tenant_id, started_at, id, direction, disposition, sip_code, currency,
                                              lrn_source, ported, lrn)
                values (\(tenant.id), now(), \(UUID()), 'outbound', 'failed', 503, 'USD', \(unescaped: values))
                """)
        }
        #expect(refusal == (isRight ? nil : Refusal("23514", "ported_call_has_lrn_and_its_source")))
    }
}
