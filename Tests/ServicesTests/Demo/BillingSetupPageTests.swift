import Foundation
import Postgres
import TestSupport
import Testing

@testable import Services

/// The statements of docs/howto/billing-setup.md, in the database of the demonstration.
@Suite(.database) struct BillingSetupPageTests {
    private let database: TestDatabase

    init() throws { database = try TestDatabase.suite }

    /// What stands between ```sql and ```, in its order.
    private static func statements() throws -> [String] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        let page = folder.appending(path: "../../../docs/howto/billing-setup.md")
        return try String(contentsOf: page, encoding: .utf8).components(separatedBy: "```sql\n").dropFirst()
            .compactMap { $0.components(separatedBy: "```").first }
    }

    private func values(_ query: SQL) async throws -> [String] {
        try await database.owner.run(query).values(String.self)
    }

    @Test func `what the page says can be done as it says`() async throws {
        try await SeedDemo(database.owner)()
        let statements = try Self.statements()
        #expect(statements.count > 5)
        let tenant = SeedDemo.tenant
        try await database.owner.lease { session in
            for statement in statements {
                // What carriers missed is found by a worker; here a month of it.
                if statement.hasPrefix("update vendor_mgmt.breaches") { try await miss(session) }
                try await session.runScript(SQL(unescaped: statement))
            }
        }
        #expect(
            try await values(
                """
                select c.amount::float8::text
                  from billing.rate_extras e,
                       billing.rate_call(e.tenant_id, e.id, 0, 0.02, 0.02, 6, 6, 90, '2027-01-09 15:00+00') c
                 where e.tenant_id = \(tenant)
                """) == ["0.021"])
        #expect(
            try await values(
                """
                select concat_ws(' ', (select count(*) from billing.rate_windows where tenant_id = \(tenant)),
                                 (select count(*) from billing.rate_steps where tenant_id = \(tenant)),
                                 (select included from billing.bundles where tenant_id = \(tenant)),
                                 (select sum(quantity * unit_amount)::float8 from billing.recurring_charges
                                   where tenant_id = \(tenant)),
                                 (select count(*) from billing.tax_exemptions where tenant_id = \(tenant)))
                """) == ["2 1 120000 30 1"])
        #expect(
            try await values(
                """
                select concat_ws(' ', x.code, r.rate::float8, r.valid_from, r.valid_to)
                  from billing.tax_rates r join billing.taxes x on x.tenant_id = r.tenant_id and x.id = r.tax_id
                 where r.tenant_id = \(tenant) order by x.code, r.valid_from
                """) == ["FUSF 0.366 2027-01-01 2027-04-01", "FUSF 0.372 2027-04-01", "IL-TEL 0.07 2027-01-01"])
        #expect(
            try await values(
                """
                select concat_ws(' ', c.number, b.metric, b.status, b.value::float8, b.note)
                  from vendor_mgmt.breaches b
                  join vendor_mgmt.contracts c on c.tenant_id = b.tenant_id and c.id = b.contract_id
                 where b.tenant_id = \(tenant)
                """) == ["PCS-2027-01 asr_percent claimed 40 sent to billing@palisade.example"])
    }

    private func miss(_ session: Connection) async throws {
        let tenant = SeedDemo.tenant
        try await session.run(
            """
            insert into vendor_mgmt.performance_metrics (tenant_id, vendor_id, contract_id, metric, period, period_from,
                                                         value, samples, target, target_met)
            select tenant_id, vendor_id, id, 'asr_percent', 'month', '2027-01-01', 40, 5000, 48, false
              from vendor_mgmt.contracts where tenant_id = \(tenant)
            """)
        try await session.run("select vendor_mgmt.find_breaches(\(tenant), '2027-01-01', '2027-02-01')")
    }
}
