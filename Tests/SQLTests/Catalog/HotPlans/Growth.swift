/// How a table of the crowd is filled: with copies of a row that a full tenant has there.
///
/// In the expressions c is the copy (n, its number; at, a time of the last months; id, a new one; tenant_id and
/// account_id; number, a phone number of its own) and t the row that is copied. What is not named is taken from the
/// copy where it has such a column, else from the row.
struct Growth: Sendable {
    let table: String
    /// The table has one row for so many calls. Those that have one for each are the largest, and grow with the run;
    /// the others do not need to, and memory has an end: a million calls take 6 GB.
    var every = 1
    var values: [String: String] = [:]

    func rows(of calls: Int) -> Int { every == 1 ? calls : min(calls, 200_000) / every }

    /// The larger half of the work and the rest of it, for two sessions at once.
    static let halves = [calls, others]

    private static let isRare = "c.n % 1000 = 0"
    /// One of few hundred thousand callers.
    private static let caller = "'+1212' || lpad((c.n::bigint * 7919 % 300000)::text, 7, '0')"

    private static func when(_ condition: String, _ value: String, else other: String = "null") -> String {
        "case when \(condition) then \(value) else \(other) end"
    }

    /// One of a number of things that rows belong to, the same for a number wherever it is asked for.
    private static func one(of count: Int, _ kind: String) -> String { "md5('\(kind)' || c.n % \(count))::uuid" }

    private static let calls: [Growth] = [
        Growth(
            table: "tracking.calls",
            values: [
                "started_at": "c.at", "campaign_id": one(of: 50, "campaign"),
                "publisher_id": one(of: 30, "publisher"), "buyer_id": one(of: 30, "buyer"),
                "target_id": one(of: 70, "target"), "caller_id": caller,
                "status": when(isRare, "'connected'", else: "'missed'"),
                "missed_reason": when(isRare, "null", else: "'no_answer'"),
                "no_conversion_reason": when(isRare, "null", else: "'not_connected'"),
                "no_payout_reason": when(isRare, "null", else: "'not_connected'"),
                "call_connected_timestamp": when(isRare, "c.at"),
                "call_complete_timestamp": when(isRare, "null", else: "c.at"),
            ]),
        Growth(
            table: "cdr.enriched_cdr",
            values: [
                "started_at": "c.at", "routing_id": "c.id", "carrier_trunk_id": one(of: 50, "carrier"),
                "posted_at": when(isRare, "null", else: "c.at"),
            ]),
        Growth(
            table: "billing.ledger", values: ["posted_at": "c.at", "source": "'cdr'", "source_id": "c.id"]),
        Growth(
            table: "billing.holds", every: 2,
            values: [
                "state": when(isRare, "'open'", else: "'settled'"), "ended_at": when(isRare, "null", else: "c.at"),
                "cdr_id": when(isRare, "null", else: "c.id"),
            ]),
        Growth(
            table: "cdr.vendor_cdr", every: 4, values: ["started_at": "c.at", "carrier_id": one(of: 20, "carrier")]),
        Growth(
            table: "tracking.call_legs", every: 2,
            values: [
                "started_at": "c.at", "call_started_at": "c.at", "call_id": "c.id", "raw_cdr_id": "c.id",
                "target_id": one(of: 70, "target"), "status": when(isRare, "'answered'", else: "'ended'"),
                "ended_at": when(isRare, "null", else: "c.at"),
                "disposition": when(isRare, "null", else: "'no_answer'"),
            ]),
        Growth(
            table: "tracking.visitor_sessions", every: 4,
            values: [
                "started_at": "c.at", "campaign_id": one(of: 50, "campaign"),
                "number": "'+1213' || lpad((c.n % 20000)::text, 7, '0')",
                "number_shown_at": "c.at", "number_held_to": "c.at + interval '30 minutes'",
            ]),
        Growth(
            table: "cdr.hourly_summary", every: 4,
            values: ["bucket_at": "date_trunc('hour', c.at, 'UTC')", "carrier_trunk_id": one(of: 50, "carrier")]),
    ]

    private static let others: [Growth] = [
        Growth(
            table: "routing.routing_requests",
            values: [
                "requested_at": "c.at", "cdr_id": "c.id", "state": when(isRare, "'open'", else: "'finished'"),
                "finished_at": when(isRare, "null", else: "c.at"),
            ]),
        Growth(
            table: "cdr.raw_cdr",
            values: [
                "started_at": "c.at", "routing_id": "c.id", "processed_at": when(isRare, "null", else: "c.at"),
                "rating_error": when("c.n % 10000 = 0", "'x'"),
            ]),
        Growth(
            table: "audit.audit_log",
            values: [
                "occurred_at": "c.at",
                "object": "(array['routing.trunks', 'accounts.accounts', 'auth.users'])[1 + c.n % 3]",
                "object_id": one(of: 10_000, "object"),
            ]),
        Growth(
            table: "messaging.mdr",
            values: [
                "accepted_at": "c.at", "recipient": caller, "sender": "'+1214' || lpad((c.n % 5000)::text, 7, '0')",
                "campaign_10dlc_id": one(of: 50, "campaign"), "direction": "'outbound'",
                "status": when(isRare, "'queued'", else: "'delivered'"),
                "posted_at": when(isRare, "null", else: "c.at"),
            ]),
        Growth(
            table: "messaging.mdr_parts", every: 2,
            values: [
                "accepted_at": "c.at", "mdr_id": "c.id", "vendor_message_id": "md5(c.n::text)",
                "smpp_connector_id": one(of: 20, "connector"),
            ]),
        Growth(
            table: "integration.events", every: 4,
            values: [
                "occurred_at": "c.at", "subject_id": "c.id", "ordering_key": "c.id::text",
                "dispatched_at": when(isRare, "null", else: "c.at"),
                "type": "(array['call.started', 'call.completed', 'message.received', 'number.assigned'])[1 + c.n % 4]",
            ]),
        Growth(
            table: "integration.deliveries", every: 4,
            values: [
                "occurred_at": "c.at", "event_id": "c.id", "ordering_key": "c.id::text", "next_attempt_at": "c.at",
                "webhook_id": one(of: 20, "webhook"), "status": when(isRare, "'pending'", else: "'delivered'"),
                "finished_at": when(isRare, "null", else: "c.at"),
            ]),
        Growth(
            table: "integration.delivery_attempts", every: 8, values: ["attempted_at": "c.at", "delivery_id": "c.id"]),
        Growth(
            table: "queue.jobs", every: 4,
            values: [
                "run_at": "c.at", "state": when("c.n % 500 = 0", "'ready'", else: "'done'"), "unique_key": "null",
                "finished_at": when("c.n % 500 = 0", "null", else: "c.at"),
            ]),
        Growth(
            table: "queue.outbox", every: 4,
            values: [
                "available_at": "c.at", "ordering_key": "c.id::text",
                "state": when("c.n % 500 = 0", "'ready'", else: "'delivered'"),
                "finished_at": when("c.n % 500 = 0", "null", else: "c.at"),
            ]),
        Growth(
            table: "queue.idempotency_keys", every: 8,
            values: ["key": "c.n::text", "expires_at": "c.at + interval '1 year'"]),
        Growth(
            table: "queue.rate_counters", every: 8, values: ["key": "'key ' || c.n", "window_start": "c.at"]),
        Growth(
            table: "compliance.dnc_list_entries", every: 2,
            values: ["number": "c.number", "account_id": "t.account_id"]),
        Growth(
            table: "compliance.consent_records", every: 8,
            values: ["number": "c.number", "idempotency_key": "c.n::text"]),
        Growth(table: "compliance.checks", every: 4, values: ["checked_at": "c.at", "number": caller]),
        Growth(
            table: "auth.sessions", every: 8, values: ["token_hash": "sha256(c.n::text::bytea)", "user_id": "c.id"]),
        Growth(
            table: "auth.login_attempts", every: 8,
            values: [
                "attempted_at": "c.at", "email": "'u' || c.n % 5000 || '@x.example'",
                "outcome": when("c.n % 4 = 0", "'unknown_user'", else: "'passed'"),
            ]),
        Growth(table: "auth.api_keys", every: 32, values: ["key_prefix": "left(md5(c.n::text), 16)"]),
        Growth(
            table: "billing.invoices", every: 8,
            values: [
                "number": "'N-' || c.n", "sequence": "c.n + 1000", "billing_cycle_id": "null",
                "due_on": "'2026-01-01'::date + c.n % 300",
                "status": when("c.n % 50 = 0", "'finalised'", else: "'paid'"),
            ]),
        Growth(
            table: "billing.payments", every: 8,
            values: [
                "status": "'succeeded'", "external_id": "null", "idempotency_key": "null",
                "applied_amount": when("c.n % 50 = 0", "0", else: "t.amount"), "refunded_amount": "0",
            ]),
        Growth(
            table: "numbers.inventory", every: 8,
            values: [
                "number": "'+1' || 201 + c.n % 700 || lpad(c.n::text, 7, '0')",
                "status": when("c.n % 10 = 0", "'available'", else: "'assigned'"),
            ]),
        Growth(table: "numbers.dids", every: 8, values: ["number": "c.number"]),
        Growth(
            table: "core.global_claims", every: 4,
            values: ["kind": "'number'", "value": "c.number", "entity_id": "c.id"]),
        Growth(
            table: "tracking.conversions", every: 4,
            values: [
                "call_id": "c.id", "call_started_at": "c.at", "occurred_at": "c.at", "idempotency_key": "c.n::text",
                "campaign_id": one(of: 50, "campaign"),
                "publisher_id": "case when t.publisher_id is not null then \(one(of: 30, "publisher")) end",
            ]),
        Growth(
            table: "tracking.recordings", every: 8,
            values: ["call_id": "c.id", "external_id": "null", "delete_after": "c.at + interval '1 year'"]),
        Growth(
            table: "tracking.number_assignments", every: 16,
            values: ["did_id": "c.id", "number_pool_id": one(of: 100, "pool")]),
        Growth(
            table: "tracking.cap_reservations", every: 8,
            values: ["holder_id": "c.id", "expires_at": "c.at + interval '4 hours'"]),
        Growth(
            table: "routing.caller_id_pool_numbers", every: 16,
            values: ["caller_id_pool_id": one(of: 200, "pool"), "did_id": "c.id"]),
        Growth(table: "messaging.opt_outs", every: 16, values: ["recipient": "c.number"]),
        Growth(table: "accounts.documents", every: 16),
        Growth(
            table: "accounts.accounts", every: 20,
            values: ["ban": "'GROWN-' || c.n", "name": "'grown ' || c.n", "parent_account_id": "null"]),
        Growth(
            table: "billing.account_balance", every: 20,
            values: ["account_id": "c.id", "available": "0", "pending": "0", "held": "0", "overdrawn": "0"]),
        Growth(
            table: "audit.api_request_log", every: 4,
            values: [
                "requested_at": "c.at", "api_key_id": one(of: 50, "key"),
                "status_code": when("c.n % 100 = 0", "500", else: "200"),
            ]),
        Growth(
            table: "routing.rate_deck", every: 4,
            values: ["prefix": "'1' || lpad(c.n::text, 7, '0')", "deck_id": one(of: 20, "deck")]),
        Growth(
            table: "billing.voice_rates", every: 8,
            values: ["prefix": "'1' || lpad(c.n::text, 7, '0')", "rate_plan_id": one(of: 20, "plan")]),
    ]
}
