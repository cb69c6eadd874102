import Postgres
import TestSupport
import Testing

/// billing.due_recurring: what recurs and is due at the end of a period.
@Suite(.database) struct DueRecurringTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let due =
        """
        select concat_ws(' ', charged_from, charged_until, days_used, days_in_period, amount)
          from billing.due_recurring(TENANT, ACCOUNT, '2026-11-01')
        """

    @Test func `in advance: the rest of this period, and the next`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            insert into billing.recurring_charges (tenant_id, id, account_id, description, unit_amount, in_advance,
                                                   interval, starts_on, charged_until, ends_on, proration)
            values (TENANT, ID1, ACCOUNT, 'Line', 31, true, 'month', '2026-10-11', '2026-10-11', null, 'daily')
            """)
        #expect(
            try await book.read(Self.due) == [
                "2026-10-11 2026-11-01 21 31 21.00000000",
                "2026-11-01 2026-12-01 30 30 31.00000000",
            ])
    }

    @Test func `in arrears: what is over`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            insert into billing.recurring_charges (tenant_id, id, account_id, description, unit_amount, in_advance,
                                                   interval, starts_on, charged_until, ends_on, proration)
            values (TENANT, ID1, ACCOUNT, 'Line', 31, false, 'month', '2026-10-11', '2026-10-11', null, 'daily')
            """)
        #expect(try await book.read(Self.due) == ["2026-10-11 2026-11-01 21 31 21.00000000"])
    }

    @Test func `without proration a period begun is a period paid`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            insert into billing.recurring_charges (tenant_id, id, account_id, description, unit_amount, in_advance,
                                                   interval, starts_on, charged_until, ends_on, proration)
            values (TENANT, ID1, ACCOUNT, 'Line', 31, false, 'month', '2026-10-11', '2026-10-11', null, 'none')
            """)
        #expect(try await book.read(Self.due) == ["2026-10-11 2026-11-01 21 31 31.00000000"])
    }

    @Test func `what was paid for and ended is given back`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            insert into billing.recurring_charges (tenant_id, id, account_id, description, unit_amount, in_advance,
                                                   interval, starts_on, charged_until, ends_on, proration)
            values (TENANT, ID1, ACCOUNT, 'Line', 30, true, 'month', '2026-01-01', '2026-12-01', '2026-11-16',
                'daily')
            """)
        #expect(try await book.read(Self.due) == ["2026-11-16 2026-12-01 15 30 -15.00000000"])
    }

    @Test func `a year runs from its own start`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            insert into billing.recurring_charges (tenant_id, id, account_id, description, unit_amount, in_advance,
                                                   interval, starts_on, charged_until, ends_on, proration)
            values (TENANT, ID1, ACCOUNT, 'Line', 365, true, 'year', '2026-01-31', '2026-01-31', null, 'daily')
            """)
        #expect(try await book.read(Self.due) == ["2026-01-31 2027-01-31 365 365 365.00000000"])
    }

    @Test func `what is charged already, suspended, or of another account is not due`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            insert into billing.recurring_charges (tenant_id, id, account_id, description, unit_amount, in_advance,
                                                   interval, starts_on, charged_until, ends_on, proration)
            values (TENANT, ID1, ACCOUNT, 'Line', 31, true, 'month', '2026-01-01', '2026-12-01', null, 'daily')
            """)
        try await book.run(
            """
            insert into billing.recurring_charges (tenant_id, id, account_id, description, unit_amount, in_advance,
                                                   interval, starts_on, charged_until, ends_on, proration)
            values (TENANT, ID2, ACCOUNT, 'Line', 31, true, 'month', '2026-01-01', '2026-01-01', null, 'daily')
            """)
        try await book.run(
            """
            update billing.recurring_charges set status = 'suspended' where tenant_id = TENANT and id = ID2
            """)
        #expect(try await book.read(Self.due) == [])
    }
}
