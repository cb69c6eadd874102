import Foundation
import Postgres
import TestSupport
import Testing

/// Trigger numbers.keep_port_numbers: what was sent to the other side says which numbers it is about.
@Suite(.database) struct KeepPortNumbersTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    static let refused = Refusal("42501", "port_numbers_are_changed_by_staff")

    @Test(arguments: [
        ("draft", true), ("exception", true), ("rejected", true), ("submitted", false), ("pending", false),
        ("foc_received", false), ("cancel_pending", false), ("cancelled", false), ("ported", false),
    ])
    func `numbers of a port are an account's while it is a draft or is to be mended`(
        status: String, isTheirs: Bool
    ) async throws {
        let tenant = try await db.tenant()
        try await tenant.fillEveryTable()
        try await db.owner.transaction { session in
            try await session.run("set local session_replication_role = replica")
            try await session.run(
                """
                update numbers.port_requests
                   set status = \(status), reason = 'other', foc_at = now(), loa_document_id = account_id,
                       entity_name = 'x', authorized_name = 'x', postal_code = 'x',
                       ported_at = case \(status)::text when 'ported' then now() end,
                       cancelled_at = case \(status)::text when 'cancelled' then now() end
                 where tenant_id = \(tenant.id)
                """)
        }
        func refusal(_ context: SQL, _ statement: SQL) async throws -> Refusal? {
            try await Refusal.of { _ = try await db.app.run([context, statement]) }
        }
        let people = tenant.people(of: [tenant.firstAccount])
        let insert: SQL =
            """
            insert into numbers.port_request_numbers (tenant_id, account_id, port_request_id, number)
            values (\(tenant.id), \(tenant.firstAccount), \(tenant.firstAccount), '+12125550177')
            """
        let update: SQL =
            """
            update numbers.port_request_numbers set number = '+12125550178'
             where tenant_id = \(tenant.id) and account_id = \(tenant.firstAccount) and number = '+12125550177'
            """
        let delete: SQL =
            """
            delete from numbers.port_request_numbers
             where tenant_id = \(tenant.id) and account_id = \(tenant.firstAccount)
            """
        if !isTheirs {
            #expect(try await refusal(people, insert) == Self.refused)
            #expect(try await refusal(tenant.staff, insert) == nil)
        } else {
            #expect(try await refusal(people, insert) == nil)
        }
        #expect(try await refusal(people, update) == (isTheirs ? nil : Self.refused))
        #expect(try await refusal(people, delete) == (isTheirs ? nil : Self.refused))
        #expect(try await refusal(tenant.staff, delete) == nil)
    }
}
