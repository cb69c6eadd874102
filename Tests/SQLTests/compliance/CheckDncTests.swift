import Foundation
import Postgres
import TestSupport
import Testing

/// compliance.check_dnc: which numbers are not to be called; whatever is not certain counts as listed.
@Suite(.database) struct CheckDncTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// A list of the operator, or of an account, with numbers that count from November on.
    private func list(
        _ kind: String, of account: Account?, in tenant: Tenant, numbers: [String], channel: String = "any"
    ) async throws -> UUID {
        let list = UUID()
        let maxAgeDays: Int? = kind == "national" ? 31 : nil
        try await db.owner.run(
            """
            insert into compliance.dnc_lists (tenant_id, id, account_id, name, kind, channel, region, downloaded_at,
                                              max_age_days)
            values (\(tenant.id), \(list), \(account?.id), \(list.uuidString), \(kind), \(channel), 'TX', '2026-11-20',
                    \(maxAgeDays))
            """)
        try await db.engine.run(
            """
            insert into compliance.dnc_list_entries (tenant_id, dnc_list_id, account_id, number, effective_at)
            select \(tenant.id), \(list), \(account?.id), number, '2026-11-01' from unnest(\(numbers)) number
            """)
        return list
    }

    /// "number kinds", for those that are listed.
    private func check(
        _ numbers: [String], for account: Account, channel: String = "voice", at time: String = "2026-11-26"
    ) async throws -> [String] {
        try await db.engine.run(
            """
            select number || ' ' || array_to_string(kinds, ',')
              from compliance.check_dnc(\(account.tenant.id), \(account.id), \(numbers), \(channel),
                                        \(time)::timestamptz)
             where is_listed order by number collate "C"
            """
        ).values(String.self)
    }

    @Test func `asks the operator's lists and the account's own`() async throws {
        let tenant = try await db.tenant()
        let (account, other) = (try await tenant.account(), try await tenant.account())
        _ = try await list("national", of: nil, in: tenant, numbers: ["+12125550101"])
        _ = try await list("company", of: account, in: tenant, numbers: ["+12125550101", "+12125550102"])
        _ = try await list("litigator", of: other, in: tenant, numbers: ["+12125550103"])
        let numbers = ["+12125550101", "+12125550102", "+12125550103", "+12125550101"]
        #expect(
            try await check(numbers, for: account) == ["+12125550101 company,national", "+12125550102 company"])
        #expect(
            try await check(numbers, for: other) == ["+12125550101 national", "+12125550103 litigator"])
        #expect(try await check(numbers, for: account, at: "2026-10-31") == [])
    }

    @Test func `a list is of its channel`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account()
        _ = try await list("company", of: account, in: tenant, numbers: ["+12125550101"], channel: "sms")
        #expect(try await check(["+12125550101"], for: account) == [])
        #expect(try await check(["+12125550101"], for: account, channel: "sms") == ["+12125550101 company"])
    }

    @Test func `while a list is too old every number counts as listed`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account()
        let stale = try await list("national", of: nil, in: tenant, numbers: [])
        #expect(try await check(["+12125550109"], for: account, at: "2026-12-21 00:00:00+00") == [])
        #expect(try await check(["+12125550109"], for: account, at: "2026-12-22 00:00:00+00") == ["+12125550109 "])
        try await db.owner.run("update compliance.dnc_lists set status = 'paused' where id = \(stale)")
        #expect(try await check(["+12125550109"], for: account, at: "2026-12-22 00:00:00+00") == [])
    }

    @Test func `what is no number counts as listed`() async throws {
        let account = try await db.tenant().account()
        #expect(
            try await check(["anonymous", "2125550100", "+12125550100"], for: account)
                == ["2125550100 not_a_number", "anonymous not_a_number"])
    }

    @Test func `entries end, and are on lists of their own account`() async throws {
        let tenant = try await db.tenant()
        let (account, other) = (try await tenant.account(), try await tenant.account())
        let mine = try await list("company", of: account, in: tenant, numbers: ["+12125550101"])
        try await db.engine.run(
            """
            update compliance.dnc_list_entries set expires_at = '2026-11-15', ended_reason = 'x'
             where tenant_id = \(tenant.id)
            """)
        #expect(try await check(["+12125550101"], for: account, at: "2026-11-14") == ["+12125550101 company"])
        #expect(try await check(["+12125550101"], for: account) == [])
        let refusal = try await Refusal.of {
            try await db.owner.run(
                """
                insert into compliance.dnc_list_entries (tenant_id, dnc_list_id, account_id, number)
                values (\(tenant.id), \(mine), \(other.id), '+12125550102')
                """)
        }
        #expect(refusal == Refusal("23503", "dnc_entry_is_on_list_of_its_account"))
    }

    /// With the eyes of an account it would miss the operator's lists, and say that all is well.
    @Test func `the API does not ask by itself`() async throws {
        let tenant = try await db.tenant()
        let refusal = try await Refusal.of {
            _ = try await db.app.run([
                tenant.staff, "select count(*) from compliance.check_dnc(\(tenant.id), \(tenant.id), '{}')",
            ])
        }
        #expect(refusal == .notPermitted)
    }
}
