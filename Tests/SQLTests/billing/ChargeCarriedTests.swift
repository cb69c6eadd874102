import Postgres
import TestSupport
import Testing

/// billing.charge_carried: what is on an invoice is charged with the next one.
@Suite(.database) struct ChargeCarriedTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `a charge an account, once, which its calls name`() async throws {
        let book: Book = try await db.book()
        try await book.run(Book.callsOfTwoCycles + Book.rerateRun + Book.rerateAll())
        try await book.run(
            """
            update billing.rerate_calls set state = 'carried', replaced = '{}'
             where tenant_id = TENANT and started_at < '2026-06-01'
            """)
        for expected in ["1", "0"] {
            #expect(
                try await book.read("select billing.charge_carried(TENANT, ID9)::text", as: db.engine) == [expected])
        }
        #expect(
            try await book.read(
                """
                select concat_ws(' ', c.kind, c.amount, c.tax_category, count(*), c.description)
                  from billing.charges c
                  join billing.rerate_calls r on r.tenant_id = TENANT and r.charge_id = c.id
                 where c.tenant_id = TENANT group by c.kind, c.amount, c.tax_category, c.description
                """) == [
                    "adjustment 0.30000003 voice 3 Price correction, 3 calls of 2026-05-04 to 2026-05-31"
                ])
    }

    @Test func `what comes to nothing is not charged`() async throws {
        let book: Book = try await db.book()
        try await book.run(Book.callsOfTwoCycles + Book.rerateRun + Book.rerateAll())
        try await book.run(
            """
            update billing.rerate_calls
               set state = 'carried', replaced = '{}',
                   sell_amount = case when started_at < '2026-05-31 12:30' then 0.2 else 0.00000002 end
             where tenant_id = TENANT
            """)
        #expect(try await book.read("select billing.charge_carried(TENANT, ID9)::text", as: db.engine) == ["0"])
        #expect(try await book.read("select amount::text from billing.charges where tenant_id = TENANT") == [])
    }
}
