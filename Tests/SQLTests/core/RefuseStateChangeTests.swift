import Foundation
import Postgres
import TestSupport
import Testing

/// Trigger core.refuse_state_change: of every pair of states the table below says whether one may follow the other.
@Suite(.database, .serialized) struct RefuseStateChangeTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// A table with states. ROW stands for the key of its row, STATE for the state that it shall have.
    struct Machine: Sendable, CustomTestStringConvertible {
        let name: String
        let table: String
        let constraint: String
        /// Whatever else has to be true of a row in that state.
        var change = ""
        /// The row that is changed; FIRST stands for the first account.
        var rows = "account_id = FIRST"
        /// What may follow each state.
        let next: [String: [String]]

        var testDescription: String { name }

        func update(_ tenant: Tenant, to state: String) -> SQL {
            let also = change.replacing("STATE", with: "'\(state)'")
            let row = rows.replacing("FIRST", with: "'\(tenant.firstAccount)'")
            return SQL(
                unescaped: "update \(table) set status = '\(state)'\(also) "
                    + "where tenant_id = '\(tenant.id)' and \(row)")
        }
    }

    static let machines: [Machine] = [
        Machine(
            name: "document", table: "accounts.documents", constraint: "document_status_has_its_order",
            change: ", reference = case STATE when 'erased' then null else 'file:x' end",
            next: [
                "draft": ["effective", "revoked", "erased"], "effective": ["revoked", "erased"],
                "revoked": ["erased"], "erased": [],
            ]),
        Machine(
            name: "contract", table: "vendor_mgmt.contracts", constraint: "contract_status_has_its_order",
            change: ", valid_from = now()", rows: "true",
            next: [
                "draft": ["active", "terminated"], "active": ["expired", "terminated"],
                "expired": ["active", "terminated"], "terminated": [],
            ]),
        Machine(
            name: "invoice of a vendor", table: "vendor_mgmt.invoices",
            constraint: "vendor_invoice_status_has_its_order",
            change: ", disputed_amount = 1, dispute_reason = 'x', "
                + "paid_at = case STATE when 'paid' then now() end",
            rows: "true",
            next: [
                "received": ["matched", "disputed", "approved", "void"], "matched": ["disputed", "approved", "void"],
                "disputed": ["matched", "approved", "void"], "approved": ["paid", "disputed", "void"], "paid": [],
                "void": [],
            ]),
        Machine(
            name: "breach of a contract", table: "vendor_mgmt.breaches", constraint: "breach_status_has_its_order",
            rows: "true",
            next: [
                "open": ["claimed", "waived"], "claimed": ["credited", "waived"], "credited": [], "waived": ["open"],
            ]),
        Machine(
            name: "toll-free number", table: "numbers.toll_free", constraint: "toll_free_status_has_its_order",
            change: ", reserved_until = now()",
            next: [
                "spare": ["reserved", "working", "unavailable"], "unavailable": ["spare"],
                "reserved": ["assigned", "working", "spare"], "assigned": ["working", "spare"],
                "working": ["suspended", "disconnected"], "suspended": ["working", "disconnected"],
                "disconnected": ["working", "transitional", "spare"],
                "transitional": ["working", "reserved", "spare"],
            ]),
        Machine(
            name: "port in", table: "numbers.port_requests", constraint: "port_in_status_has_its_order",
            change: Machine.portChange,
            next: [
                "draft": ["submitted", "cancelled"],
                "submitted": ["pending", "foc_received", "exception", "rejected", "cancel_pending", "cancelled"],
                "pending": ["foc_received", "exception", "rejected", "cancel_pending"],
                "foc_received": ["ported", "exception", "rejected", "submitted", "cancel_pending"],
                "exception": ["submitted", "pending", "rejected", "cancel_pending", "cancelled"],
                "rejected": ["submitted", "cancelled"],
                "cancel_pending": ["cancelled", "pending", "foc_received", "ported"],
                "cancelled": [], "ported": [],
            ]),
        Machine(
            name: "port out", table: "numbers.port_requests", constraint: "port_out_status_has_its_order",
            change: Machine.portChange + ", direction = 'out'",
            next: [
                "pending": ["authorized", "rejected", "cancelled"],
                "authorized": ["ported", "rejected", "pending", "cancelled"], "rejected": ["pending", "cancelled"],
                "cancelled": [], "ported": [],
            ]),
        Machine(
            name: "number of a port", table: "numbers.port_request_numbers",
            constraint: "port_number_is_ported_or_cancelled_once",
            change: ", reason = 'other', foc_at = now(), ported_at = case STATE when 'ported' then now() end",
            next: [
                "pending": ["confirmed", "exception", "rejected", "cancelled", "ported"],
                "confirmed": ["pending", "exception", "rejected", "cancelled", "ported"],
                "exception": ["pending", "confirmed", "rejected", "cancelled", "ported"],
                "rejected": ["pending", "confirmed", "exception", "cancelled", "ported"],
                "cancelled": [], "ported": [],
            ]),
        Machine(
            name: "911 record", table: "numbers.e911_records", constraint: "e911_record_status_has_its_order",
            change: ", provisioned_at = now(), failure_reason = 'x', "
                + "removed_at = case STATE when 'removed' then now() end",
            next: [
                "provisioning": ["active", "failed", "deprovisioning"], "active": ["provisioning", "deprovisioning"],
                "failed": ["provisioning", "deprovisioning", "removed"],
                "deprovisioning": ["removed", "active", "failed"], "removed": [],
            ]),
        Machine(
            name: "brand", table: "messaging.brands_10dlc", constraint: "brand_status_has_its_order",
            change: ", registry_reference = 'BABC123', tax_id = 'x'",
            next: [
                "draft": ["pending", "removed"], "pending": ["registered", "failed"],
                "failed": ["pending", "removed"], "registered": ["pending", "suspended", "removed"],
                "suspended": ["registered", "removed"], "removed": [],
            ]),
        Machine(
            name: "campaign", table: "messaging.campaigns_10dlc", constraint: "campaign_10dlc_status_has_its_order",
            change: ", registry_reference = 'CABC123', samples = '{x}', description = repeat('x', 40), "
                + "message_flow = repeat('x', 40)",
            next: [
                "draft": ["tcr_pending", "deactivated"], "tcr_pending": ["tcr_accepted", "tcr_failed"],
                "tcr_failed": ["tcr_pending", "deactivated"],
                "tcr_accepted": ["mno_pending", "suspended", "expired", "deactivated"],
                "mno_pending": ["mno_accepted", "mno_rejected", "suspended", "expired", "deactivated"],
                "mno_rejected": ["mno_pending", "expired", "deactivated"],
                "mno_accepted": ["active", "provisioning_failed", "suspended", "expired", "deactivated"],
                "provisioning_failed": ["mno_accepted", "active", "suspended", "expired", "deactivated"],
                "active": ["suspended", "expired", "deactivated"],
                "suspended": ["active", "mno_pending", "expired", "deactivated"],
                "expired": ["active", "deactivated"], "deactivated": [],
            ]),
        Machine(
            name: "number of a campaign", table: "messaging.campaign_numbers",
            constraint: "campaign_number_status_has_its_order",
            change: ", removed_at = case STATE when 'removed' then now() end",
            next: [
                "pending": ["active", "failed", "removing"], "failed": ["pending", "removed"],
                "active": ["removing", "failed"], "removing": ["removed", "active"], "removed": [],
            ]),
        Machine(
            name: "outbound message", table: "messaging.mdr", constraint: "message_keeps_its_final_status",
            change: ", error_code = 'internal'", rows: "account_id = FIRST and accepted_at > '2002-01-01'",
            next: [
                "queued": Machine.sending, "held": Machine.sending,
                "sent": ["delivered", "undelivered", "expired", "rejected", "failed", "unknown"],
                "unknown": ["sent", "delivered", "undelivered", "expired", "rejected", "failed"],
                "delivered": [], "undelivered": [], "expired": [], "rejected": [], "failed": [], "blocked": [],
                "cancelled": [],
            ]),
        Machine(
            name: "part of a message", table: "messaging.mdr_parts",
            constraint: "message_part_keeps_its_final_status",
            rows: "account_id = FIRST and accepted_at > '2002-01-01'",
            next: [
                "queued": ["sent", "delivered", "undelivered", "expired", "rejected", "unknown"],
                "sent": ["delivered", "undelivered", "expired", "rejected", "unknown"],
                "unknown": ["sent", "delivered", "undelivered", "expired", "rejected"],
                "delivered": [], "undelivered": [], "expired": [], "rejected": [],
            ]),
    ]

    @Test(arguments: machines) func `a state follows only where the table says so`(machine: Machine) async throws {
        // What is changed is taken back.
        let tenant = try await db.sharedTenant()
        for (old, allowed) in machine.next {
            for new in machine.next.keys where new != old {
                let refusal = try await refusal(of: machine, tenant, from: old, to: new)
                let expected: Refusal? = allowed.contains(new) ? nil : Refusal("23514", machine.constraint)
                #expect(refusal == expected, "\(machine.name) from \(old) to \(new)")
            }
        }
    }

    @Test(arguments: machines)
    func `the same state again is no change`(machine: Machine) async throws {
        let tenant = try await db.sharedTenant()
        for state in machine.next.keys {
            #expect(try await refusal(of: machine, tenant, from: state, to: state) == nil, "\(machine.name) \(state)")
        }
    }

    @Test func `what moves in a circle moves no other way`() async throws {
        let campaign = try await db.tenant().campaign()
        func move(to status: String) async throws -> Refusal? {
            try await Refusal.of { try await campaign.change("status = '\(status)'") }
        }
        let refused = Refusal("23514", "tracking_campaign_keeps_to_its_states")
        for (status, refusal) in [
            ("paused", refused), ("draft", nil), ("active", nil), ("active", nil), ("draft", refused), ("paused", nil),
            ("archived", nil), ("active", refused), ("paused", nil),
        ] {
            #expect(try await move(to: status) == refusal, "\(status)")
        }
    }

    @Test func `what has ended stays as it is, and more may be told of it`() async throws {
        let campaign = try await db.tenant().campaign()
        let call = try await campaign.call(Campaign.connected)
        func change(_ assignments: String) async throws -> Refusal? {
            try await Refusal.of {
                try await db.owner.run(
                    """
                    update tracking.calls set \(unescaped: assignments)
                     where tenant_id = \(campaign.tenant.id) and id = \(call)
                    """)
            }
        }
        #expect(try await change("status = 'connected'") == Refusal("23514", "tracked_call_keeps_to_its_states"))
        #expect(try await change("status = 'completed', cost = 0.5") == nil)
    }

    /// Puts the row into a state without triggers, then changes it with them, and takes both back.
    private func refusal(
        of machine: Machine, _ tenant: Tenant, from old: String, to new: String
    ) async throws -> Refusal? {
        struct TakeBack: Error {}
        return try await Refusal.of {
            do {
                try await db.owner.transaction { session in
                    try await session.run("set local session_replication_role = replica")
                    try await session.run(machine.update(tenant, to: old))
                    try await session.run("set local session_replication_role = origin")
                    try await session.run(machine.update(tenant, to: new))
                    throw TakeBack()
                }
            } catch is TakeBack {}
        }
    }
}

extension RefuseStateChangeTests.Machine {
    static let sending = [
        "queued", "held", "sent", "delivered", "undelivered", "expired", "rejected", "failed", "blocked", "cancelled",
        "unknown",
    ]

    static let portChange =
        ", reason = 'other', foc_at = now(), loa_document_id = account_id, entity_name = 'x', authorized_name = 'x', "
        + "postal_code = 'x', ported_at = case STATE when 'ported' then now() end, "
        + "cancelled_at = case STATE when 'cancelled' then now() end"
}
