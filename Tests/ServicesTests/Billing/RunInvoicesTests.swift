import Foundation
import Postgres
import Telecom
import TestSupport
import Testing

@testable import Services

/// The invoice run: each cycle once, whatever happens meanwhile.
@Suite(.database) struct RunInvoicesTests {
    private let database: TestDatabase

    init() throws { database = try TestDatabase.suite }

    @Test func `what is invoiced is what was posted, and a second run adds nothing`() async throws {
        let tenant = try await BilledTenant(database, accounts: 3)
        try await tenant.call(4)
        let result = try await tenant.invoice { $0.finalises = true }
        #expect(result.failures == [])
        #expect(result.numbers == ["INV-000001", "INV-000002", "INV-000003"])
        // 0.01000001 times 1 + 2 + 4 is one line, times 3 the other: each is rounded once.
        #expect(
            try await tenant.read(BilledTenant.totals)
                == (1...3).map { "Customer \($0) finalised 2026-05-01 0.10000010 0.1000" })
        #expect(
            try await tenant.read(
                """
                select distinct sum(i.posted_amount)::text || ' ' || (select -sum(l.available) from billing.ledger l
                        where l.tenant_id = TENANT and l.source = 'cdr')
                  from billing.invoices i where i.tenant_id = TENANT
                """) == ["0.30000030 0.30000030"])
        let again = try await tenant.invoice { $0.finalises = true }
        #expect(again.drafts == 0)
        #expect(again.numbers == [])
        #expect(try await tenant.faults() == [])
    }

    @Test func `two runs at once make one invoice of each cycle`() async throws {
        let tenant = try await BilledTenant(database, accounts: 9)
        try await tenant.call(2)
        try await tenant.call(2, month: "2026-06")
        func run() async throws -> InvoiceRunResult {
            try await tenant.invoice {
                $0.until = BilledTenant.afterJune
                $0.finalises = true
            }
        }
        async let one = run()
        async let other = run()
        let results = try await [one, other]
        #expect(results.flatMap(\.failures) == [])
        // Either may have left to the other what that had begun.
        let rest = try await run()
        #expect(results.reduce(rest.drafts) { $0 + $1.drafts } == 18)
        #expect(
            try await tenant.read(
                """
                select concat_ws(' ', count(*), count(distinct billing_cycle_id), max(sequence))
                  from billing.invoices where tenant_id = TENANT
                """) == ["18 18 18"])
        #expect(try await tenant.faults() == [])
    }

    @Test func `a run that stops halfway is continued by the next, and the sums are the same`() async throws {
        let tenant = try await BilledTenant(database, accounts: 6)
        try await tenant.call(3)
        struct Stop: Error {}
        var options = InvoiceRunOptions()
        options.until = BilledTenant.afterMay
        options.batch = 1
        options.workers = 1
        options.finalises = true
        await #expect(throws: Stop.self) {
            try await RunInvoices(database.engine, tenant: tenant.id)(options) { progress in
                if progress.done == 2 { throw Stop() }
            }
        }
        // Drafted, and not finalised: as if it was killed between the two.
        let third = try await tenant.account(3)
        _ = try await tenant.invoice { $0.accountID = third }
        let result = try await tenant.invoice { $0.finalises = true }
        #expect(result.failures == [])
        #expect(
            try await tenant.read(
                """
                select concat_ws(' ', count(*), count(*) filter (where status = 'finalised'), max(sequence),
                                 sum(posted_amount))
                  from billing.invoices where tenant_id = TENANT
                """) == ["6 6 6 0.36000036"])
        #expect(try await tenant.faults() == [])
    }

    @Test func `an account that is refused does not stop the others, and is named`() async throws {
        let tenant = try await BilledTenant(database, accounts: 4)
        try await tenant.call(1)
        try await tenant.run(
            """
            create function public.refuse_customer() returns trigger language plpgsql as $$
            begin raise exception 'this one is broken' using errcode = 'check_violation'; end $$;
            create trigger refuse before insert on billing.invoices for each row
                when (new.tenant_id = TENANT and new.account_id = md5(TENANT::text || 2)::uuid)
                execute function public.refuse_customer();
            """)
        let result = try await tenant.invoice()
        try await tenant.run(
            "drop trigger refuse on billing.invoices; drop function public.refuse_customer();")
        #expect(result.drafts == 3)
        #expect(result.failures.map(\.reason) == ["this one is broken"])
        #expect(try await tenant.invoice().drafts == 1)
    }

    @Test func `late, unrated and free calls hold nothing up, and are counted`() async throws {
        let tenant = try await BilledTenant(database, accounts: 1)
        try await tenant.call(2)
        try await tenant.call(1, postedAfter: "30 days")
        let account = try await tenant.account(1).uuidString
        try await tenant.run(
            """
            insert into cdr.enriched_cdr (tenant_id, started_at, id, account_id, direction, disposition, sip_code,
                                          currency, talk_ms, sell_billed_s, sell_amount, posted_at)
            values (TENANT, '2026-05-20', gen_random_uuid(), '\(account)', 'outbound', 'answered', 200, 'USD', 0, 0, 0,
                    '2026-05-20 00:01');
            insert into cdr.raw_cdr (tenant_id, started_at, id, edge_id, account_id, sip_code, rating_error)
            values (TENANT, '2026-05-20', gen_random_uuid(), 'e', '\(account)', 200, 'no rate'),
                   (TENANT, '2026-05-21', gen_random_uuid(), 'e', '\(account)', 200, null);
            """)
        let may = try await tenant.invoice()
        #expect(may.lateCalls == 1)
        #expect(may.setAside == 1)
        #expect(may.waiting == 1)
        #expect(
            try await tenant.read(
                "select sum(call_count)::text from billing.invoice_items where tenant_id = TENANT") == ["3"])
        let june = try await tenant.invoice { $0.until = BilledTenant.afterJune }
        #expect(june.drafts == 1)
        #expect(
            try await tenant.read(
                "select sum(call_count)::text from billing.invoice_items where tenant_id = TENANT") == ["4"])
    }

    @Test func `a rehearsal leaves nothing behind`() async throws {
        let tenant = try await BilledTenant(database, accounts: 3)
        try await tenant.call(2)
        let result = try await tenant.invoice { $0.isRehearsal = true }
        #expect(result.drafts == 3)
        #expect(result.totals.map { "\($0.currency) \($0.total)" } == ["USD 0.09"])
        #expect(try await tenant.read("select id::text from billing.billing_cycles where tenant_id = TENANT") == [])
    }

    @Test func `an account without use has no invoice, and its charges wait for the next`() async throws {
        let tenant = try await BilledTenant(database, accounts: 1)
        let may = try await tenant.invoice { $0.finalises = true }
        #expect(may.cycles.map(\.invoiceID) == [nil])
        let account = try await tenant.account(1).uuidString
        try await tenant.run(
            """
            insert into billing.recurring_charges (tenant_id, account_id, description, unit_amount, starts_on,
                                                   charged_until, in_advance)
            values (TENANT, '\(account)', 'Number', 31, '2026-05-22', '2026-05-22', false);
            """)
        let june = try await tenant.invoice { $0.until = BilledTenant.afterJune }
        #expect(june.drafts == 1)
        // Ten of the days of May, which had been closed, and June.
        #expect(june.cycles.map(\.total.description) == ["41"])
    }

    @Test func `a credit above the charges is left to the next invoice, which is then less`() async throws {
        let tenant = try await BilledTenant(database, accounts: 1)
        try await tenant.call(2)
        let account = try await tenant.account(1).uuidString
        try await tenant.run(
            """
            insert into billing.charges (tenant_id, account_id, kind, description, unit_amount, charged_on)
            values (TENANT, '\(account)', 'adjustment', 'Goodwill', -10, '2026-05-12'),
                   (TENANT, '\(account)', 'setup', 'Set-up', 25, '2026-06-12');
            """)
        let may = try await tenant.invoice { $0.finalises = true }
        #expect(may.cycles.map(\.total.description) == ["-9.97"])
        #expect(may.numbers == ["INV-000001"])
        let june = try await tenant.invoice {
            $0.until = BilledTenant.afterJune
            $0.finalises = true
        }
        #expect(june.cycles.map(\.total.description) == ["15.03"])
        #expect(
            try await tenant.read("select total::text from billing.invoices where tenant_id = TENANT order by 1")
                == ["0.0000", "15.0300"])
        #expect(try await tenant.faults() == [])
    }

    @Test func `accounts that another run has at the end are named`() async throws {
        let tenant = try await BilledTenant(database, accounts: 2)
        try await tenant.call(1)
        // The cycles of May are there.
        try await database.engine.run(
            """
            select billing.open_cycles(\(tenant.id), array[\(try await tenant.account(1)),
                   \(try await tenant.account(2))]::uuid[], '2026-05-15')
            """)
        let first = try await tenant.account(1)
        try await database.owner.transaction { session in
            try await session.run(
                """
                select id from billing.billing_cycles
                 where tenant_id = \(tenant.id) and account_id = \(first) for no key update
                """)
            let result = try await tenant.invoice()
            #expect(result.drafts == 1)
            #expect(result.failures == [])
            #expect(
                try await tenant.read(
                    "select ban from accounts.accounts where tenant_id = TENANT and name = 'Customer 1'")
                    == result.heldElsewhere)
        }
        let rest = try await tenant.invoice()
        #expect(rest.drafts == 1)
        #expect(rest.heldElsewhere == [])
    }
}
