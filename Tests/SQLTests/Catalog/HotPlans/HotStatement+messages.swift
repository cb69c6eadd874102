extension HotStatement {
    /// What sends messages and answers whether somebody may be called or written to.
    static let messages: [HotStatement] = [
        HotStatement(
            name: "messages that wait to be sent",
            sql: """
                select tenant_id, accepted_at, id from messaging.mdr where status in ('queued', 'received')
                 order by accepted_at limit 100 for update skip locked
                """,
            indexes: ["mdr_waiting"], pages: 1000),
        HotStatement(
            name: "messages that wait for the ledger",
            sql: """
                select tenant_id, accepted_at, id from messaging.mdr
                 where posted_at is null and rating_error is null
                   and status not in ('queued', 'held', 'blocked', 'cancelled')
                 order by accepted_at limit 100
                """,
            indexes: ["mdr_unposted"], pages: 1000),
        HotStatement(
            name: "the message of a receipt",
            sql: """
                select mdr_id, part from messaging.mdr_parts
                 where tenant_id = TENANT and smpp_connector_id = {messaging.mdr_parts.smpp_connector_id}
                   and vendor_message_id = {messaging.mdr_parts.vendor_message_id}
                   and accepted_at > now() - interval '4 days'
                """,
            indexes: ["mdr_parts_by_vendor_message"], partitions: 5),
        HotStatement(
            name: "a message by its id alone",
            sql: "select status from messaging.mdr where tenant_id = TENANT and id = {messaging.mdr.id}",
            role: .people, indexes: ["mdr_by_id"]),
        HotStatement(
            name: "who has opted out",
            sql: """
                select * from messaging.find_opt_outs(TENANT, {messaging.opt_outs.account_id}, '+12125550100',
                                                      array[{messaging.opt_outs.recipient}, '+12125550101'])
                """),
        HotStatement(
            name: "the route of a message that came in",
            sql: """
                select id from messaging.inbound_routes
                 where tenant_id = TENANT and number = '+12125550100' and status = 'active'
                """),
        HotStatement(
            name: "the campaign of a number",
            sql: """
                select campaign_10dlc_id from messaging.campaign_numbers
                 where tenant_id = TENANT and number = '+12125550100' and status <> 'removed'
                """),
        HotStatement(
            name: "who may not be called",
            sql: """
                select * from compliance.check_dnc(TENANT, {cdr.enriched_cdr.account_id},
                                                   array[{compliance.dnc_list_entries.number}, '+12125550100'])
                """),
        HotStatement(
            name: "who has agreed to be called",
            sql: """
                select * from compliance.check_consent(TENANT, {compliance.consent_records.account_id},
                                                       array[{compliance.consent_records.number}]::text[],
                                                       'express_written')
                """),
        HotStatement(
            name: "the checks of a number",
            sql: """
                select result from compliance.checks
                 where tenant_id = TENANT and number = {compliance.checks.number} order by checked_at desc limit 20
                """,
            role: .staff, indexes: ["checks_by_number"]),
        HotStatement(
            name: "the emergency address of a number",
            sql: """
                select e911_address_id from numbers.e911_records
                 where tenant_id = TENANT and number = '+12125550100' and status <> 'removed'
                """),
        HotStatement(
            name: "where a port of a number stands",
            sql: """
                select port_request_id from numbers.port_request_numbers
                 where tenant_id = TENANT and number = '+12125550100' order by created_at desc limit 1
                """),
    ]
}
