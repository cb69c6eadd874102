extension HotStatement {
    /// Lists that people look at, a page at a time, the newest first.
    static let portal: [HotStatement] =
        [
            HotStatement(
                name: "an account's balance, in the portal",
                sql: """
                    select available from billing.account_balance
                     where tenant_id = TENANT and account_id = {cdr.enriched_cdr.account_id}
                    """,
                role: .people, indexes: ["account_balance_pkey"]),
            HotStatement(
                name: "a DID by its number, in the portal",
                sql: "select id from numbers.dids where tenant_id = TENANT and number = {numbers.dids.number}",
                role: .staff, indexes: ["did_number_is_taken_once", "did_is_known_with_its_account"]),
            HotStatement(
                name: "numbers that are free in an area",
                sql: """
                    select number from numbers.inventory
                     where tenant_id = TENANT and status = 'available' and area_code = '313' limit 50
                    """,
                role: .staff, indexes: ["inventory_by_area_code"]),
            HotStatement(
                name: "the traffic of a day, by the hour",
                sql: """
                    select bucket_at, sum(calls) from reporting.hourly_traffic
                     where tenant_id = TENANT and bucket_at >= now() - interval '1 day' group by bucket_at
                    """,
                role: .staff, pages: 1000),
            HotStatement(
                name: "the traffic of an account, by the hour",
                sql: """
                    select bucket_at, sum(calls) from reporting.hourly_traffic
                     where tenant_id = TENANT and account_id = {cdr.hourly_summary.account_id}
                       and bucket_at >= now() - interval '7 days' group by bucket_at
                    """,
                role: .people),
            HotStatement(
                name: "API requests that failed",
                sql: """
                    select id from audit.api_request_log
                     where tenant_id = TENANT and status_code = 500 and requested_at > now() - interval '1 day'
                     order by requested_at desc limit 50
                    """,
                role: .staff, indexes: ["api_request_log_failed"], partitions: 5),
        ]
        + HotList.all.flatMap(\.statements)
}
