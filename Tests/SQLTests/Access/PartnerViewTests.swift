import Foundation
import Postgres
import TestSupport
import Testing

/// tracking.publisher_calls and tracking.buyer_calls: partners see the calls they sent or took, never the other side.
@Suite(.database) struct PartnerViewTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    static let views = ["tracking.publisher_calls", "tracking.buyer_calls"]

    private func seen(_ view: String, _ context: SQL) async throws -> Int? {
        try await db.app.run([context, "select count(*) from \(unescaped: view)"]).last?.value(Int.self)
    }

    @Test(arguments: views) func `shows a partner its own calls alone`(view: String) async throws {
        let (tenant, other) = (try await db.tenant(), try await db.tenant())
        let (partner, rival) = (try await tenant.account(), try await tenant.account())
        let campaign = try await tenant.campaign(partner: partner)
        try await campaign.call(Campaign.connected)
        try await tenant.campaign(partner: rival).call(Campaign.connected)
        try await campaign.call(["is_test": "true"])

        #expect(try await seen(view, tenant.people(of: [partner.id])) == 1)
        #expect(try await seen(view, tenant.people(of: [partner.id, rival.id])) == 2)
        #expect(try await seen(view, tenant.staff) == 2)
        // The customer whose campaign it is sees the calls themselves; nobody else sees anything.
        for context: SQL in [
            tenant.people(of: [campaign.id]), tenant.people(of: []), other.people(of: [partner.id]), other.staff,
            "select 1",
        ] {
            #expect(try await seen(view, context) == 0)
        }
    }

    @Test func `a partner does not see the calls themselves`() async throws {
        let tenant = try await db.tenant()
        let partner = try await tenant.account()
        try await tenant.campaign(partner: partner).call(Campaign.connected)
        #expect(try await seen("tracking.calls", tenant.people(of: [partner.id])) == 0)
    }

    @Test func `neither side's columns are in the other's view`() async throws {
        let shown = try await db.owner.run(
            """
            select attrelid::regclass || '.' || attname from pg_attribute
             where attnum > 0
               and (attrelid = 'tracking.publisher_calls'::regclass
                    and attname ~ '^(buyer|target|revenue|profit|cost|converted|no_conversion)'
                    or attrelid = 'tracking.buyer_calls'::regclass
                    and attname ~ '^(publisher|payout|profit|cost|paid_out|no_payout|attribution|did)')
            """
        ).values(String.self)
        #expect(shown == [])
    }

    @Test func `a buyer sees callers' numbers only where it may`() async throws {
        let tenant = try await db.tenant()
        let partner = try await tenant.account()
        let campaign = try await tenant.campaign(partner: partner)
        try await campaign.call(Campaign.connected)
        func caller() async throws -> String? {
            try await db.app.run([
                tenant.people(of: [partner.id]), "select coalesce(caller_id, 'hidden') from tracking.buyer_calls",
            ]).last?.value(String.self)
        }
        #expect(try await caller() == "+12125550100")
        try await db.owner.run("update tracking.buyers set sees_caller_id = false where id = \(campaign.id)")
        #expect(try await caller() == "hidden")
    }

    @Test(arguments: views) func `nothing is written through them`(view: String) async throws {
        let tenant = try await db.tenant()
        for statement in ["update \(view) set status = 'missed'", "delete from \(view)"] {
            let refusal = try await Refusal.of { _ = try await db.app.run([tenant.staff, SQL(unescaped: statement)]) }
            #expect(refusal != nil, "\(statement)")
        }
    }
}
