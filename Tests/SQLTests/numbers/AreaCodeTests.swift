import Postgres
import TestSupport
import Testing

/// numbers.area_code: of numbers of country code 1 alone.
@Suite(.database) struct AreaCodeTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test(
        arguments: [
            ("+12125550100", "212"), ("+18885550141", "888"), ("+442079460958", nil), ("+1212555010", nil),
            ("+121255501000", nil), ("12125550100", nil), ("", nil),
        ] as [(String, String?)])
    func `is the three digits after +1`(number: String, areaCode: String?) async throws {
        let found = try await db.app.run("select numbers.area_code(\(number))").value(String?.self)
        #expect(found == .some(areaCode))
    }

    @Test func `is kept beside every number in the inventory`() async throws {
        let tenant = try await db.tenant()
        try await db.owner.run(
            """
            insert into numbers.inventory (tenant_id, number)
            values (\(tenant.id), '+12125550161'), (\(tenant.id), '+442079460161')
            """)
        let codes = try await db.owner.run(
            "select area_code from numbers.inventory where tenant_id = \(tenant.id) order by number"
        ).decode(String?.self)
        #expect(codes == ["212", nil])
    }
}
