import Foundation
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
            select billing.write_charge(TENANT, ACCOUNT, '{}', 'a', 2.5, 'Conference', 'voice', ACCOUNT);
            """)
        let charge = try await book.read(
            """
            select concat_ws(' ', kind, reference, description, amount, posted_amount, tax_category, invoice_item_id,
                             charged_on = (now() at time zone 'Pacific/Kiritimati')::date,
                             asker_account_id = ACCOUNT)
              from billing.charges where tenant_id = TENANT
            """)
        #expect(charge == ["service a Conference 2.50000000 2.50000000 voice t t"])
        let posting = try await book.read(
            """
            select concat_ws(' ', available, held, counter, counter_account, memo)
              from billing.ledger where tenant_id = TENANT and source = 'charge'
            """)
        #expect(posting == ["-2.50000000 0.00000000 2.50000000 service_revenue Conference"])
        #expect(try await book.account.balance == Balance(available: "7.5"))
    }

    @Test func `it is not charged below the limit, nor twice under a reference of whoever asks`() async throws {
        let book = try await db.book()
        try await book.account.topUp("3")
        func charge(_ amount: Int, asker: String = "null") -> String {
            "select billing.write_charge(TENANT, ACCOUNT, '{}', 'a', \(amount), 'Conference', 'voice', \(asker))"
        }
        #expect(try await book.refusal(charge(4)) == Refusal("23514", "balance_not_below_credit_limit"))
        try await book.run(charge(2))
        #expect(try await book.account.balance == Balance(available: "1"))
        #expect(try await book.refusal(charge(1)) == Refusal("23505", "charge_reference_is_taken_once"))
        try await book.run(charge(1, asker: "ACCOUNT"))
    }

    @Test func `all holds that are for it end with it, and one that was given back learns of it`() async throws {
        let book = try await db.book()
        try await book.account.topUp("10")
        let names = ["a", "b", "c"]
        var holds: [UUID] = []
        for name in names { holds.append(try #require(try await book.account.holdMoney("2", name).id)) }
        _ = try await book.tenant.release(holds[2])
        let list = holds.map { "'\($0)'" }.joined(separator: ", ")
        try await book.run(
            """
            select billing.write_charge(TENANT, ACCOUNT, array[\(list)]::uuid[], 'x', 3.5, 'Conference', 'voice', null)
            """)
        var states: [String?] = []
        for hold in holds { states.append(try await book.account.holdState(hold)) }
        #expect(states == ["settled", "settled", "superseded"])
        #expect(try await book.account.balance == Balance(available: "6.5"))
        #expect(try await book.tenant.ledgerFaults() == [])
        #expect(try await book.account.entryFaults() == [])
    }
}
