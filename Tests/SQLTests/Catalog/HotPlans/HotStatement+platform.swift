extension HotStatement {
    /// What every request and every job does before and after its own work.
    static let platform: [HotStatement] = [
        HotStatement(
            name: "whose a number is",
            sql: "select * from core.find_claim('number', {core.global_claims.value})"),
        HotStatement(
            name: "an API key by its prefix",
            sql: """
                select key_sha256 from auth.api_keys
                 where tenant_id = TENANT and key_prefix = {auth.api_keys.key_prefix}
                """,
            role: .staff, indexes: ["key_prefix_is_taken_once"]),
        HotStatement(
            name: "a session by its token",
            sql: """
                select user_id from auth.sessions where tenant_id = TENANT and token_hash = {auth.sessions.token_hash}
                """,
            role: .staff, indexes: ["session_token_is_taken_once"]),
        HotStatement(
            name: "a session by the token before",
            sql: """
                select user_id from auth.sessions
                 where tenant_id = TENANT and previous_token_hash = {auth.sessions.token_hash}
                """,
            role: .staff, indexes: ["sessions_by_previous_token"]),
        HotStatement(
            name: "the failed logins from an address",
            sql: """
                select count(*) from auth.login_attempts
                 where tenant_id = TENANT and ip = '198.51.100.7' and outcome <> 'passed'
                   and attempted_at > now() - interval '15 minutes'
                """,
            role: .staff, indexes: ["login_attempts_failed_from", "login_attempts_by_time"]),
        HotStatement(
            name: "the attempts on a login that nobody has",
            sql: """
                select attempted_at from auth.login_attempts
                 where tenant_id = TENANT and email = {auth.login_attempts.email} and outcome = 'unknown_user'
                 order by attempted_at desc limit 10
                """,
            role: .staff, indexes: ["login_attempts_unknown"]),
        HotStatement(
            name: "jobs, claimed", sql: "select * from queue.claim_jobs('default', 'w', 20, 60)", pages: 3000),
        HotStatement(
            name: "jobs that are ready",
            sql: """
                select j.tenant_id, j.id from queue.jobs j
                 where j.queue = 'default' and j.state = 'ready' and j.run_at <= now()
                 order by j.priority, j.run_at, j.id limit 20 for update skip locked
                """,
            indexes: ["jobs_ready"]),
        HotStatement(
            name: "a job, queued once",
            sql: "select queue.enqueue(TENANT, 'default', 'x', '{}', 'only', null)"),
        HotStatement(
            name: "events on their way, taken", sql: "select * from queue.take_outbox('w', 20, 60)", pages: 3000),
        HotStatement(name: "the depths of the queues", sql: "select * from queue.depths()", pages: 2000),
        HotStatement(
            name: "what is over in the queues, purged", sql: "select * from queue.purge('1000 days', 100)",
            pages: 1000),
        HotStatement(
            name: "a request, begun once",
            sql: """
                select * from queue.begin_request(TENANT, gen_random_uuid(), {cdr.enriched_cdr.account_id}, 'x', 'x',
                                                  sha256('x'))
                """),
        HotStatement(
            name: "a request that comes again",
            sql: """
                select state from queue.idempotency_keys
                 where tenant_id = TENANT and principal_id = {queue.idempotency_keys.principal_id} and route = 'x'
                   and key = {queue.idempotency_keys.key}
                """,
            role: .staff, indexes: ["idempotency_keys_pkey"]),
        HotStatement(
            name: "a rate, taken", sql: "select * from queue.take_rate(TENANT, {queue.rate_counters.key}, 10, 60)"),
        HotStatement(
            name: "reservations that have expired, of all tenants", sql: "select numbers.expire_reservations()",
            pages: 1000),
        HotStatement(name: "rows of the trail, sealed", sql: "select * from audit.seal(TENANT, 100)", pages: 3000),
        HotStatement(
            name: "events that no webhook was looked up for",
            sql: """
                select tenant_id, occurred_at, id from integration.events where dispatched_at is null
                 order by occurred_at limit 100 for update skip locked
                """,
            indexes: ["events_undispatched"], pages: 1000),
        HotStatement(
            name: "deliveries of a webhook that are due",
            sql: """
                select d.tenant_id, d.occurred_at, d.id from integration.deliveries d
                 where d.tenant_id = TENANT and d.webhook_id = {integration.deliveries.webhook_id}
                   and d.status = 'pending' and d.next_attempt_at <= now()
                 order by d.next_attempt_at, d.id limit 10
                """,
            indexes: ["deliveries_due", "deliveries_in_order"], pages: 1000),
        HotStatement(
            name: "whether an earlier delivery of the order waits",
            sql: """
                select 1 from integration.deliveries
                 where tenant_id = TENANT and webhook_id = {integration.deliveries.webhook_id}
                   and ordering_key = {integration.deliveries.ordering_key} and status = 'pending'
                   and occurred_at < {integration.deliveries.occurred_at} limit 1
                """,
            indexes: ["deliveries_in_order"]),
        HotStatement(
            name: "webhooks of an operator that are on",
            sql: "select id, url from integration.webhooks where tenant_id = TENANT and status = 'active'"),
    ]
}
