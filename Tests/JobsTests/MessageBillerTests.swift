import Foundation
import Jobs
import Postgres
import Services
import TestSupport
import Testing

/// Messages that wait for their price.
@Suite(.database) struct MessageBillerTests {
    private let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `all that waits is posted, and what has no price is told once`() async throws {
        let tenant = UUID()
        let script = """
            insert into core.tenants (id, slug, name) values (TENANT, 'm-' || left(TENANT::text, 13), 'x');
            insert into accounts.accounts (tenant_id, id, ban, name)
            values (TENANT, TENANT, 'M-' || left(TENANT::text, 8), 'x');
            insert into billing.rate_plans (tenant_id, id, name) values (TENANT, TENANT, 'x');
            insert into billing.account_rate_plan (tenant_id, account_id, rate_plan_id, valid_from)
            values (TENANT, TENANT, TENANT, '2020-01-01');
            insert into billing.messaging_rates (tenant_id, rate_plan_id, prefix, rate, valid_from)
            values (TENANT, TENANT, '1', 0.01, '2020-01-01');
            insert into messaging.mdr (tenant_id, accepted_at, account_id, direction, status, sender, recipient,
                                       currency, answered_at)
            select TENANT, now(), TENANT, 'outbound', 'sent', 'x',
                   case n when 7 then '+44' else '+1' end || '2125550100', 'USD', now()
              from generate_series(1, 1500) n;
            """.replacing("TENANT", with: "'\(tenant)'::uuid")
        try await db.owner.lease { try await $0.runScript(SQL(unescaped: script)) }
        let log = RecordingLog()
        let biller = MessageBiller(db.engine, logger: log.logger)
        try await biller.bill()
        try await biller.bill()
        func available() async throws -> String? {
            try await db.owner.run(
                "select available::text from billing.account_balance where tenant_id = \(tenant)"
            ).value(String.self)
        }
        #expect(try await available() == "-14.99000000")
        #expect(log.warnings == ["1 messages cannot be charged; `heddle message aside` says why"])

        let aside = RetryAside(db.engine, .messages, tenant: tenant)
        let reason = try #require(try await aside.reasons().first)
        #expect(reason.records == 1 && reason.firstAt == reason.lastAt)
        try await db.owner.run(
            """
            insert into billing.messaging_rates (tenant_id, rate_plan_id, prefix, rate, valid_from)
            values (\(tenant), \(tenant), '44', 0.5, '2020-01-01')
            """)
        try await biller.bill()
        #expect(try await available() == "-14.99000000")  // it waits until somebody says so
        #expect(try await aside(reason: "another") == 0)
        #expect(try await aside(reason: reason.reason) == 1)
        try await biller.bill()
        #expect(try await available() == "-15.49000000")
        #expect(try await aside.reasons() == [])
    }
}
