import Foundation
import Postgres
import TestSupport
import Testing

/// A campaign of a test's tenant with a publisher, a buyer and a target, which all have the id of its account.
struct Campaign: Sendable {
    let tenant: Tenant
    let id: UUID
}

extension Tenant {
    /// Makes a campaign in an account of its own; `partner` is the account that publisher and buyer have themselves.
    func campaign(partner: Account? = nil) async throws -> Campaign {
        let owner = try await account()
        let script =
            """
            insert into tracking.publishers (tenant_id, id, account_id, partner_account_id, name, code)
            values (TENANT, OWNER, OWNER, PARTNER, 'publisher', 'p');
            insert into tracking.buyers (tenant_id, id, account_id, partner_account_id, name, code)
            values (TENANT, OWNER, OWNER, PARTNER, 'buyer', 'b');
            insert into tracking.buyer_endpoints (tenant_id, id, account_id, buyer_id, name, kind, number)
            values (TENANT, OWNER, OWNER, OWNER, 'x', 'pstn', '+12125550190');
            insert into tracking.targets (tenant_id, id, account_id, buyer_id, buyer_endpoint_id, name)
            values (TENANT, OWNER, OWNER, OWNER, OWNER, 'target');
            insert into tracking.campaigns (tenant_id, id, account_id, name, code)
            values (TENANT, OWNER, OWNER, 'campaign', 'c');
            """
            .replacing("TENANT", with: "'\(id)'").replacing("OWNER", with: "'\(owner.id)'")
            .replacing("PARTNER", with: partner.map { "'\($0.id)'" } ?? "null")
        try await database.owner.lease { [script] in try await $0.runScript(SQL(unescaped: script)) }
        return Campaign(tenant: self, id: owner.id)
    }
}

extension Campaign {
    /// What makes a call one that was connected for 110 s to the target, and is not paid for.
    static let connected: KeyValuePairs<String, String> = [
        "status": "'completed'", "call_connected_timestamp": "'2026-11-01 10:00:10+00'",
        "call_complete_timestamp": "'2026-11-01 10:02:00+00'", "duration_ms": "120000",
        "connected_duration_ms": "110000", "target_name": "'target'", "no_conversion_reason": "'below_length'",
        "no_payout_reason": "'below_length'",
    ]

    /// Makes a call; `more` are further columns, as they stand in SQL.
    @discardableResult
    func call(
        at time: String = "2026-11-01 10:00:00+00", caller: String? = "+12125550100",
        _ more: KeyValuePairs<String, String> = [:]
    ) async throws -> UUID {
        let call = UUID()
        let columns = more.map { ", \($0.key)" }.joined()
        let values = more.map { ", \($0.value)" }.joined()
        try await tenant.database.owner.run(
            """
            insert into tracking.calls (tenant_id, started_at, id, account_id, campaign_id, publisher_id, buyer_id,
                                        target_id, caller_id\(unescaped: columns))
            values (\(tenant.id), \(time)::timestamptz, \(call), \(id), \(id), \(id), \(id), \(id),
                    \(caller)\(unescaped: values))
            """)
        return call
    }

    /// Changes columns of the campaign, as they stand in SQL.
    func change(_ columns: String) async throws {
        try await tenant.database.owner.run(
            "update tracking.campaigns set \(unescaped: columns) where tenant_id = \(tenant.id) and id = \(id)")
    }
}
