import Foundation
import Postgres
import TestSupport
import Testing

/// What stands beside a call as evidence: how its caller was vouched for, what its recording stands on, the recording.
@Suite(.database) struct EvidenceTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    struct Row: Sendable, CustomTestStringConvertible {
        let values: String
        let constraint: String?

        var testDescription: String { values }
    }

    /// role, verstat, attestation, failure_code, orig_number.
    @Test(arguments: [
        Row(values: "'verified', 'tn_validation_passed', 'a', null, '12125550100'", constraint: nil),
        Row(values: "'verified', 'tn_validation_failed', null, 438, null", constraint: nil),
        Row(values: "'verified', 'no_tn_validation', null, null, null", constraint: nil),
        Row(values: "'signed', null, 'b', null, '12125550100'", constraint: nil),
        Row(values: "'verified', null, 'a', null, '12125550100'", constraint: "verified_call_has_verstat"),
        Row(values: "'signed', null, null, null, '12125550100'", constraint: "signed_call_has_attestation"),
        Row(
            values: "'verified', 'tn_validation_passed', null, null, '12125550100'",
            constraint: "passed_call_has_attestation_and_origin"),
        Row(values: "'verified', 'tn_validation_failed', null, null, null", constraint: "failed_identity_says_why"),
        Row(values: "'verified', 'tn_validation_failed', null, 404, null", constraint: "failed_identity_says_why"),
        Row(values: "'verified', 'no_tn_validation', 'd', null, null", constraint: "attestation_level_is_known"),
    ])
    func `an identity is whole`(row: Row) async throws {
        let tenant = try await db.tenant()
        let refusal = try await Refusal.of {
            try await db.engine.run(
                """
                insert into compliance.stir_shaken_status (tenant_id, started_at, id, role, verstat, attestation,
                                                           failure_code, orig_number)
                values (\(tenant.id), '2026-11-01', \(UUID()), \(unescaped: row.values))
                """)
        }
        #expect(refusal == row.constraint.map { Refusal("23514", $0) })
    }

    /// rule, basis, notice_played_at, agreed_at, declined_at.
    @Test(arguments: [
        Row(values: "'all_parties', 'announced', now(), null, null", constraint: nil),
        Row(values: "'all_parties', 'agreed', now(), now(), null", constraint: nil),
        Row(values: "'all_parties', 'none', now(), null, now()", constraint: nil),
        Row(values: "'one_party', 'one_party', null, null, null", constraint: nil),
        Row(values: "'all_parties', 'announced', null, null, null", constraint: "recording_basis_has_its_time"),
        Row(values: "'all_parties', 'agreed', now(), null, null", constraint: "recording_basis_has_its_time"),
        Row(
            values: "'all_parties', 'one_party', null, null, null",
            constraint: "recording_of_all_parties_is_not_on_the_word_of_one"),
        Row(values: "'all_parties', 'announced', now(), null, now()", constraint: "declined_recording_is_not_made"),
    ])
    func `a recording stands on something`(row: Row) async throws {
        let tenant = try await db.tenant()
        let refusal = try await Refusal.of {
            try await db.engine.run(
                """
                insert into compliance.recording_consents (tenant_id, call_started_at, call_id, rule, basis,
                                                           notice_played_at, agreed_at, declined_at)
                values (\(tenant.id), '2026-11-01', \(UUID()), \(unescaped: row.values))
                """)
        }
        #expect(refusal == row.constraint.map { Refusal("23514", $0) })
    }

    @Test func `a recording has its file until it is deleted, and is not while it is held`() async throws {
        let tenant = try await db.tenant()
        try await db.engine.run(
            """
            insert into tracking.recordings (tenant_id, id, call_started_at, call_id)
            values (\(tenant.id), \(tenant.id), '2026-11-01', \(tenant.id))
            """)
        func change(_ columns: String) async throws -> Refusal? {
            try await Refusal.of {
                try await db.engine.run(
                    "update tracking.recordings set \(unescaped: columns) where tenant_id = \(tenant.id)")
            }
        }
        let file = "storage_uri = 'file:///x', checksum = sha256('x'), size_bytes = 1, duration_ms = 1"
        let delete = "status = 'deleted', deleted_at = now(), storage_uri = null"
        #expect(
            try await change("status = 'available'")
                == Refusal("23514", "recording_that_is_available_has_file_and_checksum"))
        #expect(try await change(delete) == Refusal("23514", "recording_keeps_to_its_states"))
        #expect(try await change("status = 'available', " + file) == nil)
        #expect(
            try await change("status = 'deleted', deleted_at = now()")
                == Refusal("23514", "recording_that_is_deleted_has_no_file"))
        #expect(try await change("legal_hold = true") == nil)
        #expect(try await change(delete) == Refusal("23514", "recording_on_legal_hold_is_kept_and_not_deleted"))
        #expect(try await change("legal_hold = false") == nil)
        #expect(try await change(delete) == nil)
    }
}
