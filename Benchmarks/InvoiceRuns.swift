import Foundation
import Postgres
import Schema
import Services

/// The invoices of a month for all customers of an operator: opened, closed, summed up, drafted, taxed and totalled,
/// and then finalised. No page is printed.
struct InvoiceRuns: Sendable {
    let bench: Workbench

    private static let database = "invoices"

    private var accounts: Int { bench.isQuick ? 200 : 10_000 }
    private var calls: Int { bench.isQuick ? 50_000 : 5_000_000 }

    func run() async throws -> [Measurement] {
        try await bench.createDatabase(Self.database)
        let owner = try bench.client(Self.database)
        try await Migrate(owner, migrations: Schema.migrations()).run()
        let tenant = UUID.v7()
        try await fill(owner, tenant)
        let engine = try bench.client(Self.database, role: "heddle_engine")
        let invoices = RunInvoices(engine, tenant: tenant)
        let drafting = try await timed { try await invoices(InvoiceRunOptions()) }
        var options = InvoiceRunOptions()
        options.finalises = true
        let finalising = try await timed { try await invoices(options) }
        try await check(owner, tenant)
        await engine.close()
        await owner.close()
        let size = "\(accounts) accounts, \(calls) calls of a month, four lines and a tax each"
        return [
            Measurement(
                "invoice run, drafts", drafting, "s",
                method: "\(size): \(Int(Double(accounts) / drafting)) accounts/s, two batches of 100 at once"),
            Measurement(
                "invoice run, numbers", finalising, "s",
                method:
                    "the drafts finalised and posted, 20 a transaction: \(Int(Double(accounts) / finalising)) a s"),
        ]
    }

    private func timed(_ work: () async throws -> InvoiceRunResult) async throws -> Double {
        let start = ContinuousClock.now
        let result = try await work()
        guard result.failures.isEmpty else { throw BenchError("refused: \(result.failures.prefix(3))") }
        return (ContinuousClock.now - start).seconds
    }

    /// Few accounts have most of the calls; all have a number that recurs.
    private func fill(_ owner: Database, _ tenant: UUID) async throws {
        let month: SQL = "date_trunc('month', now() - interval '1 month')"
        _ = try await owner.run(
            [
                "select core.create_monthly_partition('cdr.enriched_cdr', (\(month))::date)",
                "insert into core.tenants (id, slug, name) values (\(tenant), 'invoices', 'Invoices')",
                """
                insert into billing.legal_entities (tenant_id, id, name, legal_name, invoice_prefix, credit_note_prefix,
                                                    is_default, grace_days)
                values (\(tenant), \(tenant), 'Seller', 'Seller', 'INV-', 'CN-', true, 0)
                """,
                """
                insert into billing.taxes (tenant_id, id, code, name, jurisdiction, level, categories)
                values (\(tenant), \(tenant), 'T', 'Tax', 'US', 'federal', '{voice,number}')
                """,
                """
                insert into billing.tax_rates (tenant_id, tax_id, rate, source, valid_from)
                values (\(tenant), \(tenant), 0.07, 'x', '2020-01-01')
                """,
                """
                insert into accounts.accounts (tenant_id, id, ban, name, time_zone, billing_mode, created_at)
                select \(tenant), md5(n::text)::uuid, 'B-' || n, 'Customer ' || n, 'UTC', 'postpaid', \(month)
                  from generate_series(1, \(accounts)) n
                """,
                """
                insert into billing.billing_profiles (tenant_id, account_id, legal_entity_id, tax_jurisdiction)
                select \(tenant), id, \(tenant), 'US.NY' from accounts.accounts where tenant_id = \(tenant)
                """,
                """
                insert into billing.recurring_charges (tenant_id, account_id, description, unit_amount, tax_category,
                                                       starts_on, charged_until, in_advance)
                select \(tenant), id, 'Number', 2, 'number', (\(month))::date, (\(month))::date, false
                  from accounts.accounts where tenant_id = \(tenant)
                """,
            ], deadline: .seconds(300))
        try await owner.run(
            """
            insert into cdr.enriched_cdr (tenant_id, started_at, id, account_id, direction, from_number, to_number,
                jurisdiction, disposition, sip_code, currency, talk_ms, sell_billed_s, sell_rate_id, sell_rate,
                sell_connect_fee, sell_initial_s, sell_next_s, sell_amount, posted_at)
            select \(tenant), c.started_at, gen_random_uuid(),
                   md5((1 + floor(c.who * c.who * \(accounts)))::text)::uuid,
                   'outbound', '+12125550100',
                   case c.n % 10 when 0 then '+442079460958' when 1 then '+4930123456' when 2 then '+16045550100'
                                 else '+1' || (array['212', '415', '305', '206', '702'])[1 + c.n % 5] || '5550100' end,
                   case c.n % 10 when 0 then 'international' when 1 then 'international' when 5 then 'intrastate'
                                 else 'interstate' end,
                   'answered', 200, 'USD', 60000, 60, \(tenant), 0.01, 0, 6, 6, 0.01000001,
                   c.started_at + interval '2 minutes'
              from (select n, random() as who, \(month) + interval '27 days' * (n / \(Double(calls))) as started_at
                      from generate_series(1, \(calls)) n) c
            """, deadline: .seconds(1800))
        try await owner.lease { try await $0.runScript("analyze") }
    }

    /// No figure is bought with a wrong sum.
    private func check(_ owner: Database, _ tenant: UUID) async throws {
        let invoiced = try await owner.run(
            """
            select sum(i.call_count)::bigint from billing.invoice_items i where i.tenant_id = \(tenant)
            """, deadline: .seconds(300)
        ).value(Int.self)
        let faults = try await owner.run(
            "select count(*) from billing.check_documents(\(tenant))", deadline: .seconds(600)
        ).value(Int.self)
        guard invoiced == calls, faults == 0 else {
            throw BenchError("\(invoiced ?? -1) of \(calls) calls are invoiced, \(faults ?? -1) documents are wrong")
        }
    }
}
