import Foundation
import Postgres
import TestSupport
import Testing

/// What a port cannot be without, in each state.
@Suite(.database) struct PortTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    struct Row: Sendable, CustomTestStringConvertible {
        let values: String
        let constraint: String
        var testDescription: String { values }
    }

    private static let submitted =
        "status = 'submitted', loa_document_id = account_id, entity_name = 'x', authorized_name = 'x', "
        + "postal_code = '1'"

    @Test(arguments: [
        Row(values: "status = 'submitted'", constraint: "port_in_has_a_letter_of_authority"),
        Row(
            values: "status = 'submitted', loa_document_id = account_id",
            constraint: "port_in_names_who_authorizes_it"),
        Row(
            values: submitted + ", is_partial = true", constraint: "partial_port_names_the_new_billing_number"),
        Row(values: "status = 'cancelled'", constraint: "port_is_cancelled_at_a_time"),
        Row(values: "ported_at = now()", constraint: "port_is_ported_at_a_time"),
        Row(values: "losing_resp_org = 'ABC01'", constraint: "port_resp_orgs_are_of_toll_free"),
        Row(values: "type = 'toll_free', losing_resp_org = 'abc01'", constraint: "resp_org_is_five_characters"),
        Row(values: "losing_spid = '12345'", constraint: "spid_is_four_characters"),
        Row(values: "passcode_ciphertext = 'x'", constraint: "port_passcode_is_whole"),
        Row(values: "version = 0", constraint: "port_version_above_zero"),
        Row(values: "direction = 'out'", constraint: "port_status_is_of_its_direction"),
        Row(values: "reason = 'customer_owes_money'", constraint: "port_reason_is_known"),
    ])
    func `is refused`(row: Row) async throws {
        let tenant = try await db.sharedTenant()
        let refusal = try await Refusal.of {
            try await db.owner.run(
                "update numbers.port_requests set \(unescaped: row.values) where tenant_id = \(tenant.id)")
        }
        #expect(refusal == Refusal("23514", row.constraint))
    }

    @Test func `a number is in one open port at a time`() async throws {
        let tenant = try await db.tenant()
        try await tenant.fillEveryTable()
        // The first account's number, in the second account's port.
        let insertion: SQL =
            """
            insert into numbers.port_request_numbers (tenant_id, account_id, port_request_id, number)
            values (\(tenant.id), \(tenant.secondAccount), \(tenant.secondAccount), '+12125550100')
            """
        #expect(
            try await Refusal.of { try await db.owner.run(insertion) }
                == Refusal("23505", "number_is_in_one_open_port"))
        try await db.owner.run(
            """
            update numbers.port_request_numbers set status = 'rejected', reason = 'sv_conflict'
             where tenant_id = \(tenant.id) and account_id = \(tenant.firstAccount)
            """)
        #expect(try await Refusal.of { try await db.owner.run(insertion) } == nil)
    }

    @Test func `the same request makes no second port`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account()
        let request: SQL =
            """
            insert into numbers.port_requests (tenant_id, account_id, idempotency_key)
            values (\(tenant.id), \(account.id), 'k-1')
            """
        try await db.owner.run(request)
        #expect(
            try await Refusal.of { try await db.owner.run(request) }
                == Refusal("23505", "port_idempotency_key_is_taken_once"))
    }
}
