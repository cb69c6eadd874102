package import Foundation
package import Postgres
package import Telecom

/// An invoice that a carrier sent us: a row of `vendor_mgmt.invoices`.
package struct VendorInvoice: Sendable {
    package let id: UUID
    package let number: String
    package let carrier: String
    package let status: String
    package let currency: String
    /// With tax.
    package let amount: MoneySum
    package let tax: MoneySum
    /// By our records, once they were compared.
    package let ours: MoneySum?
    package let disputed: MoneySum
    package let from: Date
    package let until: Date
    package let issuedAt: Date
    package let dueAt: Date

    /// What it asks for the calls themselves.
    package var net: MoneySum { amount - tax }
}

/// Enters, finds and lists the invoices of carriers.
package struct VendorInvoices: Sendable {
    private let database: Database

    /// - Parameter database: as the owner.
    package init(_ database: Database) { self.database = database }

    /// What somebody read off an invoice.
    package struct Entry: Sendable {
        package var number: String
        package var from: Date
        package var until: Date
        /// With tax.
        package var amount: Money
        package var tax: Money
        package var currency: String?
        package var issuedAt: Date?
        package var dueAt: Date?

        package init(number: String, from: Date, until: Date, amount: Money, tax: Money) {
            self.number = number
            self.from = from
            self.until = until
            self.amount = amount
            self.tax = tax
        }
    }

    /// Decimals of amounts on any document.
    private static let mostDecimals = 4

    /// - Returns: its id, and whether it is new: an invoice that is entered twice with the same figures is there once.
    /// - Throws: `ImportFailure` that says what is odd about it.
    package func add(_ entry: Entry, from carrier: VendorCarrier) async throws -> (id: UUID, isNew: Bool) {
        let currency = (entry.currency ?? carrier.currency).uppercased()
        try await check(entry, currency)
        let issued = entry.issuedAt ?? entry.until
        let terms = try await database.run(
            """
            select payment_terms_days from vendor_mgmt.carriers
             where tenant_id = \(carrier.tenantID) and id = \(carrier.id)
            """
        ).value(Int.self)
        let due = entry.dueAt ?? issued.addingTimeInterval(Double(terms ?? 30) * 86_400)
        guard due >= issued else { throw ImportFailure("it is due before it was issued") }
        if let there = try await find(entry.number, from: carrier) {
            let same =
                there.amount == MoneySum(entry.amount) && there.tax == MoneySum(entry.tax) && there.currency == currency
                && there.from == entry.from && there.until == entry.until
            guard same else {
                throw ImportFailure(
                    "\(carrier.name)'s invoice \(there.number) is there with \(there.amount) \(there.currency); "
                        + "a correction has a number of its own")
            }
            return (there.id, false)
        }
        let id = UUID.v7()
        try await database.run(
            """
            insert into vendor_mgmt.invoices (tenant_id, id, vendor_id, number, currency, amount, tax_amount,
                                              period_from, period_to, issued_at, due_at)
            values (\(carrier.tenantID), \(id), \(carrier.vendorID), \(entry.number), \(currency), \(entry.amount),
                    \(entry.tax), \(entry.from), \(entry.until), \(issued), \(due))
            """)
        return (id, true)
    }

    private func check(_ entry: Entry, _ currency: String) async throws {
        guard !entry.number.isEmpty, entry.number.utf8.count <= 100 else {
            throw ImportFailure("an invoice has a number of at most 100 characters")
        }
        guard entry.until > entry.from else { throw ImportFailure("its period ends before it begins") }
        guard entry.until.timeIntervalSince(entry.from) <= 400 * 86_400 else {
            throw ImportFailure("its period is longer than a year")
        }
        guard currency.utf8.count == 3, currency.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) else {
            throw ImportFailure("\(currency.forDisplay(10)) is no currency, expected a code like USD")
        }
        let digits = try await database.run("select billing.minor_digits(\(currency))::integer").value(Int.self) ?? 2
        for (what, amount) in [("the amount", entry.amount), ("the tax", entry.tax)] {
            guard Self.decimals(of: amount) <= min(digits, Self.mostDecimals) else {
                throw ImportFailure("\(what) \(amount) has more decimals than \(currency), which has \(digits)")
            }
        }
        let isOdd =
            entry.amount < .zero
            ? entry.tax > .zero || entry.tax < entry.amount : entry.tax < .zero || entry.tax > entry.amount
        if isOdd { throw ImportFailure("the tax \(entry.tax) is no part of the amount \(entry.amount)") }
    }

    private static func decimals(of amount: Money) -> Int {
        guard let point = amount.description.firstIndex(of: ".") else { return 0 }
        return amount.description[point...].count - 1
    }

    /// By its number; `nil` when the carrier sent none of that number.
    package func find(_ number: String, from carrier: VendorCarrier) async throws -> VendorInvoice? {
        try await read(
            tenant: carrier.tenantID, "and i.vendor_id = \(carrier.vendorID) and i.number = \(number)", limit: 1
        ).first
    }

    func find(_ id: UUID, of tenant: UUID) async throws -> VendorInvoice? {
        try await read(tenant: tenant, "and i.id = \(id)", limit: 1).first
    }

    /// The one of exactly this period; the newest when there are several.
    func find(of period: Range<Date>, currency: String, from carrier: VendorCarrier) async throws -> VendorInvoice? {
        try await read(
            tenant: carrier.tenantID,
            """
            and i.vendor_id = \(carrier.vendorID) and i.period_from = \(period.lowerBound)
            and i.period_to = \(period.upperBound) and i.currency = \(currency) and i.status <> 'void'
            """, limit: 1
        ).first
    }

    /// The newest first.
    package func list(of tenant: UUID, from carrier: VendorCarrier?) async throws -> [VendorInvoice] {
        if let carrier { return try await read(tenant: tenant, "and i.vendor_id = \(carrier.vendorID)", limit: 200) }
        return try await read(tenant: tenant, "", limit: 200)
    }

    private func read(tenant: UUID, _ choice: SQL, limit: Int) async throws -> [VendorInvoice] {
        try await database.run(
            """
            select i.id, i.number, v.name, i.status, i.currency, i.amount, i.tax_amount, i.our_amount,
                   i.disputed_amount, i.period_from, i.period_to, i.issued_at, i.due_at
              from vendor_mgmt.invoices i
              join vendor_mgmt.vendors v on v.tenant_id = \(tenant) and v.id = i.vendor_id
             where i.tenant_id = \(tenant) \(choice)
             order by i.period_from desc, i.created_at desc limit \(limit)
            """
        ).decode(
            UUID.self, String.self, String.self, String.self, String.self, MoneySum.self, MoneySum.self,
            MoneySum?.self, MoneySum.self, Date.self, Date.self, Date.self, Date.self
        ).map { row in
            VendorInvoice(
                id: row.0, number: row.1, carrier: row.2, status: row.3, currency: row.4, amount: row.5, tax: row.6,
                ours: row.7, disputed: row.8, from: row.9, until: row.10, issuedAt: row.11, dueAt: row.12)
        }
    }
}
