import Postgres
import TestSupport
import Testing

/// billing.calculate_taxes: taxes by place, date, turn and exemption.
@Suite(.database) struct CalculateTaxesTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let taxes =
        """
        insert into billing.tax_allocations (tenant_id, category, interstate_share, basis, source, valid_from)
        values (TENANT, 'voice', 0.649, 'safe_harbour', 'x', '2006-01-01');
        insert into billing.taxes (tenant_id, id, code, name, jurisdiction, level, calculation, base, categories,
            turn,
                                   is_compound) values
            (TENANT, ID1, 'FUSF', 'Federal fund', 'US', 'federal', 'percent', 'interstate', '{voice}', 1, false),
            (TENANT, ID2, 'CST', 'State tax', 'US.FL', 'state', 'percent', 'whole', '{voice,number}', 2, true),
            (TENANT, ID3, 'E911', 'E911 fee', 'US.FL', 'special', 'per_line', 'whole', '{number}', 1, false);
        insert into billing.tax_rates (tenant_id, tax_id, rate, source, valid_from) values
            (TENANT, ID1, 0.381, 'x', '2025-10-01'), (TENANT, ID1, 0.376, 'x', '2026-01-01'),
            (TENANT, ID2, 0.0744, 'x', '2025-01-01'), (TENANT, ID3, 0.4, 'x', '2025-01-01');
        """

    @Test func `the federal fund is on the interstate part, at the factor of the quarter`() async throws {
        let book: Book = try await db.book()
        try await book.run(Self.taxes)
        #expect(
            try await book.read(
                """
                select concat_ws(' ', c.line, t.code, c.base, c.exempt_amount, c.amount)
                  from billing.calculate_taxes(TENANT, ACCOUNT, 'US.NY', '2026-01-15', '{voice,number}', '{100,10}',
                                               '{0,0}', '{0,3}') c
                  join billing.taxes t on t.tenant_id = TENANT and t.id = c.tax_id
                 order by t.turn, t.code, c.line
                """
            ) == ["1 FUSF 64.90000000 0.00000000 24.40240000"])
        #expect(
            try await book.read(
                """
                select concat_ws(' ', c.line, t.code, c.base, c.exempt_amount, c.amount)
                  from billing.calculate_taxes(TENANT, ACCOUNT, 'US.NY', '2025-12-31', '{voice,number}', '{100,10}',
                                               '{0,0}', '{0,3}') c
                  join billing.taxes t on t.tenant_id = TENANT and t.id = c.tax_id
                 order by t.turn, t.code, c.line
                """
            ) == ["1 FUSF 64.90000000 0.00000000 24.72690000"])
    }

    @Test func `below a place its taxes hold, and a compound one is on those of earlier turns`() async throws {
        let book: Book = try await db.book()
        try await book.run(Self.taxes)
        #expect(
            try await book.read(
                """
                select concat_ws(' ', c.line, t.code, c.base, c.exempt_amount, c.amount)
                  from billing.calculate_taxes(TENANT, ACCOUNT, 'US.FL.MIAMI-DADE', '2026-01-15', '{voice,number}',
                      '{100,10}',
                                               '{0,0}', '{0,3}') c
                  join billing.taxes t on t.tenant_id = TENANT and t.id = c.tax_id
                 order by t.turn, t.code, c.line
                """
            ) == [
                "2 E911 0 0.00000000 1.20000000",
                "1 FUSF 64.90000000 0.00000000 24.40240000",
                "1 CST 124.40240000 0.00000000 9.25553856",
                "2 CST 11.20000000 0.00000000 0.83328000",
            ])
        #expect(
            try await book.read(
                """
                select concat_ws(' ', c.line, t.code, c.base, c.exempt_amount, c.amount)
                  from billing.calculate_taxes(TENANT, ACCOUNT, 'US.FLX', '2026-01-15', '{voice,number}', '{100,10}',
                                               '{0,0}', '{0,3}') c
                  join billing.taxes t on t.tenant_id = TENANT and t.id = c.tax_id
                 order by t.turn, t.code, c.line
                """
            ) == ["1 FUSF 64.90000000 0.00000000 24.40240000"])
        #expect(
            try await book.read(
                """
                select concat_ws(' ', c.line, t.code, c.base, c.exempt_amount, c.amount)
                  from billing.calculate_taxes(TENANT, ACCOUNT, 'CA.ON', '2026-01-15', '{voice,number}', '{100,10}',
                                               '{0,0}', '{0,3}') c
                  join billing.taxes t on t.tenant_id = TENANT and t.id = c.tax_id
                 order by t.turn, t.code, c.line
                """
            ) == [])
    }

    @Test func `an exemption of a place is not one of the places below it`() async throws {
        let book: Book = try await db.book()
        try await book.run(Self.taxes)
        try await book.run(
            """
            insert into billing.tax_exemptions (tenant_id, account_id, jurisdiction, reason, certificate_number,
                                                valid_from)
            values (TENANT, ACCOUNT, 'US', 'resale', '499', '2026-01-01')
            """)
        #expect(
            try await book.read(
                """
                select concat_ws(' ', c.line, t.code, c.base, c.exempt_amount, c.amount)
                  from billing.calculate_taxes(TENANT, ACCOUNT, 'US.FL', '2026-01-15', '{voice,number}', '{100,10}',
                                               '{0,0}', '{0,3}') c
                  join billing.taxes t on t.tenant_id = TENANT and t.id = c.tax_id
                 order by t.turn, t.code, c.line
                """
            ) == [
                "2 E911 0 0.00000000 1.20000000",
                "1 FUSF 64.90000000 24.40240000 0.00000000",
                "1 CST 100.00000000 0.00000000 7.44000000",
                "2 CST 11.20000000 0.00000000 0.83328000",
            ])
    }

    @Test func `half an exemption of one tax, and one that was revoked`() async throws {
        let book: Book = try await db.book()
        try await book.run(Self.taxes)
        try await book.run(
            """
            insert into billing.tax_exemptions (tenant_id, account_id, tax_id, reason, exempt_share, valid_from,
                                                revoked_at)
            values (TENANT, ACCOUNT, ID1, 'government', 0.5, '2026-01-01', null),
                   (TENANT, ACCOUNT, null, 'government', 1, '2026-01-01', now())
            """)
        #expect(
            try await book.read(
                """
                select concat_ws(' ', c.line, t.code, c.base, c.exempt_amount, c.amount)
                  from billing.calculate_taxes(TENANT, ACCOUNT, 'US.NY', '2026-01-15', '{voice,number}', '{100,10}',
                                               '{0,0}', '{0,3}') c
                  join billing.taxes t on t.tenant_id = TENANT and t.id = c.tax_id
                 order by t.turn, t.code, c.line
                """
            ) == ["1 FUSF 64.90000000 12.20120000 12.20120000"])
    }

    @Test func `a part that nobody stated is refused, not guessed`() async throws {
        let book: Book = try await db.book()
        try await book.run(Self.taxes)
        try await book.run("delete from billing.tax_allocations where tenant_id = TENANT")
        #expect(
            try await book.refusal(
                """
                select billing.calculate_taxes(TENANT, ACCOUNT, 'US', '2026-01-15', '{voice}', '{1}', '{0}', '{0}')
                """
            ) == Refusal("P0002", "tax_allocation_is_known"))
    }

    @Test func `lists of different lengths are refused`() async throws {
        let book: Book = try await db.book()
        #expect(
            try await book.refusal(
                """
                select billing.calculate_taxes(TENANT, ACCOUNT, 'US', '2026-01-15', '{voice}', '{1,2}', '{0}', '{0}')
                """
            ) == Refusal("22023"))
    }

    /// 5 percent up to 100, 2 above, 1 above 1000, of the whole bill: however it is cut into lines, it is the same.
    @Test func `a tiered tax is on the parts of the bill, in the order of its lines`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            insert into billing.taxes (tenant_id, id, code, name, jurisdiction, level, calculation, categories)
            values (TENANT, ID1, 'T', 'Tiered', 'US', 'state', 'tiered', '{voice}');
            insert into billing.tax_rates (tenant_id, id, tax_id, rate, source, valid_from)
            values (TENANT, ID2, ID1, 0.05, 'x', '2026-01-01');
            insert into billing.tax_rate_tiers (tenant_id, tax_rate_id, above_amount, rate)
            values (TENANT, ID2, 100, 0.02), (TENANT, ID2, 1000, 0.01)
            """)
        for (amounts, taxes) in [
            ("40", ["1 2.00000000"]), ("100", ["1 5.00000000"]), ("150", ["1 6.00000000"]),
            ("1200", ["1 25.00000000"]), ("60,90", ["1 3.00000000", "2 3.00000000"]),
            ("150,1050", ["1 6.00000000", "2 19.00000000"]), ("0", []),
        ] {
            let zeros = amounts.split(separator: ",").map { _ in "0" }.joined(separator: ",")
            let voices = amounts.split(separator: ",").map { _ in "voice" }.joined(separator: ",")
            #expect(
                try await book.read(
                    """
                    select concat_ws(' ', c.line, c.amount)
                      from billing.calculate_taxes(TENANT, ACCOUNT, 'US.NY', '2026-02-01', '{\(voices)}',
                                                   '{\(amounts)}', '{\(zeros)}', '{\(zeros)}') c order by c.line
                    """
                ) == taxes, "\(amounts)")
        }
    }
}
