/// A list of a user interface: rows of a table, of the operator or of what a column names, by time, a page at a time.
struct HotList: Sendable {
    let table: String
    let time: String
    /// Columns that narrow the list, one list for each; an empty name is the whole operator.
    let by: [String]
    /// Whether the table is partitioned by the time.
    var isTimeTable = true

    static let all: [HotList] = [
        HotList(table: "cdr.enriched_cdr", time: "started_at", by: ["", "account_id", "carrier_trunk_id"]),
        HotList(table: "cdr.raw_cdr", time: "started_at", by: ["", "account_id"]),
        HotList(table: "routing.routing_requests", time: "requested_at", by: ["", "account_id"]),
        HotList(
            table: "tracking.calls", time: "started_at",
            by: ["", "account_id", "campaign_id", "publisher_id", "buyer_id", "target_id", "caller_id"]),
        HotList(table: "tracking.visitor_sessions", time: "started_at", by: ["", "account_id", "campaign_id"]),
        HotList(
            table: "messaging.mdr", time: "accepted_at",
            by: ["", "account_id", "campaign_10dlc_id", "recipient", "sender"]),
        HotList(table: "audit.audit_log", time: "occurred_at", by: ["", "account_id", "object, object_id"]),
        HotList(table: "audit.api_request_log", time: "requested_at", by: ["", "account_id", "api_key_id"]),
        HotList(
            table: "integration.events", time: "occurred_at", by: ["", "account_id", "subject, subject_id", "type"]),
        HotList(table: "integration.deliveries", time: "occurred_at", by: ["", "account_id", "webhook_id"]),
        HotList(
            table: "integration.delivery_attempts", time: "attempted_at", by: ["", "account_id", "delivery_id"]),
        HotList(table: "cdr.vendor_cdr", time: "started_at", by: ["", "carrier_id"]),
        HotList(table: "billing.ledger", time: "posted_at", by: ["account_id"], isTimeTable: false),
        HotList(table: "billing.holds", time: "created_at", by: ["account_id"], isTimeTable: false),
        HotList(table: "billing.invoices", time: "created_at", by: ["account_id", "status"], isTimeTable: false),
        HotList(table: "billing.payments", time: "created_at", by: ["account_id", "status"], isTimeTable: false),
        HotList(table: "tracking.conversions", time: "occurred_at", by: ["campaign_id"], isTimeTable: false),
        HotList(table: "tracking.conversions", time: "occurred_at", by: ["publisher_id, status"], isTimeTable: false),
        HotList(table: "tracking.recordings", time: "created_at", by: ["account_id"], isTimeTable: false),
        HotList(table: "accounts.documents", time: "created_at", by: ["", "account_id"], isTimeTable: false),
        HotList(table: "numbers.inventory", time: "created_at", by: [""], isTimeTable: false),
        HotList(table: "numbers.dids", time: "created_at", by: ["status"], isTimeTable: false),
        HotList(table: "queue.jobs", time: "created_at", by: ["queue, state"], isTimeTable: false),
        HotList(table: "auth.login_attempts", time: "attempted_at", by: [""], isTimeTable: false),
        HotList(table: "messaging.opt_outs", time: "created_at", by: ["account_id"], isTimeTable: false),
        HotList(table: "compliance.consent_records", time: "created_at", by: ["account_id"], isTimeTable: false),
    ]

    /// The newest page, a page in the middle by its cursor, and, of time tables, a day.
    var statements: [HotStatement] {
        by.flatMap { columns in
            let names = columns.split(separator: ", ").map(String.init)
            let condition = names.map { " and \($0) = {\(table).\($0)}" }.joined()
            let name = "\(table)\(names.isEmpty ? "" : " by \(columns)")"
            let select = "select id from \(table) where tenant_id = TENANT\(condition)"
            let order = "order by \(time) desc, id desc limit 50"
            let role = names == ["account_id"] ? HotStatement.Role.people : .staff
            var statements = [
                HotStatement(name: "\(name), newest", sql: "\(select) \(order)", role: role, pages: 500),
                HotStatement(
                    name: "\(name), a page further",
                    sql: "\(select) and (\(time), id) < ({\(table).\(time)}, {\(table).id}) \(order)", role: role,
                    pages: 500),
            ]
            if isTimeTable {
                statements.append(
                    HotStatement(
                        name: "\(name), of a day",
                        sql: """
                            \(select) and \(time) >= {\(table).\(time)}
                              and \(time) < {\(table).\(time)}::timestamptz + interval '1 day' \(order)
                            """,
                        role: role, partitions: 2, pages: 500))
            }
            return statements
        }
    }
}
