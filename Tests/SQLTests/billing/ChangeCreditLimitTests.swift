import Postgres
import TestSupport
import Testing

/// billing.change_credit_limit: a limit with its reason.
@Suite(.database) struct ChangeCreditLimitTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `the change has a voucher that says who, why and what was before`() async throws {
        let book = try await db.book()
        try await book.run(
            """
            select core.set_request_context('Ann', null, null);
            select billing.change_credit_limit(TENANT, ACCOUNT, 50, 'new customer');
            """)
        #expect(
            try await book.read("select billing.change_credit_limit(TENANT, ACCOUNT, 20, 'pays late')::text")
                == ["50.00000000"])
        #expect(
            try await book.read(
                """
                select concat_ws(' ', kind, amount_before, amount, reason, case when entered_by = 'Ann' then 'Ann' end)
                  from billing.vouchers where tenant_id = TENANT order by id
                """
            ) == [
                "credit_limit 0.00000000 50.00000000 new customer Ann",
                "credit_limit 50.00000000 20.00000000 pays late",
            ])
        #expect(try await book.account.balance == Balance(creditLimit: "20"))
    }

    @Test(arguments: [
        ("ACCOUNT, 5, ''", "22023"), ("ACCOUNT, 5, null", "22023"), ("ACCOUNT, -1, 'x'", "23514"),
        ("ID9, 5, 'x'", "23503"),
    ])
    func `without a reason, below zero, or of nobody it is refused`(arguments: String, state: String) async throws {
        let book = try await db.book()
        let refusal = try await book.refusal("select billing.change_credit_limit(TENANT, \(arguments))")
        #expect(refusal?.sqlState == state)
        #expect(try await book.read("select id::text from billing.vouchers where tenant_id = TENANT") == [])
    }
}
