package import Foundation
package import Postgres

/// A contract with a vendor, and when somebody has to think of it.
package struct VendorContract: Sendable, Hashable {
    package let vendor: String
    package let number: String
    package let title: String
    package let status: String
    package let renewsByItself: Bool
    package let noticeDays: Int
    /// When the term ends that runs now; nil is open.
    package let endsAt: Date?
    /// Until when notice must be given.
    package let noticeBy: Date?
    /// What the vendor promised, as JSON.
    package let targets: String
}

/// Lists contracts with vendors, whose last day of notice comes first.
package struct ListContracts: Sendable {
    private let database: Database

    /// - Parameter database: as the owner.
    package init(_ database: Database) { self.database = database }

    /// - Parameter days: of active ones only those whose last day of notice, or end, is no further away; nil lists all.
    package func callAsFunction(
        of tenant: UUID, expiringWithin days: Int? = nil, at now: Date = Date()
    ) async throws -> [VendorContract] {
        try await database.run(
            """
            select v.name, c.number, c.title, c.status, c.renews_by_itself, c.notice_days, e.ends_at, n.notice_by,
                   c.targets::text
              from vendor_mgmt.contracts c
              join vendor_mgmt.vendors v on v.tenant_id = \(tenant) and v.id = c.vendor_id
             cross join lateral vendor_mgmt.contract_end(
                   c.valid_from, c.valid_to, c.renews_by_itself and c.status = 'active', \(now)) as e (ends_at)
             cross join lateral (
                   select (e.ends_at at time zone 'UTC' - make_interval(days => c.notice_days)) at time zone 'UTC'
                          as notice_by) n
             where c.tenant_id = \(tenant)
               and (\(days)::int is null
                    or c.status = 'active' and n.notice_by <= \(now)::timestamptz + make_interval(days => \(days)::int))
             order by n.notice_by nulls last, v.name, c.number
             limit 1000
            """
        ).decode(
            String.self, String.self, String.self, String.self, Bool.self, Int.self, Date?.self, Date?.self,
            String.self
        ).map {
            VendorContract(
                vendor: $0, number: $1, title: $2, status: $3, renewsByItself: $4, noticeDays: $5, endsAt: $6,
                noticeBy: $7, targets: $8)
        }
    }
}
