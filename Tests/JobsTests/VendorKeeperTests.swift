import Foundation
import Jobs
import Postgres
import Services
import TestSupport
import Testing

/// Vendors are measured without anybody asking.
@Suite(.database, .serialized) struct VendorKeeperTests {
    private let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `what vendors did is measured, and a broken promise is told`() async throws {
        try await SeedDemo(db.owner)()
        let trunk = try await db.owner.run(
            """
            select t.id, v.vendor_id
              from routing.carrier_trunks t
              join routing.carriers c on c.tenant_id = t.tenant_id and c.id = t.carrier_id
              join vendor_mgmt.carriers v on v.tenant_id = c.tenant_id and v.id = c.vendor_carrier_id
             where t.tenant_id = \(SeedDemo.tenant) order by t.id limit 1
            """
        ).decode(UUID.self, UUID.self)
        let (id, vendor) = try #require(trunk.first)
        _ = try await db.owner.run([
            """
            insert into cdr.daily_summary (tenant_id, day, carrier_trunk_id, direction, currency, calls, seizures,
                                           answered, effective, pdd_histogram, rolled_up_at)
            select \(SeedDemo.tenant), (now() at time zone 'UTC')::date - 2, \(id), 'outbound', 'USD', 100, 100, 10, 20,
                   array_fill(0, array[21]), now()
            """,
            """
            insert into vendor_mgmt.contracts (tenant_id, vendor_id, number, title, status, valid_from, targets)
            values (\(SeedDemo.tenant), \(vendor), 'SLA-1', 'x', 'active', '2020-01-01', '{"asr_percent": 40}')
            """,
            """
            insert into vendor_mgmt.contract_penalties (tenant_id, contract_id, metric, period, fixed_amount)
            select tenant_id, id, 'asr_percent', 'day', 25 from vendor_mgmt.contracts where number = 'SLA-1'
            """,
        ])
        let log = RecordingLog()
        try await VendorKeeper(db.engine, logger: log.logger).keep()
        let again = try await MeasureVendors(db.engine)()
        #expect(again.metrics == 0 && again.breaches == 0)
        let breaches = try await ListBreaches(db.owner)(of: SeedDemo.tenant, vendor: vendor, status: "open")
        #expect(breaches.map { "\($0.penalty)" } == ["25"] && breaches.map(\.value) == [10])
        let soon = try await ListContracts(db.owner)(of: SeedDemo.tenant, expiringWithin: 90)
        #expect(!soon.contains { $0.number == "SLA-1" })  // it is open
        #expect(try await ListContracts(db.owner)(of: SeedDemo.tenant).contains { $0.number == "SLA-1" })
    }
}
