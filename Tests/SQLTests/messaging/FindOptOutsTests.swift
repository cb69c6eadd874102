import Foundation
import Postgres
import TestSupport
import Testing

/// messaging.find_opt_outs: what an opt-out stops, by its scope.
@Suite(.database) struct FindOptOutsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    static let sender = "+12125550111"

    /// A tenant whose first account sends from one number for one campaign.
    private func tenant() async throws -> Tenant {
        let tenant = try await db.tenant()
        try await tenant.fillEveryTable()
        try await db.owner.run(
            """
            insert into messaging.campaign_numbers (tenant_id, account_id, campaign_10dlc_id, number)
            values (\(tenant.id), \(tenant.firstAccount), \(tenant.firstAccount), \(Self.sender))
            """)
        try await db.owner.run("delete from messaging.opt_outs where tenant_id = \(tenant.id)")
        return tenant
    }

    private func optOut(
        _ tenant: Tenant, _ recipient: String, scope: String, number: String? = nil, campaign: UUID? = nil,
        brand: UUID? = nil, from: String = "0"
    ) async throws {
        try await db.owner.run(
            """
            insert into messaging.opt_outs (tenant_id, account_id, recipient, scope, number, campaign_10dlc_id,
                                            brand_10dlc_id, source, opted_out_at)
            values (\(tenant.id), \(tenant.firstAccount), \(recipient), \(scope), \(number), \(campaign), \(brand),
                    'keyword', now() + \(from)::text::interval)
            """)
    }

    private func found(_ tenant: Tenant, _ account: UUID, _ sender: String) async throws -> [String] {
        let recipients = (1...5).map { "+1310555010\($0)" }
        return try await db.engine.run(
            """
            select recipient || ' ' || scope
              from messaging.find_opt_outs(\(tenant.id), \(account), \(sender), \(recipients)) order by 1
            """
        ).decode(String.self)
    }

    @Test func `each scope stops what it names`() async throws {
        let tenant = try await tenant()
        try await optOut(tenant, "+13105550101", scope: "account")
        try await optOut(tenant, "+13105550102", scope: "number", number: Self.sender)
        try await optOut(tenant, "+13105550103", scope: "campaign", campaign: tenant.firstAccount)
        try await optOut(tenant, "+13105550104", scope: "brand", brand: tenant.firstAccount)
        #expect(
            try await found(tenant, tenant.firstAccount, Self.sender) == [
                "+13105550101 account", "+13105550102 number", "+13105550103 campaign", "+13105550104 brand",
            ])
        // Another number of the account, on no campaign; a name; another account.
        #expect(try await found(tenant, tenant.firstAccount, "+12125550112") == ["+13105550101 account"])
        #expect(try await found(tenant, tenant.firstAccount, "ACME") == ["+13105550101 account"])
        #expect(try await found(tenant, tenant.secondAccount, Self.sender) == [])
    }

    @Test func `it holds from its time until the opt-in, and is proof after that`() async throws {
        let tenant = try await tenant()
        try await optOut(tenant, "+13105550101", scope: "account", from: "-1 day")
        try await optOut(tenant, "+13105550102", scope: "account", from: "1 hour")
        #expect(try await found(tenant, tenant.firstAccount, Self.sender) == ["+13105550101 account"])
        try await db.owner.run(
            """
            update messaging.opt_outs set opted_in_at = now(), opt_in_source = 'keyword', opt_in_keyword = 'START'
             where tenant_id = \(tenant.id) and recipient = '+13105550101'
            """)
        #expect(try await found(tenant, tenant.firstAccount, Self.sender) == [])
        try await optOut(tenant, "+13105550101", scope: "account")
        #expect(try await found(tenant, tenant.firstAccount, Self.sender) == ["+13105550101 account"])
    }

    @Test func `a second STOP changes nothing`() async throws {
        let tenant = try await tenant()
        try await optOut(tenant, "+13105550101", scope: "account")
        let refusal = try await Refusal.of { try await optOut(tenant, "+13105550101", scope: "account") }
        #expect(refusal == Refusal("23505", "recipient_opts_out_once"))
    }

    @Test func `a scope names what it is about`() async throws {
        let tenant = try await tenant()
        for scope in ["number", "campaign", "brand"] {
            let refusal = try await Refusal.of { try await optOut(tenant, "+13105550101", scope: scope) }
            #expect(refusal == Refusal("23514", "opt_out_names_what_its_scope_says"))
        }
    }

    @Test func `a number that was taken off a campaign sends for it no more`() async throws {
        let tenant = try await tenant()
        try await optOut(tenant, "+13105550103", scope: "campaign", campaign: tenant.firstAccount)
        for status in ["removing", "removed"] {
            try await db.owner.run(
                """
                update messaging.campaign_numbers
                   set status = \(status), removed_at = case when \(status)::text = 'removed' then now() end
                 where tenant_id = \(tenant.id) and number = \(Self.sender)
                """)
        }
        #expect(try await found(tenant, tenant.firstAccount, Self.sender) == [])
    }
}
