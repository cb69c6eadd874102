package import Foundation
package import Postgres
package import Telecom

/// What we do not accept of a carrier's charges: a row of `cdr.disputes`.
package struct Dispute: Sendable {
    package let id: UUID
    package let reference: String
    package let carrier: String
    package let status: String
    package let currency: String
    package let amount: Money
    package let granted: Money
    package let reason: String
    package let dueOn: String?
    package let runID: UUID?
    package let invoiceNumber: String?
    /// Calls that are in it.
    package let calls: Int
}

/// Opens disputes, and moves them on.
package struct Disputes: Sendable {
    private let database: Database

    /// - Parameter database: as the owner.
    package init(_ database: Database) { self.database = database }

    /// A dispute of a million calls.
    private static let limit = Duration.seconds(600)

    /// What can be done with a dispute.
    package enum Move: String, Sendable {
        case submit = "sent"
        case accept = "accepted"
        case reject = "rejected"
        case close = "withdrawn"
    }

    /// - Parameters:
    ///   - classes: which differences; those that we are charged too much for when empty.
    ///   - reference: our number for it; one is made when `nil`.
    package func open(
        _ run: ReconciliationRun, _ classes: [String], reference: String?, reason: String?, of tenant: UUID
    ) async throws -> Dispute {
        let known = ReconciliationRun.classNames.dropFirst()
        for name in classes where !known.contains(name) {
            throw ImportFailure(
                "\"\(name.forDisplay(40))\" is no class of differences; there are \(known.joined(separator: ", "))")
        }
        do {
            let id = try await database.run(
                """
                select cdr.open_dispute(\(tenant), \(run.id), \(classes.isEmpty ? nil : classes), \(reference),
                                        \(reason))
                """, deadline: Self.limit
            ).value(UUID.self)
            guard let id, let dispute = try await read(tenant, "and d.id = \(id)").first else {
                throw ImportFailure("no dispute was made")
            }
            return dispute
        } catch let error as PostgresError {
            switch error.server?.constraint {
            case "dispute_is_about_money":
                throw ImportFailure(
                    "nothing there is charged too high in sum, or it is in a dispute already; nothing was changed")
            case "dispute_reference_is_taken_once":
                throw ImportFailure("there is a dispute \((reference ?? "").forDisplay(60)) already")
            default: throw error
            }
        }
    }

    /// - Parameter granted: what the carrier gives back, of one that it accepts; all of it when `nil`.
    /// - Throws: `ImportFailure` when the dispute is not in a state for that.
    package func move(_ dispute: Dispute, _ move: Move, granted: Money? = nil, of tenant: UUID) async throws -> Dispute
    {
        if let granted {
            guard granted > .zero, granted <= dispute.amount else {
                throw ImportFailure("\(granted) is no part of the \(dispute.amount) that are disputed")
            }
        }
        do {
            try await database.run(
                "select cdr.move_dispute(\(tenant), \(dispute.id), \(move.rawValue), \(granted))",
                deadline: Self.limit)
        } catch {
            guard error.server?.constraint == "dispute_keeps_to_its_states" else { throw error }
            throw ImportFailure("dispute \(dispute.reference) is \(dispute.status), and cannot become \(move.rawValue)")
        }
        return try await find(dispute.reference, of: tenant)
    }

    /// - Parameter text: its reference, its id, or the end of that.
    package func find(_ text: String, of tenant: UUID) async throws -> Dispute {
        let found = try await read(
            tenant,
            """
            and (d.reference = \(text)
                 or length(\(text)) >= 4 and right(d.id::text, length(\(text))) = lower(\(text)))
            """)
        if let exact = found.first(where: { $0.reference == text }) { return exact }
        guard found.count == 1 else {
            let what = found.isEmpty ? "no dispute is" : "several disputes are"
            throw ImportFailure("\(what) called \"\(text.forDisplay(60))\"; `heddle vendor dispute list` lists them")
        }
        return found[0]
    }

    /// The newest first.
    package func list(of tenant: UUID, carrier: VendorCarrier?) async throws -> [Dispute] {
        try await read(tenant, carrier.map { "and d.carrier_id = \($0.id)" } ?? "")
    }

    private func read(_ tenant: UUID, _ choice: SQL) async throws -> [Dispute] {
        try await database.run(
            """
            select d.id, d.reference, v.name, d.status, d.currency, d.disputed_amount, d.granted_amount, d.reason,
                   d.answer_due_on::text, d.reconciliation_run_id, i.number,
                   (select count(*) from cdr.reconciliation_items m
                     where m.tenant_id = \(tenant) and m.dispute_id = d.id)
              from cdr.disputes d
              join vendor_mgmt.carriers c on c.tenant_id = \(tenant) and c.id = d.carrier_id
              join vendor_mgmt.vendors v on v.tenant_id = \(tenant) and v.id = c.vendor_id
              left join vendor_mgmt.invoices i on i.tenant_id = \(tenant) and i.id = d.vendor_invoice_id
             where d.tenant_id = \(tenant) \(choice)
             order by d.id desc limit 200
            """, deadline: Self.limit
        ).decode(
            UUID.self, String.self, String.self, String.self, String.self, Money.self, Money.self, String.self,
            String?.self, UUID?.self, String?.self, Int.self
        ).map { row in
            Dispute(
                id: row.0, reference: row.1, carrier: row.2, status: row.3, currency: row.4, amount: row.5,
                granted: row.6, reason: row.7, dueOn: row.8, runID: row.9, invoiceNumber: row.10, calls: row.11)
        }
    }
}
