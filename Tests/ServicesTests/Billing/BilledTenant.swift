import Foundation
import Postgres
import Services
import TestSupport
import Testing

/// An operator with a seller and accounts that were called in May and June of 2026, priced and posted.
struct BilledTenant: Sendable {
    let id: UUID
    let database: TestDatabase

    /// After the days of grace of May, before those of June.
    static let afterMay = Date(timeIntervalSince1970: 1_780_876_800)  // 2026-06-08
    static let afterJune = Date(timeIntervalSince1970: 1_783_468_800)  // 2026-07-08

    /// - Parameter currency: of tenant and accounts.
    init(_ database: TestDatabase, accounts: Int, currency: String = "USD") async throws {
        id = UUID.v7()
        self.database = database
        try await run(
            """
            insert into core.tenants (id, slug, name, currency)
            values (TENANT, 't\(id.uuidString.lowercased())', 'Operator', '\(currency)');
            insert into billing.legal_entities (tenant_id, id, name, legal_name, tax_number, street, city, region,
                postal_code, country, email, invoice_prefix, credit_note_prefix, is_default, payment_details)
            values (TENANT, TENANT, 'Seller', 'Tidewater Voice Inc.', '98-7654321', '1 Harbor Way', 'Norfolk', 'VA',
                    '23510', 'US', 'billing@tidewater.example', 'INV-', 'CN-', true,
                    E'Bank of the Harbor\\nRouting 051000017, account 1234567890');
            insert into accounts.accounts (tenant_id, id, ban, name, currency, time_zone, created_at)
            select TENANT, md5(TENANT::text || n)::uuid, upper(right(TENANT::text, 20)) || '-' || lpad(n::text, 3, '0'),
                   'Customer ' || n, '\(currency)', 'America/New_York', '2026-05-10'
              from generate_series(1, \(accounts)) n;
            """)
    }

    /// The id of an account, counted from 1.
    func account(_ number: Int) async throws -> UUID {
        try #require(
            try await database.owner.run(
                "select md5(\(id)::text || \(number)::text)::uuid"
            ).value(UUID.self))
    }

    /// Statements of the owner; TENANT stands for the id.
    func run(_ text: String) async throws {
        let script = text.replacing("TENANT", with: "'\(id.uuidString.lowercased())'::uuid")
        try await database.owner.lease { try await $0.runScript(SQL(unescaped: script)) }
    }

    /// The only column of a statement's rows, which is text.
    func read(_ text: String) async throws -> [String] {
        let query = text.replacing("TENANT", with: "'\(id.uuidString.lowercased())'::uuid")
        return try await database.owner.run(SQL(unescaped: query)).values(String.self)
    }

    /// Answered calls of all accounts, each with its posting: so many in each month, of 0.01000001 and up.
    func call(_ count: Int, month: String = "2026-05", postedAfter: String = "2 minutes") async throws {
        // Each alone: whoever holds one while he waits for the other may meet a test that does it the other way round.
        for table in ["cdr.enriched_cdr", "cdr.raw_cdr"] {
            try await run("select core.create_monthly_partition('\(table)', '\(month)-01')")
        }
        try await run(
            """
            with calls as (
                select a.id as account_id, a.currency, gen_random_uuid() as id, n,
                       '\(month)-12 12:00+00'::timestamptz + n * interval '1 hour' as started_at
                  from accounts.accounts a, generate_series(1, \(count)) n
                 where a.tenant_id = TENANT
            ), made as (
                insert into cdr.enriched_cdr (tenant_id, started_at, id, account_id, direction, from_number, to_number,
                    jurisdiction, disposition, sip_code, currency, talk_ms, sell_billed_s, sell_rate_id, sell_rate,
                    sell_connect_fee, sell_initial_s, sell_next_s, sell_amount, posted_at)
                select TENANT, c.started_at, c.id, c.account_id, 'outbound', '+12125550100',
                       case when c.n % 3 = 0 then '+442079460958' else '+14155550100' end,
                       case when c.n % 3 = 0 then 'international' else 'interstate' end, 'answered', 200, c.currency,
                       6000 * c.n, 6 * c.n, TENANT, 0.1, 0, 6, 6, 0.01000001 * c.n,
                       c.started_at + interval '\(postedAfter)'
                  from calls c returning account_id, id, currency, sell_amount)
            insert into billing.ledger (tenant_id, account_id, source, source_id, currency, available, counter,
                                        counter_account, memo)
            select TENANT, m.account_id, 'cdr', m.id, m.currency, -m.sell_amount, m.sell_amount, 'voice_revenue', ''
              from made m;
            update billing.account_balance b
               set available = (select coalesce(sum(l.available), 0) from billing.ledger l
                                 where l.tenant_id = b.tenant_id and l.account_id = b.account_id),
                   overdrawn = (select greatest(0, -coalesce(sum(l.available), 0)) from billing.ledger l
                                 where l.tenant_id = b.tenant_id and l.account_id = b.account_id)
             where b.tenant_id = TENANT;
            """)
    }

    func invoice(_ change: (inout InvoiceRunOptions) -> Void = { _ in }) async throws -> InvoiceRunResult {
        var options = InvoiceRunOptions()
        options.until = Self.afterMay
        options.batch = 2
        change(&options)
        return try await RunInvoices(database.engine, tenant: id)(options)
    }

    /// What does not agree among documents and postings; empty is right.
    func faults() async throws -> [String] {
        try await read(
            """
            select concat_ws(' ', problem, expected, found) from billing.check_documents(TENANT)
            union all
            select concat_ws(' ', bucket, balance, ledger) from billing.check_ledger(TENANT)
            """)
    }

    /// Invoices in short: their usage, all postings of the account, total and status.
    static let totals =
        """
        select concat_ws(' ', a.name, i.status, i.period_from, i.posted_amount, i.subtotal)
          from billing.invoices i join accounts.accounts a on a.tenant_id = i.tenant_id and a.id = i.account_id
         where i.tenant_id = TENANT order by a.name, i.period_from, i.id
        """
}
