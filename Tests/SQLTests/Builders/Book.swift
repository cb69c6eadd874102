import Foundation
import Postgres
import TestSupport

/// A tenant with one account, a rate plan and a seller, and statements about them.
///
/// In a statement TENANT, ACCOUNT and ID1 to ID9 stand for ids of the book's own; the plan and the seller have the id
/// of the tenant.
struct Book: Sendable {
    let tenant: Tenant
    let account: Account
}

extension TestDatabase {
    /// Makes a tenant with an account, a plan and a seller that is its default.
    func book() async throws -> Book {
        let tenant = try await tenant()
        let book = Book(tenant: tenant, account: try await tenant.account())
        try await book.run(
            """
            insert into billing.rate_plans (tenant_id, id, name) values (TENANT, TENANT, 'Plan');
            insert into billing.legal_entities (tenant_id, id, name, legal_name, invoice_prefix, credit_note_prefix,
                                                is_default)
            values (TENANT, TENANT, 'Seller', 'Seller Inc', 'INV-', 'CN-', true);
            """)
        return book
    }
}

extension Book {
    /// Runs statements as one transaction, as the owner unless it says otherwise.
    func run(_ text: String, as client: Database? = nil) async throws {
        let script: String = filled(text)
        try await (client ?? tenant.database.owner).lease { try await $0.runScript(SQL(unescaped: script)) }
    }

    /// The only column of a statement's rows, which is text.
    func read(_ text: String, as client: Database? = nil) async throws -> [String] {
        try await (client ?? tenant.database.owner).run(SQL(unescaped: filled(text))).values(String.self)
    }

    /// What statements are refused with; nil when they are not.
    func refusal(_ text: String, as client: Database? = nil) async throws -> Refusal? {
        try await Refusal.of { try await run(text, as: client) }
    }

    /// Makes a draft with a line for each amount, on which there are no taxes.
    func draft(_ name: String, _ amounts: [String]) async throws {
        try await run(
            """
            insert into billing.invoices (tenant_id, id, account_id, legal_entity_id, currency, period_from,
                                          period_to)
            values (TENANT, \(name), ACCOUNT, TENANT, 'USD', '2026-01-01', '2026-02-01');
            insert into billing.invoice_items (tenant_id, account_id, invoice_id, position, kind, description,
                                               service_from, service_until, exact_amount, amount, tax_category)
            select TENANT, ACCOUNT, \(name), l.position, 'adjustment', 'Line', '2026-01-01', '2026-02-01', l.amount,
                   round(l.amount, 2), 'service'
              from unnest(array[\(amounts.joined(separator: ", "))]::numeric[]) with ordinality as l (amount, position);
            """)
    }

    private func filled(_ text: String) -> String {
        var filled: String = text.replacing("TENANT", with: "'\(tenant.id)'::uuid")
            .replacing("ACCOUNT", with: "'\(account.id)'::uuid")
        for number: UInt8 in 1...9 {
            filled = filled.replacing("ID\(number)", with: "'\(tenant.part(number))'::uuid")
        }
        return filled
    }
}
