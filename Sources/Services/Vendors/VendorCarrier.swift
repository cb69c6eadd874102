package import Foundation
package import Postgres

/// A carrier as one that sends invoices: its row in `vendor_mgmt.carriers`.
package struct VendorCarrier: Sendable {
    package let tenantID: UUID
    package let id: UUID
    package let vendorID: UUID
    package let name: String
    package let currency: String
}

/// Finds a carrier by the name of its routes, of its company, or by its id.
package struct FindVendorCarrier: Sendable {
    private let database: Database

    /// - Parameter database: as the owner.
    package init(_ database: Database) { self.database = database }

    /// - Throws: `ImportFailure` when there is none or more than one, naming those that there are.
    package func callAsFunction(_ text: String, of tenant: UUID) async throws -> VendorCarrier {
        let found = try await database.run(
            """
            select distinct c.id, c.vendor_id, v.name, c.currency
              from vendor_mgmt.carriers c
              join vendor_mgmt.vendors v on v.tenant_id = \(tenant) and v.id = c.vendor_id
              left join routing.carriers r on r.tenant_id = \(tenant) and r.vendor_carrier_id = c.id
             where c.tenant_id = \(tenant)
               and (lower(r.name) = lower(\(text)) or lower(v.name) = lower(\(text)) or c.id::text = lower(\(text))
                    or r.id::text = lower(\(text)))
             order by v.name limit 2
            """
        ).decode(UUID.self, UUID.self, String.self, String.self)
        if found.count == 1 {
            let (id, vendor, name, currency) = found[0]
            return VendorCarrier(tenantID: tenant, id: id, vendorID: vendor, name: name, currency: currency)
        }
        let shown = text.forDisplay(60)
        guard found.isEmpty else { throw ImportFailure("several carriers are called \"\(shown)\"; name one by its id") }
        let names = try await database.run(
            """
            select coalesce(r.name, v.name) as name
              from vendor_mgmt.carriers c
              join vendor_mgmt.vendors v on v.tenant_id = \(tenant) and v.id = c.vendor_id
              left join routing.carriers r on r.tenant_id = \(tenant) and r.vendor_carrier_id = c.id
             where c.tenant_id = \(tenant) order by name limit 10
            """
        ).values(String.self)
        let list = names.isEmpty ? "there is none" : "there are \(names.joined(separator: ", "))"
        throw ImportFailure("no carrier with terms is called \"\(shown)\": \(list)")
    }
}
