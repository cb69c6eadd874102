import Foundation
import Postgres
import TestSupport

@testable import Services

/// A tenant with a carrier, and calls that went over it.
struct CarrierFixture: Sendable {
    let db: TestDatabase
    let tenant = UUID()
    let carrier: VendorCarrier

    init(_ db: TestDatabase, name: String = "Palisade") async throws {
        self.db = db
        let ban = tenant.uuidString.filter { $0 != "-" }
        let slug = "t" + tenant.uuidString.lowercased()
        try await db.owner.run("insert into core.tenants (id, slug, name) values (\(tenant), \(slug), 'T')")
        try await db.owner.run(
            "insert into accounts.accounts (tenant_id, id, ban, name) values (\(tenant), \(tenant), \(ban), 'A')")
        try await db.owner.run(
            "insert into vendor_mgmt.vendors (tenant_id, id, name) values (\(tenant), \(tenant), 'Palisade Inc')")
        try await db.owner.run(
            "insert into vendor_mgmt.carriers (tenant_id, id, vendor_id) values (\(tenant), \(tenant), \(tenant))")
        try await db.owner.run(
            """
            insert into routing.carriers (tenant_id, id, vendor_carrier_id, name)
            values (\(tenant), \(tenant), \(tenant), \(name))
            """)
        try await db.owner.run(
            """
            insert into routing.carrier_trunks (tenant_id, id, carrier_id, name, host)
            values (\(tenant), \(tenant), \(tenant), 'A', 'a.example')
            """)
        carrier = try await FindVendorCarrier(db.owner)(name, of: tenant)
    }

    /// Our side of a call of a minute at a cent.
    func call(at time: String, to number: String, from: String = "+13055550100") async throws {
        try await db.owner.run(
            """
            insert into cdr.enriched_cdr (tenant_id, started_at, id, account_id, carrier_trunk_id, direction,
                                          from_number, to_number, jurisdiction, disposition, sip_code, currency,
                                          talk_ms, buy_billed_s, buy_rate_id, buy_rate, buy_connect_fee, buy_initial_s,
                                          buy_next_s, buy_amount)
            values (\(tenant), \(time)::text::timestamptz, gen_random_uuid(), \(tenant), \(tenant), 'outbound', \(from),
                    \(number), 'interstate', 'answered', 200, 'USD', 60000, 60, \(tenant), 0.01, 0, 6, 6, 0.01)
            """)
    }

    @discardableResult
    func take(
        _ text: String, _ map: RecordMap = RecordMap(), _ change: (inout ImportOptions) -> Void = { _ in }
    ) async throws -> ImportVendorRecords.Result {
        let scratch = try ScratchFile(text)
        defer { scratch.remove() }
        var options = ImportOptions()
        change(&options)
        return try await ImportVendorRecords(db.engine)(scratch.path, from: carrier, map, options)
    }

    /// The records, as text.
    func stored() async throws -> [String] {
        try await db.owner.run(
            """
            select concat_ws(' ', to_char(started_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS'), from_number,
                             to_number, duration_ms, billed_s, rate, amount)
              from cdr.vendor_cdr where tenant_id = \(tenant) order by started_at, id
            """
        ).values(String.self)
    }

    func files() async throws -> Int {
        try await db.owner.run("select count(*) from cdr.vendor_files where tenant_id = \(tenant)").value() ?? -1
    }
}
