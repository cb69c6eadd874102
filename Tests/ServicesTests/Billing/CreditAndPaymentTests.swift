import Foundation
import Postgres
import Telecom
import TestSupport
import Testing

@testable import Services

/// What comes after an invoice: credit notes, payments, reminders.
@Suite(.database) struct CreditAndPaymentTests {
    private let database: TestDatabase

    init() throws { database = try TestDatabase.suite }

    /// An invoice of 100 and 50 with a tax of 7 % on each line.
    private func invoiced(discount: String? = nil) async throws -> (BilledTenant, UUID) {
        let tenant = try await BilledTenant(database, accounts: 1)
        let account = try await tenant.account(1).uuidString
        try await tenant.run(
            """
            insert into billing.taxes (tenant_id, id, code, name, jurisdiction, level, categories)
            values (TENANT, TENANT, 'T', 'State tax', 'US', 'state', '{service}');
            insert into billing.tax_rates (tenant_id, tax_id, rate, source, valid_from)
            values (TENANT, TENANT, 0.07, 'x', '2025-01-01');
            insert into billing.billing_profiles (tenant_id, account_id, legal_entity_id, tax_jurisdiction)
            values (TENANT, '\(account)', TENANT, 'US.NY');
            insert into billing.charges (tenant_id, account_id, kind, description, unit_amount, charged_on)
            values (TENANT, '\(account)', 'setup', 'Set-up', 100, '2026-05-12'),
                   (TENANT, '\(account)', 'port', 'Port', 50.05, '2026-05-13');
            """)
        if let discount {
            try await tenant.run(
                """
                insert into billing.charges (tenant_id, account_id, kind, description, unit_amount, charged_on)
                values (TENANT, '\(account)', 'adjustment', 'Discount', \(discount), '2026-05-14');
                """)
        }
        let result = try await tenant.invoice { $0.finalises = true }
        return (tenant, try #require(result.cycles.first?.invoiceID))
    }

    @Test func `a part is credited with its share of the tax, then the rest with the rest of it`() async throws {
        let (tenant, invoice) = try await invoiced()
        let issue = IssueCreditNote(database.engine, tenant: tenant.id)
        var request = CreditRequest(reason: "billing_error")
        request.lines = [(1, try Money(parsing: "33.33"))]
        let first = try await issue(invoice, request)
        #expect(first.number == "CN-000001")
        #expect("\(first.subtotal) \(first.taxTotal) \(first.total)" == "33.33 2.33 35.66")
        let rest = try await issue(invoice, CreditRequest(reason: "cancellation"))
        // 150.05 less 33.33; taxes of 7.00 and 3.50 less 2.33.
        #expect("\(rest.subtotal) \(rest.taxTotal) \(rest.total)" == "116.72 8.17 124.89")
        await #expect(throws: BillingFailure.self) { try await issue(invoice, CreditRequest(reason: "other")) }
        #expect(
            try await tenant.read("select status || ' ' || open_amount from billing.invoices where tenant_id = TENANT")
                == ["paid 0.0000"])
        #expect(try await tenant.faults() == [])
    }

    @Test func `the tax of a line below zero is left alone when another line is credited`() async throws {
        let (tenant, invoice) = try await invoiced(discount: "-20")
        var request = CreditRequest(reason: "billing_error")
        request.lines = [(1, try Money(parsing: "10"))]
        let note = try await IssueCreditNote(database.engine, tenant: tenant.id)(invoice, request)
        #expect("\(note.subtotal) \(note.taxTotal) \(note.total)" == "10 0.7 10.7")
        let rest = try await IssueCreditNote(database.engine, tenant: tenant.id)(
            invoice, CreditRequest(reason: "cancellation"))
        #expect("\(rest.subtotal) \(rest.taxTotal)" == "120.05 8.4")
        #expect(try await tenant.faults() == [])
    }

    @Test func `more than is left of a line is refused`() async throws {
        let (tenant, invoice) = try await invoiced()
        var request = CreditRequest(reason: "dispute")
        request.lines = [(1, try Money(parsing: "100.01"))]
        await #expect(throws: PostgresError.self) {
            try await IssueCreditNote(database.engine, tenant: tenant.id)(invoice, request)
        }
        request.lines = [(9, try Money(parsing: "1"))]
        await #expect(throws: BillingFailure("the invoice has no line 9")) {
            try await IssueCreditNote(database.engine, tenant: tenant.id)(invoice, request)
        }
        #expect(try await tenant.read("select id::text from billing.credit_notes where tenant_id = TENANT") == [])
    }

    @Test func `a payment pays what is open, once for its reference`() async throws {
        let (tenant, _) = try await invoiced()
        let record = RecordPayment(database.engine, tenant: tenant.id)
        var entry = PaymentEntry(accountID: try await tenant.account(1), amount: try Money(parsing: "200"))
        entry.reference = "WIRE 17"
        let (payment, isNew) = try await record(entry)
        #expect(isNew)
        #expect("\(payment.applied) \(payment.unapplied)" == "160.55 39.45")
        let repeated = try await record(entry)
        #expect(!repeated.isNew)
        #expect(try await record.list(account: nil, limit: 10).count == 1)
        let other = PaymentEntry(accountID: entry.accountID, amount: try Money(parsing: "0.001"))
        await #expect(throws: BillingFailure.self) { try await record(other) }
        #expect(try await tenant.faults() == [])
    }

    @Test func `the next invoice says what was owed before and what was paid`() async throws {
        let (tenant, _) = try await invoiced()
        let account = try await tenant.account(1)
        let entry = PaymentEntry(accountID: account, amount: try Money(parsing: "100"))
        _ = try await RecordPayment(database.engine, tenant: tenant.id)(entry)
        try await tenant.call(2, month: "2026-06")
        let june = try await tenant.invoice {
            $0.until = BilledTenant.afterJune
            $0.finalises = true
        }
        let document = try await ReadInvoice(database.engine, tenant: tenant.id)(
            try #require(june.cycles.first?.invoiceID))
        let statement = try #require(document.statement)
        #expect(
            "\(statement.before) \(statement.payments) \(document.total) \(statement.balance)"
                == "160.55 100 0.03 60.58")
        #expect(document.destinations.map(\.country) == ["United States"])
        #expect(document.seller.country == "United States")
        #expect(document.seller.paymentDetails?.contains("1234567890") == true)
    }

    @Test func `who does not pay is reminded, then stopped, and let go when he pays`() async throws {
        let (tenant, _) = try await invoiced()
        try await tenant.run(
            """
            insert into billing.dunning_policies (tenant_id, id, name, is_default) values (TENANT, TENANT, 'P', true);
            insert into billing.dunning_levels (tenant_id, dunning_policy_id, level, days_after_due, action)
            values (TENANT, TENANT, 1, 3, 'remind'), (TENANT, TENANT, 2, 10, 'suspend');
            """)
        let run = RunDunning(database.engine, tenant: tenant.id)
        let due = try await tenant.read("select due_on::text from billing.invoices where tenant_id = TENANT")[0]
        func day(_ days: Int) async throws -> String {
            try await tenant.read("select ('\(due)'::date + \(days))::text")[0]
        }
        #expect(try await run(on: day(2)).raised == 0)
        let first = try await run(on: day(3))
        #expect(first.reminders.map(\.action) == ["remind"])
        #expect(first.suspended == [])
        let second = try await run(on: day(10))
        #expect(second.reminders.map(\.level) == [2])
        #expect(second.suspended.count == 1)
        #expect(try await run(on: day(10)).suspended == [])
        // What the router refuses, and what it never asks the rule about.
        #expect(
            try await tenant.read(
                """
                select effect || ' ' || reason from routing.destination_rules
                 where tenant_id = TENANT and prefix is null and valid_to is null
                """) == ["suspend Overdue: invoice INV-000001"])
        #expect(try await tenant.read("select status from accounts.accounts where tenant_id = TENANT") == ["active"])
        let entry = PaymentEntry(accountID: try await tenant.account(1), amount: try Money(parsing: "160.55"))
        _ = try await RecordPayment(database.engine, tenant: tenant.id)(entry)
        let last = try await run(on: day(11))
        #expect(last.released == second.suspended)
        #expect(last.reminders.isEmpty)
    }

    @Test func `a tax over the document is credited by the lines that it is on`() async throws {
        let tenant = try await BilledTenant(database, accounts: 1)
        let account = try await tenant.account(1).uuidString
        try await tenant.run(
            """
            update billing.legal_entities set tax_rounding = 'document' where tenant_id = TENANT;
            insert into billing.taxes (tenant_id, id, code, name, jurisdiction, level, categories)
            values (TENANT, TENANT, 'T', 'State tax', 'US', 'state', '{service}');
            insert into billing.tax_rates (tenant_id, tax_id, rate, source, valid_from)
            values (TENANT, TENANT, 0.07, 'x', '2025-01-01');
            insert into billing.billing_profiles (tenant_id, account_id, legal_entity_id, tax_jurisdiction)
            values (TENANT, '\(account)', TENANT, 'US.NY');
            insert into billing.charges (tenant_id, account_id, kind, description, unit_amount, tax_category,
                                         charged_on)
            values (TENANT, '\(account)', 'setup', 'Set-up', 100, 'service', '2026-05-12'),
                   (TENANT, '\(account)', 'port', 'Port', 300, 'untaxed', '2026-05-13');
            """)
        let result = try await tenant.invoice { $0.finalises = true }
        let invoice = try #require(result.cycles.first?.invoiceID)
        // A line without the tax, a part of the one with it, and the rest.
        for (line, amount, tax) in [(2, "30", "0"), (1, "10", "0.7"), (nil, "", "6.3")] as [(Int?, String, String)] {
            var request = CreditRequest(reason: "billing_error")
            if let line { request.lines = [(line, try Money(parsing: amount))] }
            let note = try await IssueCreditNote(database.engine, tenant: tenant.id)(invoice, request)
            #expect("\(note.taxTotal)" == tax)
        }
        #expect(try await tenant.faults() == [])
    }

    @Test func `a reference that another account used is an error that names it`() async throws {
        let tenant = try await BilledTenant(database, accounts: 2)
        let record = RecordPayment(database.engine, tenant: tenant.id)
        var entry = PaymentEntry(accountID: try await tenant.account(1), amount: try Money(parsing: "10"))
        entry.reference = "WIRE 18"
        let ban = try await record(entry).payment.ban
        var other = PaymentEntry(accountID: try await tenant.account(2), amount: entry.amount)
        other.reference = entry.reference
        let failure = BillingFailure(
            "the account \(ban) used that reference, for a payment of 10", "reference",
            expected: "a reference that no other payment has")
        await #expect(throws: failure) {
            try await record(other)
        }
        #expect(try await record.list(account: nil, limit: 10).count == 1)
    }
}
