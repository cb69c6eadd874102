import Postgres
import TestSupport
import Testing

/// billing.raise_dunning: one level at a time.
@Suite(.database) struct RaiseDunningTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let policy =
        """
        insert into billing.dunning_policies (tenant_id, id, name, is_default) values (TENANT, TENANT, 'Policy',
            true);
        insert into billing.dunning_levels (tenant_id, dunning_policy_id, level, days_after_due, action, fee)
        values (TENANT, TENANT, 1, 3, 'remind', 0), (TENANT, TENANT, 2, 10, 'restrict_outbound', 5),
               (TENANT, TENANT, 3, 20, 'suspend', 0);
        """

    private static let events =
        """
        select concat_ws(' ', level, action, raised_on, open_amount, resolved_at is not null)
            from billing.dunning_events where tenant_id = TENANT order by level
        """

    @Test func `each on its day, with its fee, once`() async throws {
        let book: Book = try await db.book()
        try await book.run(Self.policy)
        try await book.draft("ID1", ["10"])
        try await book.run(
            """
            update billing.invoices set due_on = '2026-03-01' where tenant_id = TENANT
            """)
        try await book.run("select billing.finalise_invoice(TENANT, ID1)", as: db.engine)
        #expect(
            try await book.read(
                """
                select billing.raise_dunning(TENANT, '2026-03-03')::text
                """, as: db.engine
            ) == ["0"])
        #expect(
            try await book.read(
                """
                select billing.raise_dunning(TENANT, '2026-03-04')::text
                """, as: db.engine
            ) == ["1"])
        #expect(
            try await book.read(
                """
                select billing.raise_dunning(TENANT, '2026-03-04')::text
                """, as: db.engine
            ) == ["0"])
        #expect(
            try await book.read(
                """
                select billing.raise_dunning(TENANT, '2026-03-10')::text
                """, as: db.engine
            ) == ["0"])
        #expect(
            try await book.read(
                """
                select billing.raise_dunning(TENANT, '2026-03-11')::text
                """, as: db.engine
            ) == ["1"])
        #expect(
            try await book.read(
                """
                select billing.raise_dunning(TENANT, '2026-03-21')::text
                """, as: db.engine
            ) == ["1"])
        #expect(
            try await book.read(
                """
                select billing.raise_dunning(TENANT, '2026-12-01')::text
                """, as: db.engine
            ) == ["0"])
        #expect(
            try await book.read(Self.events) == [
                "1 remind 2026-03-04 10.0000 f",
                "2 restrict_outbound 2026-03-11 10.0000 f",
                "3 suspend 2026-03-21 10.0000 f",
            ])
        #expect(
            try await book.read(
                """
                select concat_ws(' ', kind, description, amount) from billing.charges where tenant_id = TENANT
                """
            ) == ["dunning Late payment of invoice INV-000001 5.00000000"])
    }

    @Test func `who slept does not take anybody through several levels in one night`() async throws {
        let book: Book = try await db.book()
        try await book.run(Self.policy)
        try await book.draft("ID1", ["10"])
        try await book.run(
            """
            update billing.invoices set due_on = '2026-03-01' where tenant_id = TENANT
            """)
        try await book.run("select billing.finalise_invoice(TENANT, ID1)", as: db.engine)
        #expect(
            try await book.read(
                """
                select billing.raise_dunning(TENANT, '2026-12-01')::text
                """, as: db.engine
            ) == ["1"])
        #expect(
            try await book.read(
                """
                select billing.raise_dunning(TENANT, '2026-12-02')::text
                """, as: db.engine
            ) == ["0"])
        #expect(
            try await book.read(
                """
                select billing.raise_dunning(TENANT, '2026-12-08')::text
                """, as: db.engine
            ) == ["1"])
        #expect(
            try await book.read(
                """
                select billing.raise_dunning(TENANT, '2026-12-09')::text
                """, as: db.engine
            ) == ["0"])
        #expect(
            try await book.read(
                """
                select billing.raise_dunning(TENANT, '2026-12-18')::text
                """, as: db.engine
            ) == ["1"])
    }

    @Test func `not while it is paused, nor for what is too little, and what is paid is resolved`() async throws {
        let book: Book = try await db.book()
        try await book.run(Self.policy)
        try await book.draft("ID1", ["10"])
        try await book.run(
            """
            update billing.invoices set due_on = '2026-03-01' where tenant_id = TENANT
            """)
        try await book.run("select billing.finalise_invoice(TENANT, ID1)", as: db.engine)
        try await book.run(
            """
            update billing.invoices set dunning_paused_until = '2026-03-10' where tenant_id = TENANT
            """)
        #expect(
            try await book.read(
                """
                select billing.raise_dunning(TENANT, '2026-03-09')::text
                """, as: db.engine
            ) == ["0"])
        try await book.run(
            """
            update billing.dunning_policies set minimum = 10.01 where tenant_id = TENANT
            """)
        #expect(
            try await book.read(
                """
                select billing.raise_dunning(TENANT, '2026-03-10')::text
                """, as: db.engine
            ) == ["0"])
        try await book.run(
            """
            update billing.dunning_policies set minimum = 10 where tenant_id = TENANT
            """)
        #expect(
            try await book.read(
                """
                select billing.raise_dunning(TENANT, '2026-03-10')::text
                """, as: db.engine
            ) == ["1"])
        try await book.run(
            """
            insert into billing.payments (tenant_id, id, account_id, amount, currency, method, status)
            values (TENANT, ID4, ACCOUNT, 10, 'USD', 'card', 'succeeded')
            """)
        try await book.run("select billing.apply_payment(TENANT, ID4)", as: db.engine)
        #expect(
            try await book.read(
                """
                select billing.raise_dunning(TENANT, '2026-03-20')::text
                """, as: db.engine
            ) == ["0"])
        #expect(try await book.read(Self.events) == ["1 remind 2026-03-10 10.0000 t"])
    }

    @Test func `nobody is reminded of what he paid, though nothing had applied it`() async throws {
        let book: Book = try await db.book()
        try await book.run(Self.policy)
        try await book.draft("ID1", ["10"])
        try await book.draft("ID2", ["10"])
        try await book.run(
            """
            update billing.invoices set due_on = case id when ID1 then '2026-03-01'::date else '2026-03-02' end
                where tenant_id = TENANT
            """)
        try await book.run(
            """
            select billing.finalise_invoice(TENANT, ID1), billing.finalise_invoice(TENANT, ID2);
            """)
        try await book.run(
            """
            insert into billing.payments (tenant_id, id, account_id, amount, currency, method, status)
            values (TENANT, ID4, ACCOUNT, 12, 'USD', 'card', 'succeeded')
            """)
        #expect(
            try await book.read("select billing.raise_dunning(TENANT, '2026-03-06')::text", as: db.engine) == ["1"])
        #expect(try await book.read(Self.events) == ["1 remind 2026-03-06 8.0000 f"])
    }
}
