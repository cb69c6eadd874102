import Foundation
import Postgres
import TestSupport
import Testing

/// core.pseudonymise_account: a customer is forgotten, the sums stay.
@Suite(.database, .serialized) struct PseudonymiseAccountTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func erase(_ account: Account, limit: Int = 1000) async throws -> [String] {
        try await db.engine.run(
            """
            select name || ' ' || changed
              from core.pseudonymise_account(\(account.tenant.id), \(account.id),
                                             convert_to('0123456789abcdef', 'UTF8'), \(limit)::integer, '2026-11-26')
            """
        ).decode(String.self)
    }

    private func account() async throws -> Account {
        let account = try await db.tenant().account()
        let (tenant, id) = (account.tenant.id, account.id)
        try await db.owner.run(
            """
            insert into accounts.contacts (tenant_id, account_id, name, email, phone)
            values (\(tenant), \(id), 'Jo Doe', 'jo@doe.example', '+12125550100')
            """)
        try await db.owner.run(
            """
            insert into cdr.raw_cdr (tenant_id, started_at, id, edge_id, account_id, sip_code, caller, callee)
            select \(tenant), t, gen_random_uuid(), 'x', \(id), 200, '+12125550100', '911'
              from unnest(array['2024-01-10', '2026-11-01']::timestamptz[]) t
            """)
        return account
    }

    @Test func `people and old calls get pseudonyms, calls that the law keeps do not`() async throws {
        let (account, other) = (try await account(), try await account())
        #expect(try await erase(account) == ["accounts.contacts 1", "cdr.raw_cdr 1"])
        #expect(try await erase(account) == [])
        let contact = try await db.owner.run(
            "select name, email, phone::text from accounts.contacts where tenant_id = \(account.tenant.id)"
        ).first(String.self, String.self, String.self)
        let found = try #require(contact)
        #expect(found.0.hasPrefix("erased-") && found.1.hasSuffix("@erased.invalid") && found.2.hasPrefix("+999"))
        let calls = try await db.owner.run(
            "select caller || ' ' || callee from cdr.raw_cdr where tenant_id = \(account.tenant.id) order by started_at"
        ).decode(String.self)
        #expect(calls == ["\(found.2) 911", "+12125550100 911"])
        let untouched = try await db.owner.run(
            "select name from accounts.contacts where tenant_id = \(other.tenant.id)"
        ).value(String.self)
        #expect(untouched == "Jo Doe")
    }

    @Test func `a legal hold is refused, and a short key`() async throws {
        let account = try await account()
        try await db.owner.run("update core.tenants set legal_hold = true where id = \(account.tenant.id)")
        #expect(
            try await Refusal.of { _ = try await erase(account) }
                == Refusal("23001", "held_account_is_not_erased"))
        let short = try await Refusal.of {
            try await db.engine.run(
                "select core.pseudonymise_account(\(account.tenant.id), \(account.id), convert_to('x', 'UTF8'))")
        }
        #expect(short == .badParameter)
    }

    /// A name that is wrong would leave a column as it is, and nobody would see.
    @Test func `what is said to be personal is a column`() async throws {
        let wrong = try await db.owner.run(
            """
            select p.name || '.' || p.column_name from ref.personal_data p
             where not exists (select from pg_attribute a
                                where a.attrelid = to_regclass(p.name) and a.attname = p.column_name)
            """
        ).decode(String.self)
        #expect(wrong == [])
    }
}
