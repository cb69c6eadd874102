import Foundation
import Postgres
import Telecom
import TestSupport
import Testing

@testable import Services

/// What staff does with payments when they are there: apply, take back, give back.
@Suite(.database) struct PaymentChangesTests {
    private let database: TestDatabase

    init() throws { database = try TestDatabase.suite }

    /// An account with invoices of 100 for May and of 50 for June, and a payment.
    private struct Books {
        let tenant: BilledTenant
        let may: UUID
        let june: UUID
        let payment: UUID
        let apply: ApplyPayment
        let refund: RefundPayment
        let read: ReadPayment
    }

    private func books(paid: String) async throws -> Books {
        let tenant = try await BilledTenant(database, accounts: 1)
        let account = try await tenant.account(1)
        try await tenant.run(
            """
            insert into billing.charges (tenant_id, account_id, kind, description, unit_amount, charged_on)
            values (TENANT, '\(account.text)', 'setup', 'Set-up', 100, '2026-05-12'),
                   (TENANT, '\(account.text)', 'port', 'Port', 50, '2026-06-13')
            """)
        let may = try await tenant.invoice { $0.finalises = true }
        let june = try await tenant.invoice {
            $0.until = BilledTenant.afterJune
            $0.finalises = true
        }
        var entry = PaymentEntry(accountID: account, amount: try Money(parsing: paid))
        entry.reference = "WIRE 1"
        let payment = try await RecordPayment(database.engine, tenant: tenant.id)(entry).payment.id
        return Books(
            tenant: tenant, may: try #require(may.cycles.first?.invoiceID),
            june: try #require(june.cycles.first?.invoiceID), payment: payment,
            apply: ApplyPayment(database.engine, for: RequestScope(tenant: tenant.id, actor: "clerk")),
            refund: RefundPayment(database.engine, for: RequestScope(tenant: tenant.id, actor: "clerk")),
            read: ReadPayment(database.engine, tenant: tenant.id))
    }

    /// What is open of the two, and applied, given back and left of the payment.
    private func state(_ books: Books) async throws -> String {
        let open = try await books.tenant.read(
            """
            select string_agg(round(open_amount, 2)::text, ' ' order by period_from) from billing.invoices
             where tenant_id = TENANT
            """)
        let payment = try await books.read(books.payment).payment
        #expect(try await books.tenant.faults() == [])
        return "\(open.first ?? "-") | \(payment.applied) \(payment.refunded) \(payment.unapplied)"
    }

    private func money(_ text: String) throws -> Money { try Money(parsing: text) }

    private func entry(_ reference: String, _ amount: String?, chargeback: Bool = false) throws -> RefundEntry {
        var entry = RefundEntry(reason: "paid twice", reference: reference)
        entry.amount = try amount.map { try Money(parsing: $0) }
        entry.isChargeback = chargeback
        return entry
    }

    @Test func `a payment is taken from one invoice and pays another`() async throws {
        let books = try await books(paid: "120")
        #expect(try await state(books) == "0.00 30.00 | 120 0 0")
        #expect(try await books.apply.unapply(books.payment, from: books.may, reason: "June's") == money("100"))
        #expect(try await state(books) == "100.00 30.00 | 20 0 100")
        await #expect(throws: BillingFailure.self) {
            try await books.apply.unapply(books.payment, from: books.may, reason: "x")
        }
        // It pays June a part: that has to go before it pays June more.
        let again = await #expect(throws: BillingFailure.self) {
            try await books.apply(books.payment, to: books.june, nil)
        }
        #expect(again?.description.contains("heddle payment unapply") == true)
        #expect(try await books.apply.unapply(books.payment, from: nil, reason: "June's") == money("20"))
        #expect(try await books.apply(books.payment, to: books.june, nil) == money("50"))
        #expect(try await state(books) == "100.00 0.00 | 50 0 70")
        #expect(try await books.apply(books.payment, to: books.may, money("60")) == money("60"))
        #expect(try await state(books) == "40.00 0.00 | 110 0 10")
        let story = try await books.read(books.payment)
        #expect(story.applications.count == 4 && story.applications.count { $0.reversedAt != nil } == 2)
        #expect(story.applications.first?.reversalReason == "June's")
    }

    /// What is open of an invoice has more digits than a payment can have.
    @Test func `a payment pays a part of an invoice that is above all payments`() async throws {
        let books = try await books(paid: "92000000000")
        _ = try await books.apply.unapply(books.payment, from: nil, reason: "x")
        try await books.tenant.run(
            """
            set local session_replication_role = replica;
            update billing.invoices set subtotal = 90000000000000, tax_total = 0, total = 90000000000000
             where tenant_id = TENANT and id = '\(books.june.text)';
            """)
        let most = await #expect(throws: BillingFailure.self) {
            try await books.apply(books.payment, to: books.june, money("92000000001"))
        }
        #expect(most?.description.contains("at most 92000000000.00") == true, "\(most?.description ?? "-")")
        #expect(try await books.apply(books.payment, to: books.june, nil) == money("92000000000"))
    }

    @Test func `what is left pays what is open, the first due first`() async throws {
        let books = try await books(paid: "120")
        _ = try await books.apply.unapply(books.payment, from: nil, reason: "x")
        #expect(try await books.apply(books.payment) == money("120"))
        #expect(try await state(books) == "0.00 30.00 | 120 0 0")
        await #expect(throws: BillingFailure("nothing of the payment is left")) { try await books.apply(books.payment) }
    }

    @Test(arguments: [("0", "above zero"), ("0.001", "above zero"), ("50.01", "at most 50.00"), ("-1", "above zero")])
    func `no more of an invoice is paid than is open`(amount: String, expected: String) async throws {
        let books = try await books(paid: "120")
        _ = try await books.apply.unapply(books.payment, from: nil, reason: "x")
        let failure = await #expect(throws: BillingFailure.self) {
            try await books.apply(books.payment, to: books.june, money(amount))
        }
        #expect(failure?.description.contains(expected) == true, "\(failure?.description ?? "-")")
        #expect(try await state(books) == "100.00 50.00 | 0 0 120")
    }

    @Test func `a payment is given back in parts, each once for its reference`() async throws {
        let books = try await books(paid: "170")
        #expect(try await state(books) == "0.00 0.00 | 150 0 20")
        #expect(try await books.refund(books.payment, entry("BACK 1", "8")))
        #expect(try await !books.refund(books.payment, entry("BACK 1", "8")))
        #expect(try await !books.refund(books.payment, entry("BACK 1", nil)))
        #expect(try await state(books) == "0.00 0.00 | 150 8 12")
        let other = await #expect(throws: BillingFailure.self) {
            try await books.refund(books.payment, entry("BACK 1", "9"))
        }
        #expect(
            other?.description == "the reference \"BACK 1\" is that of a refund of USD 8.00; give another one to "
                + "another refund")
        #expect(try await books.refund(books.payment, entry("BACK 2", "12")))
        let most = await #expect(throws: BillingFailure.self) {
            try await books.refund(books.payment, entry("BACK 3", "150.01"))
        }
        #expect(most?.description.contains("the amount is at most 150.00") == true, "\(most?.description ?? "-")")
        let refunds = try await books.read(books.payment).refunds
        #expect(
            refunds.map { "\($0.kind) \($0.amount) \($0.reason) \($0.reference ?? "-")" }
                == ["refund 8 paid twice BACK 1", "refund 12 paid twice BACK 2"])
        #expect(
            try await books.tenant.read(
                """
                select distinct actor from audit.audit_log where tenant_id = TENANT and object = 'billing.refunds'
                """) == ["clerk"])
    }

    /// The account has nothing but what it paid its invoices with.
    @Test func `an account gives back no more than it has, the bank takes what it takes`() async throws {
        let books = try await books(paid: "120")
        let failure = await #expect(throws: BillingFailure.self) {
            try await books.refund(books.payment, entry("BACK 1", nil))
        }
        #expect(failure?.description.contains("a chargeback enters") == true, "\(failure?.description ?? "-")")
        #expect(try await state(books) == "0.00 30.00 | 120 0 0")
        #expect(try await books.refund(books.payment, entry("dp_1", nil, chargeback: true)))
        #expect(try await state(books) == "100.00 50.00 | 0 120 0")
        #expect(try await !books.refund(books.payment, entry("dp_1", nil, chargeback: true)))
        await #expect(throws: BillingFailure.self) { try await books.refund(books.payment, entry("dp_1", nil)) }
        await #expect(throws: BillingFailure("all of the payment was given back before")) {
            try await books.refund(books.payment, entry("BACK 2", "1"))
        }
    }

    @Test func `many at once give it back once`() async throws {
        let books = try await books(paid: "170")
        let entry = try entry("BACK 1", "20")
        let made = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 { group.addTask { try await books.refund(books.payment, entry) } }
            return try await group.reduce(into: 0) { if $1 { $0 += 1 } }
        }
        #expect(made == 1)
        #expect(try await state(books) == "0.00 0.00 | 150 20 0")
    }

    @Test func `a payment is found by its id or its reference`() async throws {
        let books = try await books(paid: "10")
        for name in [books.payment.text, books.payment.text.uppercased(), "WIRE 1"] {
            #expect(try await books.read.id(of: name) == books.payment)
        }
        let failure = await #expect(throws: BillingFailure.self) { try await books.read.id(of: "WIRE 2") }
        #expect(failure?.description.contains("`heddle payment list`") == true)
        var entry = PaymentEntry(accountID: try await books.tenant.account(1), amount: try money("1"))
        entry.reference = "WIRE 1"
        entry.provider = "stripe"
        _ = try await RecordPayment(database.engine, tenant: books.tenant.id)(entry)
        let several = await #expect(throws: BillingFailure.self) { try await books.read.id(of: "WIRE 1") }
        #expect(several?.description.hasPrefix("several providers") == true)
    }
}
