package import Foundation
package import Postgres
package import Telecom

/// Compares a carrier's records of a period with our calls.
package struct Reconcile: Sendable {
    private let database: Database

    /// - Parameter database: as the owner.
    package init(_ database: Database) { self.database = database }

    /// A million calls on either side take a minute.
    private static let limit = Duration.seconds(3600)

    /// How calls are compared.
    package struct Terms: Sendable {
        /// How far apart the starts of one call may be, when the clock is put right.
        package var toleranceMilliseconds: Int32 = 30_000
        /// Amounts that are no further apart are the same.
        package var amountTolerance = Money.zero
        /// How far their clock is ahead; estimated when `nil`.
        package var clockOffsetMilliseconds: Int32?
        /// The number of the invoice to compare with; that of the period when `nil`.
        package var invoiceNumber: String?

        package init() {}
    }

    /// A period that was compared before is compared anew.
    /// - Throws: `ImportFailure` when a difference of it is in a dispute, or there is nothing to compare.
    package func callAsFunction(
        _ carrier: VendorCarrier, _ period: Range<Date>, _ terms: Terms = Terms()
    ) async throws -> ReconciliationRun {
        let invoices = VendorInvoices(database)
        var invoice: VendorInvoice?
        if let number = terms.invoiceNumber {
            invoice = try await invoices.find(number, from: carrier)
            guard invoice != nil else {
                throw ImportFailure(
                    "\(carrier.name) has no invoice \(number.forDisplay(60)); `heddle vendor invoice add`")
            }
            guard invoice?.currency == carrier.currency else {
                throw ImportFailure("invoice \(number.forDisplay(60)) is not in \(carrier.currency)")
            }
        } else {
            invoice = try await invoices.find(of: period, currency: carrier.currency, from: carrier)
        }
        try await requireRecords(carrier, period)
        let id = try await run(carrier, period, terms, invoice: invoice?.id)
        let found = try await ReadRuns(database)(id, of: carrier.tenantID)
        guard let found else { throw ImportFailure("the comparison is gone") }
        if let invoice { try await note(found.total.ours, on: invoice, carrier.tenantID) }
        return found
    }

    private func requireRecords(_ carrier: VendorCarrier, _ period: Range<Date>) async throws {
        let currencies = try await database.run(
            """
            select distinct currency from cdr.vendor_cdr
             where tenant_id = \(carrier.tenantID) and carrier_id = \(carrier.id)
               and started_at >= \(period.lowerBound)::timestamptz - interval '16 hours'
               and started_at < \(period.upperBound)::timestamptz + interval '16 hours'
            """, deadline: Self.limit
        ).values(String.self)
        guard !currencies.isEmpty else {
            throw ImportFailure("\(carrier.name) has no records of that time; `heddle vendor import` takes its files")
        }
        guard currencies == [carrier.currency] else {
            throw ImportFailure(
                "the records of that time are in \(currencies.sorted().joined(separator: ", ")), and the carrier's "
                    + "currency is \(carrier.currency)")
        }
    }

    private func run(
        _ carrier: VendorCarrier, _ period: Range<Date>, _ terms: Terms, invoice: UUID?
    ) async throws -> UUID {
        do {
            return try await database.transaction { session in
                let there = try await session.run(
                    """
                    select id from cdr.reconciliation_runs
                     where tenant_id = \(carrier.tenantID) and carrier_id = \(carrier.id)
                       and period_from = \(period.lowerBound) and period_to = \(period.upperBound)
                       and currency = \(carrier.currency)
                     order by id desc limit 1
                    """
                ).value(UUID.self)
                let id = there ?? UUID.v7()
                if there == nil {
                    try await session.run(
                        """
                        insert into cdr.reconciliation_runs (tenant_id, id, carrier_id, period_from, period_to,
                                                             currency)
                        values (\(carrier.tenantID), \(id), \(carrier.id), \(period.lowerBound), \(period.upperBound),
                                \(carrier.currency))
                        """)
                }
                try await session.run(
                    """
                    update cdr.reconciliation_runs
                       set time_tolerance_ms = \(terms.toleranceMilliseconds),
                           amount_tolerance = \(terms.amountTolerance),
                           clock_is_given = \(terms.clockOffsetMilliseconds != nil),
                           clock_offset_ms = \(terms.clockOffsetMilliseconds), vendor_invoice_id = \(invoice)
                     where tenant_id = \(carrier.tenantID) and id = \(id)
                    """)
                try await session.run("select cdr.reconcile(\(carrier.tenantID), \(id))", deadline: Self.limit)
                return id
            }
        } catch let error as PostgresError where error.server?.constraint == "disputed_run_is_kept" {
            throw ImportFailure(
                """
                calls of this comparison are in a dispute, and it stays as it was compared; `heddle vendor show` shows \
                it, and a dispute that is closed lets its calls go
                """)
        }
    }

    /// What our records make of an invoice.
    private func note(_ ours: MoneySum, on invoice: VendorInvoice, _ tenant: UUID) async throws {
        try await database.run(
            """
            update vendor_mgmt.invoices
               set our_amount = \(ours), status = case when status = 'received' then 'matched' else status end
             where tenant_id = \(tenant) and id = \(invoice.id) and status <> 'void'
            """)
    }
}

/// Finds the comparisons of a tenant.
package struct ReadRuns: Sendable {
    private let database: Database

    /// - Parameter database: as the owner.
    package init(_ database: Database) { self.database = database }

    /// The newest first, without their classes.
    package func list(of tenant: UUID, carrier: VendorCarrier?) async throws -> [ReconciliationRun] {
        try await read(tenant, carrier.map { "and r.carrier_id = \($0.id)" } ?? "", limit: 100)
    }

    /// - Parameter text: an id, or its end.
    /// - Throws: `ImportFailure` when there is none or more than one.
    package func find(_ text: String, of tenant: UUID) async throws -> ReconciliationRun {
        let found = try await database.run(
            """
            select id from cdr.reconciliation_runs
             where tenant_id = \(tenant) and length(\(text)) >= 4 and right(id::text, length(\(text))) = lower(\(text))
             limit 2
            """
        ).values(UUID.self)
        guard found.count == 1, let run = try await self(found[0], of: tenant) else {
            let what = found.isEmpty ? "no comparison has" : "several comparisons have"
            throw ImportFailure(
                "\(what) an id that ends in \"\(text.forDisplay(40))\"; `heddle vendor runs` lists them")
        }
        return run
    }

    /// With its classes, and the invoice that it is compared with.
    package func callAsFunction(_ id: UUID, of tenant: UUID) async throws -> ReconciliationRun? {
        guard var run = try await read(tenant, "and r.id = \(id)", limit: 1).first else { return nil }
        let classes = try await database.run(
            """
            select match_class, call_count, our_billed_s, their_billed_s, our_amount, their_amount
              from cdr.reconciliation_classes where tenant_id = \(tenant) and reconciliation_run_id = \(id)
            """
        ).decode(String.self, Int.self, Int.self, Int.self, MoneySum.self, MoneySum.self).map {
            ReconciliationRun.ClassSum(
                name: $0.0, calls: $0.1, ourSeconds: $0.2, theirSeconds: $0.3, ours: $0.4, theirs: $0.5)
        }
        let order = ReconciliationRun.classNames
        run.classes = classes.sorted { order.firstIndex(of: $0.name) ?? 0 < order.firstIndex(of: $1.name) ?? 0 }
        if let invoice = run.invoiceID { run.invoice = try await VendorInvoices(database).find(invoice, of: tenant) }
        return run
    }

    private func read(_ tenant: UUID, _ choice: SQL, limit: Int) async throws -> [ReconciliationRun] {
        try await database.run(
            """
            select r.id, v.name, r.period_from, r.period_to, r.currency, r.finished_at, r.time_tolerance_ms,
                   coalesce(r.clock_offset_ms, 0), coalesce(r.least_clock_offset_ms, r.clock_offset_ms, 0),
                   coalesce(r.most_clock_offset_ms, r.clock_offset_ms, 0), r.clock_is_given, r.vendor_invoice_id
              from cdr.reconciliation_runs r
              join vendor_mgmt.carriers c on c.tenant_id = \(tenant) and c.id = r.carrier_id
              join vendor_mgmt.vendors v on v.tenant_id = \(tenant) and v.id = c.vendor_id
             where r.tenant_id = \(tenant) \(choice)
             order by r.id desc limit \(limit)
            """
        ).decode(
            UUID.self, String.self, Date.self, Date.self, String.self, Date?.self, Int.self, Int.self, Int.self,
            Int.self, Bool.self, UUID?.self
        ).map { row in
            ReconciliationRun(
                id: row.0, carrier: row.1, from: row.2, until: row.3, currency: row.4, finishedAt: row.5,
                toleranceMilliseconds: row.6, clock: row.7, leastClock: row.8, mostClock: row.9, clockIsGiven: row.10,
                invoiceID: row.11)
        }
    }
}
