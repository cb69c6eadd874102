package import Foundation
package import Postgres
package import Telecom

/// A promise of a vendor that was not kept.
package struct VendorBreach: Sendable, Hashable {
    package let vendor: String
    package let contract: String
    package let metric: String
    package let period: String
    package let from: Date
    package let target: Double
    package let value: Double
    package let samples: Int
    package let currency: String
    package let bought: MoneySum
    package let penalty: MoneySum
    package let status: String
}

/// Lists the promises that vendors did not keep, the newest first.
package struct ListBreaches: Sendable {
    private let database: Database

    /// - Parameter database: as the owner.
    package init(_ database: Database) { self.database = database }

    /// - Parameters:
    ///   - vendor: of one vendor.
    ///   - status: with one status.
    package func callAsFunction(
        of tenant: UUID, vendor: UUID? = nil, status: String? = nil
    ) async throws -> [VendorBreach] {
        try await database.run(
            """
            select v.name, c.number, b.metric, b.period, b.period_from, b.target::float8, b.value::float8, b.samples,
                   b.currency, b.bought_amount, b.penalty_amount, b.status
              from vendor_mgmt.breaches b
              join vendor_mgmt.vendors v on v.tenant_id = \(tenant) and v.id = b.vendor_id
              join vendor_mgmt.contracts c on c.tenant_id = \(tenant) and c.id = b.contract_id
             where b.tenant_id = \(tenant) and (\(vendor)::uuid is null or b.vendor_id = \(vendor))
               and (\(status)::text is null or b.status = \(status))
             order by b.period_from desc, v.name, c.number, b.metric
             limit 1000
            """
        ).decode(
            String.self, String.self, String.self, String.self, Date.self, Double.self, Double.self, Int.self,
            String.self, MoneySum.self, MoneySum.self, String.self
        ).map {
            VendorBreach(
                vendor: $0, contract: $1, metric: $2, period: $3, from: $4, target: $5, value: $6, samples: $7,
                currency: $8, bought: $9, penalty: $10, status: $11)
        }
    }
}
