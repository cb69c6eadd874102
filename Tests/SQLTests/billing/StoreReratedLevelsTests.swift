import Postgres
import TestSupport
import Testing

/// billing.store_rerated_levels: what resellers are charged gets its new price, once.
@Suite(.database) struct StoreReratedLevelsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let charges =
        """
        select concat_ws(' ', c.state, l.rate, l.amount, l.sold_amount, c.note)
          from cdr.level_charges l
          join billing.rerate_calls c on c.tenant_id = TENANT and c.level_charge_id = l.id
         where l.tenant_id = TENANT order by l.started_at
        """

    private func makeBook() async throws -> Book {
        let book: Book = try await db.book()
        try await book.run(Book.twoCycles + Book.resoldCalls + Book.rerateRun + Book.rerateLevels)
        return book
    }

    @Test func `each level has its posting, whatever becomes of the call`() async throws {
        let book = try await makeBook()
        try await book.run(
            """
            insert into billing.rerate_calls (tenant_id, id, rerate_run_id, started_at, cdr_id, account_id, direction,
                                              currency, talk_ms, old_sell_amount, old_buy_amount, sell_rate_id,
                                              sell_rate, sell_connect_fee, sell_initial_s, sell_next_s, sell_billed_s,
                                              sell_amount)
            select tenant_id, gen_random_uuid(), ID9, started_at, id, account_id, direction, currency, talk_ms,
                   sell_amount, 0, sell_rate_id, 0.3, 0, 6, 6, 60, sell_amount * 3
              from cdr.enriched_cdr where tenant_id = TENANT;
            """)
        for _ in 0..<2 {
            try await book.run("select billing.post_rerate(TENANT, ID9)", as: db.engine)
            #expect(
                try await Set(book.read(Self.charges)) == ["posted 0.08000000 0.08000002 0.30000003"])
            #expect(try await book.account.balance.available == "-0.32000008")
            #expect(try await book.levelFaults() == [])
        }
    }

    /// A reseller above the account (ID8) is in the run in its place, which was not charged for the call of June.
    private static let newLevel =
        """
        insert into accounts.accounts (tenant_id, id, ban, name, kind)
        values (TENANT, ID8, upper(right(ID8::text, 12)) || 'T', 'Top', 'reseller');
        delete from billing.rerate_calls where tenant_id = TENANT and cdr_id <> ID6;
        update billing.rerate_calls
           set account_id = ID8, level = 2, level_charge_id = ID8, old_sell_amount = 0, sell_amount = 0.03
         where tenant_id = TENANT;
        """

    @Test func `one that was not charged is made, with whom it sells to`() async throws {
        let book = try await makeBook()
        try await book.run(Self.newLevel)
        try await book.run("select billing.post_rerate(TENANT, ID9)", as: db.engine)
        #expect(
            try await book.read(
                """
                select concat_ws(' ', l.level, l.below_account_id = ACCOUNT, l.amount, l.sold_amount, l.margin)
                  from cdr.level_charges l where l.tenant_id = TENANT and l.account_id = ID8
                """) == ["2 t 0.03000000 0.04000001 0.01000001"])
        #expect(
            try await book.read("select available::text from billing.account_balance where account_id = ID8")
                == ["-0.03000000"])
        #expect(
            try await book.read(
                "select problem from billing.check_levels(TENANT, array[ACCOUNT, ID8], '-infinity', 'infinity')") == [])
    }

    @Test func `a call that was taken back is not charged to anybody else`() async throws {
        let book = try await makeBook()
        try await book.run(Self.newLevel)
        try await book.run(
            """
            select billing.reverse_posting(TENANT, l.id, gen_random_uuid(), 'x') from billing.ledger l
             where l.tenant_id = TENANT and l.source_id = ID6
            """)
        try await book.run("select billing.post_rerate(TENANT, ID9)", as: db.engine)
        #expect(
            try await book.read("select state || ' ' || note from billing.rerate_calls where tenant_id = TENANT")
                == ["skipped it was taken back"])
        #expect(
            try await book.read("select id::text from cdr.level_charges where tenant_id = TENANT and account_id = ID8")
                == [])
    }

    @Test func `what is on the reseller's invoice stays, and is charged with the next one`() async throws {
        let book = try await makeBook()
        try await book.run("select billing.invoice_accounts(TENANT, array[ACCOUNT], '2026-06-05')")
        try await book.run("select billing.post_rerate(TENANT, ID9)", as: db.engine)
        let draft = "on a draft: void it, or finalise it, and post again"
        let posted = "posted 0.08000000 0.08000002 0.10000001"
        let held = "held 0.04000000 0.04000001 0.10000001 \(draft)"
        #expect(try await book.read(Self.charges) == [held, held, posted, posted])
        try await book.run(
            """
            select billing.finalise_invoice(TENANT, i.id) from billing.invoices i where i.tenant_id = TENANT;
            update billing.rerate_calls set state = 'pending', note = null where tenant_id = TENANT and state = 'held';
            """)
        try await book.run("select billing.post_rerate(TENANT, ID9)", as: db.engine)
        let carried = "carried 0.04000000 0.04000001 0.10000001"
        #expect(try await book.read(Self.charges) == [carried, carried, posted, posted])
        #expect(
            try await book.read(
                "select concat_ws(' ', account_id = ACCOUNT, amount) from billing.charges where tenant_id = TENANT")
                == ["t 0.08000002"])
        #expect(try await book.levelFaults() == [])
    }

    @Test func `a level that was taken back, or changed, is skipped`() async throws {
        let book = try await makeBook()
        try await book.run(
            """
            select billing.reverse_posting(TENANT, l.id, gen_random_uuid(), 'x') from billing.ledger l
             where l.tenant_id = TENANT and l.source_id = md5(ID3::text)::uuid;
            update cdr.level_charges set amount = 0.05 where tenant_id = TENANT and cdr_id = ID4;
            """)
        try await book.run("select billing.post_rerate(TENANT, ID9)", as: db.engine)
        let posted = "posted 0.08000000 0.08000002 0.10000001"
        #expect(
            try await book.read(Self.charges) == [
                "skipped 0.04000000 0.04000001 0.10000001 it was taken back",
                "skipped 0.04000000 0.05000000 0.10000001 its price was changed since it was rated again",
                posted, posted,
            ])
    }
}
