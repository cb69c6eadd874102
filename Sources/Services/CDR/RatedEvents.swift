import Foundation
import Postgres
import Telecom

/// `call.rated`, an event for each rated call that somebody listens for, in the transaction that rates it; where nobody
/// does there is none, for a call has its row already. An account may read it, so it says what the call was sold for
/// and nothing of the carrier.
enum RatedEvents {
    private static let type = "call.rated"

    /// Tells of calls; what was lost was not rated.
    static func emit(_ calls: [RatedCDR], _ session: Connection) async throws {
        let listeners = try await session.run(
            """
            select distinct w.tenant_id, w.account_id
              from integration.webhooks w
             where w.tenant_id = any (\(Set(calls.map(\.raw.tenantID)).sorted()))
               and w.status <> 'disabled' and w.event_types && array['*', 'call.*', \(type)]
            """
        ).decode(UUID.self, UUID?.self)
        if listeners.isEmpty { return }
        let ofAll = Set(listeners.filter { $0.1 == nil }.map(\.0))
        let ofAccounts = Set(listeners.compactMap { tenant, account in account.map { TenantKey(tenant, $0) } })
        let heard = calls.filter { call in
            let raw = call.raw
            if raw.isLost { return false }
            return ofAll.contains(raw.tenantID)
                || raw.accountID.map { ofAccounts.contains(TenantKey(raw.tenantID, $0)) } ?? false
        }
        if heard.isEmpty { return }
        try await session.run(
            """
            insert into integration.events (tenant_id, account_id, type, subject, subject_id, ordering_key, payload)
            select d.tenant_id, d.account_id, \(type), 'cdr.enriched_cdr', d.id, d.id::text, d.payload
              from unnest(\(heard.map(\.raw.tenantID)), \(NullableArray(heard.map(\.raw.accountID))),
                          \(heard.map(\.raw.id)), \(heard.map { JSONText($0.event) }))
                   as d (tenant_id, account_id, id, payload)
            """, deadline: .seconds(60))
    }
}

extension RatedCDR {
    /// The payload, version 1. Amounts are text, so that no reader makes them a float.
    fileprivate var event: String {
        JSONWriter.object { json in
            json.id("call_id", raw.id)
            json.text("started_at", raw.startedAt.formatted(.iso8601))
            json.text("answered_at", raw.answeredAt?.formatted(.iso8601))
            json.text("ended_at", raw.endedAt?.formatted(.iso8601))
            json.text("direction", raw.direction)
            json.text("from_number", raw.fromNumber)
            json.text("to_number", raw.toNumber)
            json.text("disposition", raw.disposition)
            json.number("sip_code", raw.code)
            json.number("talk_ms", raw.talkMilliseconds)
            json.number("billed_s", sell.billedSeconds)
            json.text("currency", raw.currency)
            json.text("amount", sell.amount.description)
        }
    }
}
