import Postgres
import TestSupport
import Testing

/// One rule for what has a valid_from: of the rows in effect the one that began last holds, for whoever reads them. A
/// row with an end stands above one without, for its time, and what was before comes back.
@Suite(.database) struct DatedRowsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// An offer of February over a price that began in January and has no end.
    private static let rows =
        """
        insert into billing.account_rate_plan (tenant_id, account_id, rate_plan_id, valid_from)
        values (TENANT, ACCOUNT, TENANT, '2026-01-01');
        insert into billing.voice_rates (tenant_id, rate_plan_id, prefix, rate, valid_from, valid_to) values
            (TENANT, TENANT, '1', 4, '2026-01-01', null), (TENANT, TENANT, '1', 3, '2026-02-01', '2026-03-01');
        insert into billing.messaging_rates (tenant_id, rate_plan_id, prefix, rate, valid_from, valid_to) values
            (TENANT, TENANT, '1', 4, '2026-01-01', null), (TENANT, TENANT, '1', 3, '2026-02-01', '2026-03-01');
        insert into billing.number_rates (tenant_id, rate_plan_id, prefix, monthly_fee, valid_from, valid_to) values
            (TENANT, TENANT, '1', 4, '2026-01-01', null), (TENANT, TENANT, '1', 3, '2026-02-01', '2026-03-01');
        insert into billing.bundles (tenant_id, rate_plan_id, name, prefixes, included, monthly_fee, valid_from,
                                     valid_to)
        values (TENANT, TENANT, 'x', '{1}', 1, 4, '2026-01-01', null),
               (TENANT, TENANT, 'x', '{1}', 1, 3, '2026-02-01', '2026-03-01');
        insert into routing.carriers (tenant_id, id, name) values (TENANT, ID1, 'x');
        insert into routing.carrier_trunks (tenant_id, id, carrier_id, name, host)
        values (TENANT, ID1, ID1, 'x', 'x.example');
        insert into routing.decks (tenant_id, id, carrier_trunk_id, name) values (TENANT, ID1, ID1, 'x');
        insert into routing.rate_deck (tenant_id, deck_id, prefix, rate, valid_from, valid_to) values
            (TENANT, ID1, '1', 0.4, '2026-01-01', null), (TENANT, ID1, '1', 0.3, '2026-02-01', '2026-03-01');
        insert into billing.taxes (tenant_id, id, code, name, jurisdiction, level, base, categories)
        values (TENANT, ID1, 'T', 'x', 'US', 'state', 'interstate', '{voice}');
        insert into billing.tax_rates (tenant_id, tax_id, rate, source, valid_from, valid_to) values
            (TENANT, ID1, 0.4, 'x', '2026-01-01', null), (TENANT, ID1, 0.3, 'x', '2026-02-01', '2026-03-01');
        insert into billing.tax_allocations (tenant_id, category, interstate_share, basis, source, valid_from, valid_to)
        values (TENANT, 'voice', 0.4, 'actual', 'x', '2026-01-01', null),
               (TENANT, 'voice', 0.3, 'actual', 'x', '2026-02-01', '2026-03-01');
        """

    /// What each reader makes of a moment, AT: 4 or 3.
    private static let readers = [
        "rate card": """
        select string_agg(distinct trim_scale(coalesce(r ->> 'rate', r ->> 'monthly_fee')::numeric)::text, ' ')
          from jsonb_each(billing.rate_card_rates(TENANT, TENANT, AT) - 'plan' - 'format') s,
               jsonb_array_elements(s.value) r
        """,
        "selling in calculate_lcr": """
        select trim_scale(expected_price / 3)::text
          from routing.calculate_lcr(TENANT, '+12125550100', '+13105550100', ACCOUNT, AT)
        """,
        "buying in calculate_lcr": """
        select trim_scale(rate * 10)::text
          from routing.calculate_lcr(TENANT, '+12125550100', '+13105550100', ACCOUNT, AT)
        """,
        "tax rate": """
        select trim_scale(rate * 10)::text
          from billing.calculate_taxes(TENANT, ACCOUNT, 'US', AT::date, '{voice}', '{100}', '{0}', '{0}')
        """,
        "tax allocation": """
        select trim_scale(base / 10)::text
          from billing.calculate_taxes(TENANT, ACCOUNT, 'US', AT::date, '{voice}', '{100}', '{0}', '{0}')
        """,
    ]

    @Test func `what has an end stands above what has none, and then gives way`() async throws {
        let book: Book = try await db.book()
        try await book.run(Self.rows)
        for (name, reader) in Self.readers {
            for (time, expected) in [
                ("2026-01-31", "4"), ("2026-02-01", "3"), ("2026-02-28", "3"), ("2026-03-01", "4"),
            ] {
                let found = try await book.read(reader.replacing("AT", with: "'\(time)'::timestamptz"))
                #expect(found == [expected], "\(name) at \(time)")
            }
        }
    }
}
