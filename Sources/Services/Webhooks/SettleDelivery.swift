import Foundation
import Postgres

/// Notes an attempt, and what becomes of its delivery and its webhook, in one transaction.
///
/// What fails is tried again after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h, give or take a tenth, or
/// later where the receiver asks for it. A webhook that fails again and again is left alone: half a minute, then twice
/// as long each time, an hour at most. 410 disables it, and so does failing for five days.
struct SettleDelivery: Sendable {
    private let database: Database

    private static let waits = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]
    private static let longestAsked = 86_400

    /// - Parameter database: as the engine.
    init(_ database: Database) { self.database = database }

    /// How long to wait after so many attempts.
    static func wait(after attempts: Int, asked: Int?) -> Int {
        let usual = Double(waits[min(max(attempts, 1), waits.count) - 1]) * Double.random(in: 0.9...1.1)
        return max(Int(usual.rounded(.up)), min(asked ?? 0, longestAsked))
    }

    func callAsFunction(_ delivery: DueDelivery, _ result: AttemptResult) async throws {
        let scope = RequestScope(tenant: delivery.tenant, actor: "webhooks")
        try await database.transaction(context: scope.opening, statementTimeout: .seconds(30)) { session in
            try await lock(delivery, session)
            try await note(delivery, result, session)
            try await finish(delivery, result, session)
            try await judge(delivery, result, session)
        }
    }

    /// Attempts of a webhook are judged one after the other, by how often it failed until then. It comes first, and it
    /// is not `for update`: each attempt's key takes a share of the row, and two that have one would wait for each
    /// other.
    private func lock(_ delivery: DueDelivery, _ session: Connection) async throws {
        try await session.run(
            """
            select from integration.webhooks
             where tenant_id = \(delivery.tenant) and id = \(delivery.webhook) for no key update
            """)
    }

    private func note(_ delivery: DueDelivery, _ result: AttemptResult, _ session: Connection) async throws {
        // What is in the address may be a secret of the receiver's.
        let address = delivery.url.prefix { $0 != "?" }
        try await session.run(
            """
            insert into integration.delivery_attempts (tenant_id, account_id, delivery_occurred_at, delivery_id,
                webhook_id, attempt, url, resolved_address, status_code, error, error_detail, latency_ms, request_bytes,
                response_headers, response_excerpt, retry_after_s)
            values (\(delivery.tenant), \(delivery.account), \(delivery.occurredAt), \(delivery.id),
                    \(delivery.webhook), \(delivery.attempt), audit.clean_path(\(String(address))),
                    \(result.address)::text::inet, \(result.status), \(result.failure?.rawValue),
                    \(result.detail.isEmpty ? nil : result.detail), \(result.milliseconds), \(result.requestBytes),
                    \(JSONText(result.headers)), \(result.excerpt), \(result.retryAfter))
            """)
    }

    private func finish(_ delivery: DueDelivery, _ result: AttemptResult, _ session: Connection) async throws {
        let wait = Self.wait(after: delivery.attempt, asked: result.retryAfter)
        try await session.run(
            """
            update integration.deliveries d
               set status = case when \(result.isDelivered) then 'delivered'
                                 when d.attempts >= w.max_attempts then 'exhausted' else 'pending' end,
                   finished_at = case when \(result.isDelivered) or d.attempts >= w.max_attempts then now() end,
                   next_attempt_at = now() + make_interval(secs => \(wait)),
                   last_status_code = \(result.status), last_error = \(result.failure?.rawValue)
              from integration.webhooks w
             where d.tenant_id = \(delivery.tenant) and d.occurred_at = \(delivery.occurredAt)
               and d.id = \(delivery.id) and d.status = 'pending' and d.attempts = \(delivery.attempt)
               and w.tenant_id = d.tenant_id and w.id = d.webhook_id
            """)
    }

    private func judge(_ delivery: DueDelivery, _ result: AttemptResult, _ session: Connection) async throws {
        if result.isDelivered {
            try await session.run(
                """
                update integration.webhooks
                   set last_success_at = now(), breaker = 'closed', breaker_failures = 0, breaker_opened_at = null,
                       breaker_retry_at = null
                 where tenant_id = \(delivery.tenant) and id = \(delivery.webhook)
                """)
            return
        }
        let isGone = result.status == 410
        try await session.run(
            """
            update integration.webhooks w
               set last_failure_at = now(), breaker_failures = w.breaker_failures + 1,
                   breaker = case when f.opens then 'open' else w.breaker end,
                   breaker_opened_at = case when f.opens then coalesce(w.breaker_opened_at, now())
                                            else w.breaker_opened_at end,
                   breaker_retry_at = case when f.opens
                       then now() + make_interval(secs => least(3600, 30 * 2 ^ least(20, greatest(0,
                                                      w.breaker_failures + 1 - w.breaker_threshold))))
                       else w.breaker_retry_at end,
                   status = case when f.ends then 'disabled' else w.status end,
                   disabled_at = case when f.ends then now() else w.disabled_at end,
                   disabled_reason = case when \(isGone) then 'the receiver said that it is gone (410)'
                                          when f.ends then 'it failed for five days' else w.disabled_reason end
              from (select \(isGone) or w.breaker_opened_at < now() - interval '5 days'
                               and coalesce(w.last_success_at < now() - interval '5 days', true) as ends,
                           w.breaker_failures + 1 >= w.breaker_threshold as opens
                      from integration.webhooks w
                     where w.tenant_id = \(delivery.tenant) and w.id = \(delivery.webhook)) f
             where w.tenant_id = \(delivery.tenant) and w.id = \(delivery.webhook) and w.status <> 'disabled'
            """)
        // What a webhook that is gone was to get does not wait for ever.
        try await session.run(
            """
            update integration.deliveries d set status = 'cancelled', finished_at = now()
              from integration.webhooks w
             where w.tenant_id = \(delivery.tenant) and w.id = \(delivery.webhook) and w.status = 'disabled'
               and d.tenant_id = w.tenant_id and d.webhook_id = w.id and d.status = 'pending'
            """)
    }
}
