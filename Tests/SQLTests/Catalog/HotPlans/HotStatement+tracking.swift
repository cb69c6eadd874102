extension HotStatement {
    /// What a tracked call asks while it is set up, and what tells of it afterwards.
    static let tracking: [HotStatement] = [
        HotStatement(
            name: "what a number is assigned to",
            sql: """
                select a.campaign_id, a.publisher_id, a.number_pool_id from numbers.dids d
                  join tracking.number_assignments a
                    on a.tenant_id = d.tenant_id and a.did_id = d.id and a.released_at is null
                 where d.tenant_id = TENANT and d.number = {numbers.dids.number}
                """,
            indexes: ["did_number_is_taken_once", "did_is_known_with_its_account"]),
        HotStatement(
            name: "the session that was shown a number",
            sql: """
                select started_at, id from tracking.visitor_sessions
                 where tenant_id = TENANT and number = {tracking.visitor_sessions.number}
                   and number_shown_at <= now() and number_held_to > now() - interval '1 day'
                   and started_at > now() - interval '7 days'
                 order by number_shown_at desc limit 1
                """,
            indexes: ["visitor_sessions_by_number"], partitions: 5),
        HotStatement(
            name: "a free number of a pool",
            sql: """
                select id from tracking.number_assignments
                 where tenant_id = TENANT and number_pool_id = {tracking.number_assignments.number_pool_id}
                   and released_at is null and (held_until is null or held_until < now())
                 order by held_until nulls first limit 1 for update skip locked
                """),
        HotStatement(
            name: "a number of a caller-ID pool",
            sql: """
                select d.number from routing.caller_id_pool_numbers n
                  join numbers.dids d on d.tenant_id = n.tenant_id and d.id = n.did_id
                 where n.tenant_id = TENANT
                   and n.caller_id_pool_id = {routing.caller_id_pool_numbers.caller_id_pool_id}
                   and n.status = 'active' limit 50
                """,
            pages: 500),
        HotStatement(
            name: "whether a caller has called before",
            sql: """
                select * from tracking.find_duplicates(TENANT, array[{tracking.calls.campaign_id}]::uuid[],
                                                       array[{tracking.calls.caller_id}]::text[], array[now()])
                """,
            pages: 500),
        HotStatement(
            name: "the calls that a target has open",
            sql: """
                select count(*) from tracking.call_legs
                 where tenant_id = TENANT and target_id = {tracking.call_legs.target_id} and ended_at is null
                """,
            indexes: ["call_legs_open"]),
        HotStatement(
            name: "reservations of caps that are past",
            sql: """
                delete from tracking.cap_reservations
                 where tenant_id = TENANT and expires_at < now() - interval '1 year'
                """,
            indexes: ["cap_reservations_by_end"]),
        HotStatement(
            name: "a tracked call by its whole key",
            sql: """
                select status from tracking.calls
                 where tenant_id = TENANT and started_at = {tracking.calls.started_at} and id = {tracking.calls.id}
                """,
            role: .people, indexes: ["calls_pkey"], partitions: 1),
        HotStatement(
            name: "the legs of a call",
            sql: """
                select id, status from tracking.call_legs
                 where tenant_id = TENANT and call_id = {tracking.call_legs.call_id} order by position
                """,
            role: .staff, indexes: ["call_legs_of_call"]),
        HotStatement(
            name: "the leg of a CDR",
            sql: "select call_id from tracking.call_legs where tenant_id = TENANT and raw_cdr_id = {cdr.raw_cdr.id}",
            indexes: ["call_legs_of_raw_cdr"]),
        HotStatement(
            name: "calls that are on, of an account",
            sql: """
                select id from tracking.calls
                 where tenant_id = TENANT and account_id = {cdr.enriched_cdr.account_id}
                   and call_complete_timestamp is null order by started_at desc limit 100
                """,
            role: .people, indexes: ["calls_live"]),
        HotStatement(
            name: "the conversions of a call",
            sql: """
                select status, amount from tracking.conversions
                 where tenant_id = TENANT and call_id = {tracking.conversions.call_id}
                """,
            role: .staff, indexes: ["conversions_of_call", "call_is_converted_once"]),
        HotStatement(
            name: "the recordings of a call",
            sql: """
                select storage_uri from tracking.recordings
                 where tenant_id = TENANT and call_id = {tracking.recordings.call_id}
                """,
            role: .staff, indexes: ["recordings_of_call"]),
        HotStatement(
            name: "recordings whose time has come",
            sql: """
                select id from tracking.recordings
                 where tenant_id = TENANT and deleted_at is null and not legal_hold
                   and delete_after < now() - interval '10 years'
                 order by delete_after limit 100
                """,
            indexes: ["recordings_due"]),
    ]
}
