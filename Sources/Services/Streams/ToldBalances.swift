import Foundation
import Postgres

/// The money of accounts: of those that changed last, when there are more than are followed. There is no index of
/// changes, which every call would have to keep; so those that are followed are looked at by their key.
struct ToldBalances: FollowedTopic {
    private var told = ToldRows()
    let hasMore = false

    func statement(_ scope: RequestScope) -> SQL {
        let visible = scope.account.map { [$0] + scope.descendants } ?? []
        // Without a place left nothing else is looked for.
        let among: SQL =
            if told.free == 0 {
                "and b.account_id = any (\(told.ids))"
            } else if !visible.isEmpty {
                "and b.account_id = any (\(visible))"
            } else {
                ""
            }
        return """
            select b.account_id, b.updated_at, b.currency::text, b.available::text, b.pending::text, b.held::text,
                   b.credit_limit::text
              from billing.account_balance b
              left join unnest(\(told.ids), \(told.times)) as k (account_id, updated_at)
                on k.account_id = b.account_id
             where b.tenant_id = \(scope.tenant) \(among) and k.updated_at is distinct from b.updated_at
             order by b.updated_at desc, b.account_id
             limit \(ToldRows.most)
            """
    }

    mutating func messages(of rows: Rows, readAt: Date) throws -> [StreamMessage] {
        var messages: [StreamMessage] = []
        for row in rows {
            let account = try row.column(0, as: UUID.self)
            let changedAt = try row.column(1, as: Date.self)
            guard told.keep(account, changedAt) else { continue }
            let data = try JSONWriter.object { json in
                json.id("account_id", account)
                json.text("currency", try row.column(2, as: String.self))
                json.text("available", try row.column(3, as: String.self))
                json.text("pending", try row.column(4, as: String.self))
                json.text("held", try row.column(5, as: String.self))
                json.text("credit_limit", try row.column(6, as: String.self))
                json.time("updated_at", changedAt)
            }
            messages.append(StreamMessage(name: "balance.changed", data: data))
        }
        return messages
    }
}
