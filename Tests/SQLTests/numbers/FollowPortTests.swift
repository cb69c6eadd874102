import Foundation
import Postgres
import TestSupport
import Testing

/// Trigger numbers.follow_port: the numbers of a port go where it goes.
@Suite(.database) struct FollowPortTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// How the numbers of the first account's port are.
    private func numbers(_ tenant: Tenant) async throws -> [String] {
        try await db.owner.run(
            """
            select concat_ws(' ', right(number, 1), status, reason, (foc_at is not null)::text)
              from numbers.port_request_numbers
             where tenant_id = \(tenant.id) and account_id = \(tenant.firstAccount) order by number
            """
        ).values(String.self)
    }

    private func change(_ tenant: Tenant, _ assignments: String, _ context: SQL? = nil) async throws {
        _ = try await db.app.run([
            context ?? tenant.staff,
            """
            update numbers.port_requests set \(unescaped: assignments)
             where tenant_id = \(tenant.id) and account_id = \(tenant.firstAccount)
            """,
        ])
    }

    /// A port that is ready to be submitted, with two numbers.
    private func port() async throws -> Tenant {
        let tenant = try await db.tenant()
        try await tenant.fillEveryTable()
        try await db.owner.run(
            """
            insert into numbers.port_request_numbers (tenant_id, account_id, port_request_id, number)
            values (\(tenant.id), \(tenant.firstAccount), \(tenant.firstAccount), '+12125550102')
            """)
        try await change(
            tenant, "loa_document_id = account_id, entity_name = 'x', authorized_name = 'x', postal_code = 'x'")
        return tenant
    }

    @Test func `they are confirmed, refused, submitted again and ported with it`() async throws {
        let tenant = try await port()
        for (assignments, expected) in [
            ("status = 'submitted'", "pending false"), ("status = 'foc_received', foc_at = now()", "confirmed true"),
            ("status = 'rejected', reason = 'loa_invalid'", "rejected loa_invalid true"),
            ("status = 'submitted'", "pending false"), ("status = 'foc_received', foc_at = now()", "confirmed true"),
            ("status = 'ported', ported_at = now()", "ported true"),
        ] {
            try await change(tenant, assignments)
            #expect(try await numbers(tenant) == ["0 \(expected)", "2 \(expected)"], "\(assignments)")
        }
    }

    @Test func `one that went a way of its own stays there`() async throws {
        let tenant = try await port()
        try await change(tenant, "status = 'submitted'")
        try await db.owner.run(
            """
            update numbers.port_request_numbers set status = 'rejected', reason = 'phone_number_not_portable'
             where tenant_id = \(tenant.id) and number = '+12125550102'
            """)
        try await change(tenant, "status = 'foc_received', foc_at = now()")
        try await change(tenant, "status = 'ported', ported_at = now()")
        #expect(
            try await numbers(tenant) == ["0 ported true", "2 rejected phone_number_not_portable false"])
    }

    @Test func `people of an account give a port up with its numbers, and change them in no other way`() async throws {
        let tenant = try await port()
        let people = tenant.people(of: [tenant.firstAccount])
        try await change(tenant, "status = 'cancelled', cancelled_at = now()", people)
        #expect(try await numbers(tenant) == ["0 cancelled false", "2 cancelled false"])
        let refusal = try await Refusal.of {
            _ = try await db.app.run([
                people,
                """
                update numbers.port_request_numbers set status = 'pending'
                 where tenant_id = \(tenant.id) and account_id = \(tenant.firstAccount)
                """,
            ])
        }
        #expect(refusal?.sqlState == "42501" || refusal?.constraint == "port_number_is_ported_or_cancelled_once")
    }
}
