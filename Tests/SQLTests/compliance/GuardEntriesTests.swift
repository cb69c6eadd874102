import Foundation
import Postgres
import TestSupport
import Testing

/// Trigger compliance.guard_entries: who asked an account not to call is on its list for 5 years.
@Suite(.database) struct GuardEntriesTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let kept = Refusal("23001", "company_request_is_kept_5_years")

    /// An account with an entry on a list of this kind, made by its own people.
    private func entry(on kind: String) async throws -> Account {
        let account = try await db.tenant().account()
        let (tenant, id) = (account.tenant.id, account.id)
        _ = try await db.app.run([
            account.context,
            """
            insert into compliance.dnc_lists (tenant_id, id, account_id, name, kind, max_age_days)
            values (\(tenant), \(id), \(id), 'x', \(kind), 31)
            """,
            """
            insert into compliance.dnc_list_entries (tenant_id, dnc_list_id, account_id, number)
            values (\(tenant), \(id), \(id), '+12125550100')
            """,
        ])
        return account
    }

    private func change(_ account: Account, as context: SQL, _ change: SQL) async throws -> Refusal? {
        try await Refusal.of {
            _ = try await db.app.run([
                context,
                "update compliance.dnc_list_entries set \(change) where tenant_id = \(account.tenant.id)",
            ])
        }
    }

    @Test func `the account cannot end it; staff can, with a reason`() async throws {
        let account = try await entry(on: "company")
        let staff = account.tenant.staff
        let ends: SQL = "expires_at = now() + interval '1 hour', ended_reason = 'asked us to call again'"
        #expect(try await change(account, as: account.context, ends) == Self.kept)
        #expect(try await change(account, as: staff, "expires_at = now() + interval '1 hour'") == Self.kept)
        #expect(try await change(account, as: account.context, "expires_at = now() + interval '6 years'") == nil)
        #expect(try await change(account, as: staff, ends) == nil)
        #expect(try await change(account, as: account.context, "expires_at = null, ended_reason = null") == nil)
        #expect(try await change(account, as: staff, "number = '+12125550101'") == .notPermitted)
        let short = try await Refusal.of {
            _ = try await db.app.run([
                account.context,
                """
                insert into compliance.dnc_list_entries (tenant_id, dnc_list_id, account_id, number, expires_at,
                                                         ended_reason)
                values (\(account.tenant.id), \(account.id), \(account.id), '+12125550102',
                        now() + interval '1 day', 'x')
                """,
            ])
        }
        #expect(short == Self.kept)
    }

    @Test func `nobody deletes it, moves it or puts it off before 5 years are over`() async throws {
        let account = try await entry(on: "company")
        let row: SQL = "tenant_id = \(account.tenant.id)"
        func refusal(_ statement: SQL) async throws -> Refusal? {
            try await Refusal.of { try await db.engine.run("\(statement) where \(row)") }
        }
        #expect(try await refusal("delete from compliance.dnc_list_entries") == Self.kept)
        #expect(try await refusal("update compliance.dnc_list_entries set number = '+12125550101'") == Self.kept)
        #expect(
            try await refusal("update compliance.dnc_list_entries set effective_at = now() + interval '1 year'")
                == Self.kept)
        try await db.owner.run(
            """
            update compliance.dnc_list_entries set effective_at = now() - interval '6 years',
                                                   expires_at = now() - interval '1 day', ended_reason = 'x'
             where \(row)
            """)
        #expect(try await refusal("delete from compliance.dnc_list_entries") == nil)
    }

    @Test func `lists of registries are imported as they come`() async throws {
        let account = try await entry(on: "national")
        try await db.engine.run(
            "delete from compliance.dnc_list_entries where tenant_id = \(account.tenant.id)")
        let refusal = try await Refusal.of {
            _ = try await db.app.run([
                account.context, "delete from compliance.dnc_list_entries where tenant_id = \(account.tenant.id)",
            ])
        }
        #expect(refusal == .notPermitted)
    }

    @Test func `nor does an account take its list out of service`() async throws {
        let account = try await entry(on: "company")
        for change: SQL in ["status = 'archived'", "kind = 'wireless'", "channel = 'sms'"] {
            let refusal = try await Refusal.of {
                _ = try await db.app.run([
                    account.context,
                    "update compliance.dnc_lists set \(change) where tenant_id = \(account.tenant.id)",
                ])
            }
            #expect(refusal == Refusal("42501", "terms_are_changed_by_staff"))
        }
    }
}

extension Account {
    /// The context of its own people.
    fileprivate var context: SQL { "select core.set_context(\(tenant.id), 'account', array[\(id)]::uuid[], null)" }
}
