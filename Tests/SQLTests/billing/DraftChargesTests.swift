import Postgres
import TestSupport
import Testing

/// billing.draft_charges: what recurs and what waits becomes lines.
@Suite(.database) struct DraftChargesTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let cycles =
        """
        insert into billing.billing_cycles (tenant_id, id, account_id, period_from, period_to, first_day, next_day,
                                            closes_at)
        values (TENANT, ID1, ACCOUNT, '2026-05-01 04:00+00', '2026-06-01 04:00+00', '2026-05-01', '2026-06-01',
                '2026-06-04 04:00+00'),
               (TENANT, ID2, ACCOUNT, '2026-06-01 04:00+00', '2026-07-01 04:00+00', '2026-06-01', '2026-07-01',
                '2026-07-04 04:00+00');
        """

    private static let charges =
        """
        insert into billing.recurring_charges (tenant_id, id, account_id, description, unit_amount, tax_category,
                                               starts_on, charged_until)
        values (TENANT, ID1, ACCOUNT, 'Number', 31, 'number', '2026-05-11', '2026-05-11');
        insert into billing.charges (tenant_id, id, account_id, kind, description, unit_amount, charged_on)
        values (TENANT, ID1, ACCOUNT, 'setup', 'Set-up', 5, '2026-05-12'),
               (TENANT, ID2, ACCOUNT, 'setup', 'Later', 5, '2026-06-12');
        """

    private static let items =
        """
        select concat_ws(' ', position, kind, description, quantity, amount, posted_amount, lines, call_count)
          from billing.invoice_items where tenant_id = TENANT order by position
        """

    @Test func `each once, and what is of a later day waits`() async throws {
        let book: Book = try await db.book()
        try await book.run(Self.cycles)
        try await book.run(Self.charges)
        try await book.run(
            """
            insert into billing.invoices (tenant_id, id, account_id, legal_entity_id, billing_cycle_id, currency,
                                          period_from, period_to)
            values (TENANT, ID5, ACCOUNT, TENANT, ID1, 'USD', '2026-05-01', '2026-06-01')
            """)
        #expect(
            try await book.read("select billing.draft_charges(TENANT, array[ID5])::text", as: db.engine) == ["3"])
        #expect(
            try await book.read(Self.items) == [
                "1 recurring Number 1.000000 21.0000 0.00000000 1.000000 0",
                "2 recurring Number 1.000000 31.0000 0.00000000 1.000000 0",
                "3 one_off Set-up 1.000000 5.0000 0.00000000 0.000000 0",
            ])
        #expect(
            try await book.read(
                """
                select charged_until::text from billing.recurring_charges where tenant_id = TENANT
                """
            ) == ["2026-07-01"])
        #expect(
            try await book.read(
                """
                select description from billing.charges where tenant_id = TENANT and invoice_item_id is null
                """
            ) == ["Later"])
        #expect(
            try await book.read("select billing.draft_charges(TENANT, array[ID5])::text", as: db.engine) == ["0"])
    }

    @Test func `what ended is ended when it was charged`() async throws {
        let book: Book = try await db.book()
        try await book.run(Self.cycles)
        try await book.run(Self.charges)
        try await book.run(
            """
            update billing.recurring_charges set ends_on = '2026-05-21' where tenant_id = TENANT
            """)
        try await book.run(
            """
            insert into billing.invoices (tenant_id, id, account_id, legal_entity_id, billing_cycle_id, currency,
                                          period_from, period_to)
            values (TENANT, ID5, ACCOUNT, TENANT, ID1, 'USD', '2026-05-01', '2026-06-01')
            """)
        #expect(
            try await book.read("select billing.draft_charges(TENANT, array[ID5])::text", as: db.engine) == ["2"])
        #expect(
            try await book.read(
                """
                select concat_ws(' ', status, charged_until) from billing.recurring_charges where tenant_id = TENANT
                """
            ) == ["ended 2026-05-21"])
    }

    @Test func `what is given back is no line for a tax that is by line`() async throws {
        let book: Book = try await db.book()
        try await book.run(Self.cycles)
        try await book.run(Self.charges)
        try await book.run(
            """
            update billing.recurring_charges set charged_until = '2026-07-01', ends_on = '2026-06-16'
             where tenant_id = TENANT;
            insert into billing.invoices (tenant_id, id, account_id, legal_entity_id, billing_cycle_id, currency,
                                          period_from, period_to)
            values (TENANT, ID5, ACCOUNT, TENANT, ID2, 'USD', '2026-06-01', '2026-07-01');
            delete from billing.charges where tenant_id = TENANT;
            """)
        try await book.run("select billing.draft_charges(TENANT, array[ID5])", as: db.engine)
        #expect(try await book.read(Self.items) == ["1 recurring Number 1.000000 -15.5000 0.00000000 0.000000 0"])
    }
}
