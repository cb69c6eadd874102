import Postgres
import TestSupport
import Testing

/// billing.act_on_dunning: stops outbound calls, and lets them go on.
@Suite(.database) struct ActOnDunningTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let acted =
        "select a.is_suspended::text from billing.act_on_dunning(TENANT) a where a.account_id = ACCOUNT"

    @Test func `a reminder stops nothing, a restriction does, once, until it is resolved`() async throws {
        let book: Book = try await db.book()
        try await book.draft("ID1", ["10"])
        try await book.run(
            """
            select billing.finalise_invoice(TENANT, ID1);
            insert into billing.dunning_events (tenant_id, id, account_id, invoice_id, level, action, open_amount,
                                                raised_on)
            values (TENANT, ID2, ACCOUNT, ID1, 1, 'remind', 10, '2026-01-01');
            """)
        #expect(try await book.read(Self.acted, as: db.engine) == [])
        try await book.run(
            """
            insert into billing.dunning_events (tenant_id, id, account_id, invoice_id, level, action, open_amount,
                                                raised_on)
            values (TENANT, ID3, ACCOUNT, ID1, 2, 'restrict_outbound', 10, '2026-01-11');
            """)
        #expect(try await book.read(Self.acted, as: db.engine) == ["true"])
        #expect(try await book.read(Self.acted, as: db.engine) == [])
        #expect(
            try await book.read(
                """
                select concat_ws(' ', r.effect, r.prefix is null, d.done_at is not null, a.status)
                  from routing.destination_rules r
                  join billing.dunning_events d on d.tenant_id = r.tenant_id and d.id = r.dunning_event_id
                  join accounts.accounts a on a.tenant_id = r.tenant_id and a.id = r.account_id
                 where r.tenant_id = TENANT
                """) == ["suspend t t active"])
        try await book.run("update billing.dunning_events set resolved_at = now() where tenant_id = TENANT")
        #expect(try await book.read(Self.acted, as: db.engine) == ["false"])
        #expect(
            try await book.read(
                "select (valid_to <= now())::text from routing.destination_rules where tenant_id = TENANT"
            ) == ["true"])
    }
}
