import Foundation
import Postgres
import TestSupport
import Testing

/// audit.report_incident, and the states of incidents, certificates and compliance records.
@Suite(.database) struct ReportIncidentTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func report(_ tenant: Tenant, _ severity: String, key: String = "k") async throws -> Bool? {
        try await db.engine.run(
            "select is_new from audit.report_incident(\(tenant.id), 'toll_fraud', \(severity), \(key), 'seen')"
        ).value(Bool.self)
    }

    @Test func `is one row while it lasts, and its severity only rises`() async throws {
        let tenant = try await db.tenant()
        #expect(try await report(tenant, "low") == true)
        #expect(try await report(tenant, "high") == false)
        #expect(try await report(tenant, "info") == false)
        #expect(try await report(tenant, "info", key: "another") == true)
        let found = try await db.owner.run(
            """
            select severity || ' ' || occurrences from audit.security_incidents
             where tenant_id = \(tenant.id) and dedup_key = 'k'
            """
        ).value(String.self)
        #expect(found == "high 3")
    }

    @Test func `one that is over makes room for the next`() async throws {
        let tenant = try await db.tenant()
        _ = try await report(tenant, "low")
        try await db.owner.run(
            """
            update audit.security_incidents set status = 'closed', acknowledged_by = 'x', resolution = 'blocked'
             where tenant_id = \(tenant.id)
            """)
        #expect(
            try await Refusal.of {
                try await db.owner.run(
                    "update audit.security_incidents set status = 'open' where tenant_id = \(tenant.id)")
            } == Refusal("23514", "incident_keeps_to_its_states"))
        #expect(try await report(tenant, "low") == true)
    }

    @Test func `a certificate that is revoked signs no more`() async throws {
        let tenant = try await db.tenant()
        try await db.owner.run(
            """
            insert into audit.stir_shaken_certs (tenant_id, name, service_provider_code, key_secret_ref)
            values (\(tenant.id), 'first', '1234', 'env:KEY')
            """)
        func change(_ assignments: String) async throws -> Refusal? {
            try await Refusal.of {
                try await db.owner.run(
                    "update audit.stir_shaken_certs set \(unescaped: assignments) where tenant_id = \(tenant.id)")
            }
        }
        #expect(try await change("status = 'active'") == Refusal("23514", "certificate_that_signs_is_whole"))
        let whole = """
            certificate_url = 'https://certs.example/a.pem', certificate_chain = '-----BEGIN CERTIFICATE-----',
            fingerprint = sha256('x'), serial_number = '01', not_before = now(), not_after = now() + interval '1 year'
            """
        #expect(try await change("status = 'active', \(whole)") == nil)
        #expect(
            try await change("certificate_url = 'https://user@certs.example/a.pem'")
                == Refusal("23514", "certificate_url_is_https"))
        #expect(try await change("status = 'revoked', revoked_at = now()") == nil)
        #expect(
            try await change("status = 'active', revoked_at = null")
                == Refusal("23514", "certificate_keeps_to_its_states"))
    }

    @Test func `a compliance record is accepted after it was submitted`() async throws {
        let tenant = try await db.tenant()
        try await db.owner.run(
            """
            insert into audit.compliance_records (tenant_id, kind, title)
            values (\(tenant.id), 'cpni', 'Certificate of the year')
            """)
        func change(_ assignments: String) async throws -> Refusal? {
            try await Refusal.of {
                try await db.owner.run(
                    "update audit.compliance_records set \(unescaped: assignments) where tenant_id = \(tenant.id)")
            }
        }
        #expect(
            try await change("status = 'accepted', submitted_at = now()")
                == Refusal("23514", "compliance_record_keeps_to_its_states"))
        #expect(try await change("status = 'submitted'") == Refusal("23514", "submitted_record_says_when"))
        #expect(try await change("status = 'submitted', submitted_at = now()") == nil)
        #expect(try await change("status = 'accepted'") == nil)
    }
}
