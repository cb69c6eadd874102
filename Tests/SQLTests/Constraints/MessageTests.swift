import Foundation
import Postgres
import TestSupport
import Testing

/// What a message record cannot say.
@Suite(.database) struct MessageTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test(arguments: [
        ("direction = 'inbound'", "message_status_is_of_its_direction"),
        ("status = 'received'", "message_status_is_of_its_direction"),
        ("status = 'blocked'", "message_is_blocked_for_a_reason"),
        ("status = 'held'", "message_is_blocked_for_a_reason"),
        (
            "status = 'blocked', error_code = 'opted_out', sell_amount = 1, sell_rate = 1, sell_rate_id = id",
            "blocked_message_costs_nothing"
        ),
        ("sell_amount = 1", "message_sell_amount_names_its_rate"),
        ("buy_amount = 1", "message_buy_amount_names_its_rate"),
        ("sell_carrier_fee = -1", "amount_not_below_zero"),
        ("segments = 256", "message_segments_are_between_0_and_255"),
        ("body = 'x', body_erased_at = now()", "message_body_is_erased_when_it_says_so"),
        ("media = '{}'", "message_media_are_a_list"),
    ])
    func `is refused`(values: String, constraint: String) async throws {
        let tenant = try await db.sharedTenant()
        let refusal = try await Refusal.of {
            try await db.owner.run(
                "update messaging.mdr set \(unescaped: values) where tenant_id = \(tenant.id)")
        }
        #expect(refusal == Refusal("23514", constraint))
    }

    @Test func `the margin is what is left of all four amounts`() async throws {
        let tenant = try await db.tenant()
        try await tenant.fillEveryTable()
        let margins = try await db.owner.run(
            """
            update messaging.mdr
               set sell_rate_id = id, sell_rate = 0.0075, sell_amount = 0.015, sell_carrier_fee = 0.006,
                   buy_rate_id = id, buy_rate = 0.004, buy_amount = 0.008, buy_carrier_fee = 0.0055
             where tenant_id = \(tenant.id) and account_id = \(tenant.firstAccount) and accepted_at > '2002-01-01'
            returning margin
            """
        ).decode(Amount.self)
        #expect(margins == ["0.0075"])
    }

    /// What arrives twice is one row: the key is the message's id and the time it was taken over.
    @Test func `a message that comes twice is one record`() async throws {
        let tenant = try await db.tenant()
        let message: SQL =
            """
            insert into messaging.mdr (tenant_id, accepted_at, id, direction, status, sender, recipient, currency)
            values (\(tenant.id), '2026-11-01', \(tenant.id), 'outbound', 'queued', 'x', 'x', 'USD')
            on conflict do nothing
            """
        #expect(try await db.engine.run(message).affected == 1)
        #expect(try await db.engine.run(message).affected == 0)
    }
}
