import Postgres
import TestSupport
import Testing

/// billing.write_charge: the charge, its posting and the end of its hold.
@Suite(.database) struct WriteChargeTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `it is to be invoiced on the account's day, and known to be posted`() async throws {
        let book = try await db.book()
        try await book.account.topUp("10")
        try await book.run(
            """
            update accounts.accounts set time_zone = 'Pacific/Kiritimati' where tenant_id = TENANT;
            select billing.write_charge(TENANT, ACCOUNT, null, 'a', 2.5, 'Conference', 'voice', false);
            """)
        let charge = try await book.read(
            """
            select concat_ws(' ', kind, reference, description, amount, posted_amount, tax_category, invoice_item_id,
                             charged_on = (now() at time zone 'Pacific/Kiritimati')::date)
              from billing.charges where tenant_id = TENANT
            """)
        #expect(charge == ["service a Conference 2.50000000 2.50000000 voice t"])
        let posting = try await book.read(
            """
            select concat_ws(' ', available, held, counter, counter_account, memo)
              from billing.ledger where tenant_id = TENANT and source = 'charge'
            """)
        #expect(posting == ["-2.50000000 0.00000000 2.50000000 service_revenue Conference"])
        #expect(try await book.account.balance == Balance(available: "7.5"))
    }

    @Test func `it is not charged below the limit unless the caller says so`() async throws {
        let book = try await db.book()
        try await book.account.topUp("1")
        func charge(_ mayOverdraw: Bool) -> String {
            "select billing.write_charge(TENANT, ACCOUNT, null, 'a', 2, 'Conference', 'voice', \(mayOverdraw))"
        }
        #expect(try await book.refusal(charge(false)) == Refusal("23514", "balance_not_below_credit_limit"))
        try await book.run(charge(true))
        #expect(try await book.account.balance == Balance(available: "-1", overdrawn: "1"))
        #expect(try await book.refusal(charge(true)) == Refusal("23505", "charge_reference_is_taken_once"))
    }
}
