import Foundation
import Postgres
import TestSupport
import Testing

/// Trigger numbers.record_port_status: the history of a port writes itself, and stays.
@Suite(.database) struct RecordPortStatusTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func history(_ tenant: Tenant) async throws -> [String] {
        try await db.owner.run(
            """
            select concat_ws(' ', kind, number, coalesce(from_status, '-'), to_status, reason)
              from numbers.port_events where tenant_id = \(tenant.id) order by occurred_at, id
            """
        ).decode(String.self)
    }

    @Test func `every change of a port and of its numbers is written down, with who did it`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account()
        let (port, user) = (UUID(), UUID())
        try await db.app.transaction(
            context: "select core.set_context(\(tenant.id), 'tenant', null, \(user))"
        ) { session in
            try await session.run(
                """
                insert into numbers.port_requests (tenant_id, id, account_id, direction, status)
                values (\(tenant.id), \(port), \(account.id), 'out', 'pending')
                """)
            try await session.run(
                """
                insert into numbers.port_request_numbers (tenant_id, account_id, port_request_id, number)
                values (\(tenant.id), \(account.id), \(port), '+12125550100')
                """)
            try await session.run(
                """
                update numbers.port_request_numbers set status = 'rejected', reason = 'phone_number_inactive'
                 where tenant_id = \(tenant.id)
                """)
            try await session.run(
                "update numbers.port_requests set losing_carrier = 'x' where tenant_id = \(tenant.id)")
            try await session.run(
                """
                update numbers.port_requests set status = 'rejected', reason = 'loa_invalid'
                 where tenant_id = \(tenant.id)
                """)
        }
        #expect(
            try await history(tenant) == [
                "status - pending", "number_status +12125550100 pending rejected phone_number_inactive",
                "status pending rejected loa_invalid",
            ])
        let users = try await db.owner.run(
            "select distinct user_id from numbers.port_events where tenant_id = \(tenant.id)"
        ).decode(UUID?.self)
        #expect(users == [user])
    }

    @Test(arguments: ["update numbers.port_events set message = 'x'", "delete from numbers.port_events"])
    func `the history is not changed`(statement: String) async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account()
        try await db.owner.run(
            "insert into numbers.port_requests (tenant_id, account_id) values (\(tenant.id), \(account.id))")
        let refusal = try await Refusal.of {
            try await db.owner.run("\(unescaped: statement) where tenant_id = \(tenant.id)")
        }
        #expect(refusal == Refusal("23001", "port_events_is_append_only"))
        #expect(try await history(tenant) == ["status - draft"])
    }

    @Test func `a message of the provider is told once`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account()
        let port = UUID()
        try await db.owner.run(
            """
            insert into numbers.port_requests (tenant_id, id, account_id)
            values (\(tenant.id), \(port), \(account.id))
            """)
        let message: SQL =
            """
            insert into numbers.port_events (tenant_id, account_id, port_request_id, kind, provider_event_id)
            values (\(tenant.id), \(account.id), \(port), 'message_received', 'evt_1')
            """
        try await db.engine.run(message)
        #expect(
            try await Refusal.of { try await db.engine.run(message) }
                == Refusal("23505", "port_event_of_provider_is_told_once"))
    }
}
