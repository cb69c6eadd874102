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
        let erased = try await erase(account)
        #expect(
            erased == [
                "accounts.accounts 1", "accounts.contacts 1", "cdr.raw_cdr 1", "integration.events 1",
                "audit.audit_log 4",
            ], "\(erased)")
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

    @Test func `of everything that an account has, nothing is left to say, and no rule is broken`() async throws {
        let tenant = try await db.tenant()
        try await tenant.fillEveryTable()
        let account = Account(tenant: tenant, id: tenant.firstAccount)
        let other = try await db.owner.run(
            "select name from accounts.accounts where tenant_id = \(tenant.id) and id = \(tenant.secondAccount)"
        ).value(String.self)
        #expect(try await erase(account, limit: 5).isEmpty == false)  // goes on where the limit stopped it
        while try await erase(account).isEmpty == false {}
        #expect(
            try await db.owner.run(
                "select name from accounts.accounts where tenant_id = \(tenant.id) and id = \(tenant.secondAccount)"
            ).value(String.self) == other)
        let recordings = try await db.owner.run(
            """
            select count(*) filter (where delete_after <= now()) || ' of ' || count(*) from tracking.recordings
             where tenant_id = \(tenant.id) and account_id = \(account.id) and deleted_at is null and not legal_hold
            """
        ).value(String.self)
        #expect(recordings == "1 of 1")
    }

    @Test func `a carrier's record of a call is of whose call it is`() async throws {
        let account = try await account()
        let (tenant, carrier) = (account.tenant.id, UUID())
        try await db.owner.run(
            """
            with v as (insert into vendor_mgmt.vendors (tenant_id, id, name) values (\(tenant), \(carrier), 'x')
                       returning id),
                 c as (insert into vendor_mgmt.carriers (tenant_id, id, vendor_id)
                       select \(tenant), v.id, v.id from v returning id)
            insert into cdr.vendor_cdr (tenant_id, started_at, id, carrier_id, currency, caller, cdr_started_at, cdr_id)
            select \(tenant), r.started_at, r.id, c.id, 'USD', '+12125550100', r.started_at, r.id
              from c, cdr.raw_cdr r where r.tenant_id = \(tenant) and r.started_at < '2025-01-01'
            union all
            select \(tenant), '2024-01-10', c.id, c.id, 'USD', '+12125550100', null, null from c
            """)
        #expect(try await erase(account).contains("cdr.vendor_cdr 1"))
        let callers = try await db.owner.run(
            "select left(caller, 5) from cdr.vendor_cdr where tenant_id = \(tenant) order by 1"
        ).values(String.self)
        #expect(callers.count == 2 && callers.first == "+1212" && callers.last?.hasPrefix("+999") == true)
    }

    @Test func `where help is sent stays while help is sent there`() async throws {
        let tenant = try await db.tenant()
        try await tenant.fillEveryTable()
        let account = Account(tenant: tenant, id: tenant.firstAccount)
        func isErased() async throws -> Bool? {
            while try await erase(account).isEmpty == false {}
            return try await db.owner.run(
                """
                select caller_name like 'erased-%' from numbers.e911_addresses
                 where tenant_id = \(tenant.id) and account_id = \(account.id)
                """
            ).value(Bool.self)
        }
        #expect(try await isErased() == false)
        try await db.owner.run("delete from numbers.e911_records where tenant_id = \(tenant.id)")
        #expect(try await isErased() == true)
    }
}
