import Foundation
import Postgres
import TestSupport
import Testing

/// Text has the rule that there is one for: zones, currencies, countries and names are looked at when they are written.
@Suite(.database) struct PlainTextTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test(arguments: [
        ("update accounts.accounts set time_zone = 'Nowhere' where tenant_id = TENANT", "time_zone_is_known"),
        ("update auth.users set time_zone = 'EST5' where tenant_id = TENANT", "time_zone_is_known"),
        ("update accounts.accounts set name = ' ' where tenant_id = TENANT", "account_has_a_name"),
        ("update accounts.accounts set metadata = '[1]' where tenant_id = TENANT", "metadata_is_an_object"),
        ("update core.tenants set metadata = '3' where id = TENANT", "metadata_is_an_object"),
        ("update core.tenants set country = 'XX' where id = TENANT", "tenant_has_home_country"),
        (
            "update core.tenants set currency = 'ZZZ' where id = TENANT", "tenant_reports_in_currency_that_is_known"
        ),
        (
            "insert into accounts.accounts (tenant_id, ban, name, currency) values (TENANT, 'ZZZ-1', 'x', 'ZZZ')",
            "account_is_kept_in_currency"
        ),
        (
            "insert into billing.rate_plans (tenant_id, name, currency) values (TENANT, 'z', 'ZZZ')",
            "plan_is_priced_in_currency"
        ),
        (
            "insert into billing.exchange_rates (tenant_id, base, quote, rate, source, valid_from) "
                + "values (TENANT, 'USD', 'ZZZ', 1, 'x', now())", "exchange_rate_is_to_currency"
        ),
    ])
    func `what breaks a rule is refused by it`(statement: String, constraint: String) async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            insert into auth.users (tenant_id, account_id, email, name)
            values (TENANT, ACCOUNT, TENANT::text || '@x.example', 'x')
            """)
        let refusal = try await book.refusal(statement)
        #expect(refusal?.constraint == constraint)
    }

    /// Metadata is the operator's own; a program that reads it looks for names.
    @Test func `metadata is an object everywhere`() async throws {
        let plain = try await db.owner.run(
            """
            select a.attrelid::regclass::text from pg_attribute a join pg_class c on c.oid = a.attrelid
              join pg_namespace n on n.oid = c.relnamespace
             where a.attname = 'metadata' and a.atttypid <> 'core.metadata'::regtype
               and c.relkind in ('r', 'p') and n.nspname in (\(unescaped: House.schemaList))
            """
        ).decode(String.self)
        #expect(plain == [])
    }
}
