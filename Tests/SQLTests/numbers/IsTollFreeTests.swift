import Postgres
import TestSupport
import Testing

/// numbers.is_toll_free: by the area code, and of country code 1 alone.
@Suite(.database) struct IsTollFreeTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test(arguments: [
        ("+18005550100", true), ("+18335550100", true), ("+18445550100", true), ("+18555550100", true),
        ("+18665550100", true), ("+18775550100", true), ("+18885550100", true), ("+18225550100", false),
        ("+18815550100", false), ("+12125550100", false), ("+448005550100", false), ("8005550100", false), ("", false),
    ])
    func `tells toll-free numbers`(number: String, expected: Bool) async throws {
        #expect(try await db.app.run("select numbers.is_toll_free(\(number))").value(Bool.self) == expected)
    }

    @Test func `a number that is not there is not toll-free`() async throws {
        #expect(try await db.app.run("select numbers.is_toll_free(null)").value(Bool.self) == false)
    }

    @Test func `only toll-free numbers have what such numbers have`() async throws {
        let tenant = try await db.tenant()
        try await db.owner.run(
            "insert into numbers.inventory (tenant_id, number) values (\(tenant.id), '+12125550162')")
        let refusal = try await Refusal.of {
            try await db.owner.run(
                """
                insert into numbers.toll_free (tenant_id, number, resp_org)
                values (\(tenant.id), '+12125550162', 'ABC01')
                """)
        }
        #expect(refusal == Refusal("23514", "toll_free_number_has_a_toll_free_area_code"))
    }
}
