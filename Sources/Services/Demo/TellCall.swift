package import Foundation
package import Postgres
package import Telecom

/// The story of one call, from what the router decided to what it cost: read from the rows that it left.
package struct CallStory: Sendable {
    /// A carrier trunk that was looked at.
    package struct Candidate: Sendable {
        package let name: String
        package let outcome: String
        package let prefix: String?
        package let rate: String?
        /// Its place among those that were chosen, from 1.
        package let turn: Int?
        /// What it said to the call: a SIP code, or `timeout`; `nil` when it was not asked.
        package let answer: String?
    }

    package let routingID: UUID
    package let cdrID: UUID
    package let account: String
    package let trunk: String
    package let from: String
    package let to: String
    package let direction: String
    package let jurisdiction: String?
    package let jurisdictionReason: String?
    package let candidates: [Candidate]
    package let carrier: String?
    package let disposition: String
    package let code: Int
    /// From the INVITE to the first ringing, or to the answer.
    package let postDialDelayMilliseconds: Int?
    /// From the first ringing to the answer, or to the end; `nil` when it did not ring.
    package let ringMilliseconds: Int?
    package let talkMilliseconds: Int
    package let billedSeconds: Int
    package let held: Money?
    package let sell: Money
    package let buy: Money
    package let margin: Money
    package let currency: String
}

/// Reads the story of a call; `nil` until it is rated.
package struct TellCall: Sendable {
    private let database: Database
    private let tenant: UUID

    /// - Parameter database: as the engine.
    package init(_ database: Database, tenant: UUID) {
        self.database = database
        self.tenant = tenant
    }

    /// - Parameters:
    ///   - callIDPrefix: the Call-ID of the INVITE, or its beginning.
    ///   - since: when the INVITE cannot have come before; there is no index of Call-IDs.
    package func callAsFunction(callIDPrefix: String, since: Date) async throws -> CallStory? {
        let row = try await database.run(
            """
            select q.id, e.id, coalesce(a.name, ''), coalesce(t.name, ''), coalesce(e.from_number, r.caller),
                   coalesce(e.to_number, r.callee), e.direction, e.jurisdiction, e.jurisdiction_reason, q.reasons,
                   c.name || ' / ' || ct.name, e.disposition, e.sip_code, e.pdd_ms, e.talk_ms, e.sell_billed_s,
                   q.hold_amount, e.sell_amount, e.buy_amount, e.margin, e.currency, r.attempts,
                   (extract(epoch from coalesce(e.answered_at, e.ended_at) - e.ringing_at) * 1000)::integer
              from cdr.raw_cdr r
              join cdr.enriched_cdr e on e.tenant_id = r.tenant_id and e.started_at = r.started_at and e.id = r.id
              join routing.routing_requests q
                on q.tenant_id = e.tenant_id and q.requested_at = e.started_at and q.id = e.routing_id
              left join accounts.accounts a on a.tenant_id = e.tenant_id and a.id = e.account_id
              left join routing.trunks t on t.tenant_id = e.tenant_id and t.id = e.trunk_id
              left join routing.carrier_trunks ct on ct.tenant_id = e.tenant_id and ct.id = e.carrier_trunk_id
              left join routing.carriers c on c.tenant_id = ct.tenant_id and c.id = ct.carrier_id
             where r.tenant_id = \(tenant) and r.started_at >= \(since)
               and r.call_id ~>=~ \(callIDPrefix) and r.call_id ~<~ \(callIDPrefix + "~")
             order by r.started_at desc limit 1
            """, deadline: .seconds(10)
        ).first
        guard let row else { return nil }
        return CallStory(
            routingID: try row.column(0), cdrID: try row.column(1), account: try row.column(2),
            trunk: try row.column(3),
            from: try row.column(4), to: try row.column(5), direction: try row.column(6),
            jurisdiction: try row.column(7), jurisdictionReason: try row.column(8),
            candidates: try await candidates(try row.column(9, as: JSONText.self).text, try row.column(21)),
            carrier: try row.column(10), disposition: try row.column(11), code: try row.column(12),
            postDialDelayMilliseconds: try row.column(13), ringMilliseconds: try row.column(22),
            talkMilliseconds: try row.column(14), billedSeconds: try row.column(15), held: try row.column(16),
            sell: try row.column(17), buy: try row.column(18), margin: try row.column(19), currency: try row.column(20))
    }

    private struct Reason: Decodable {
        let carrier_trunk_id: String
        let outcome: String
        let prefix: String?
        let rate: String?
    }

    /// - Parameters:
    ///   - json: the reasons that the router gave.
    ///   - attempts: what the edge tried, as `carrier trunk:answer;` each.
    private func candidates(_ json: String, _ attempts: String) async throws -> [CallStory.Candidate] {
        let reasons = try JSONDecoder().decode([Reason].self, from: Data(json.utf8))
        let names = try await database.run(
            """
            select ct.id::text, c.name || ' / ' || ct.name from routing.carrier_trunks ct
              join routing.carriers c on c.tenant_id = ct.tenant_id and c.id = ct.carrier_id
             where ct.tenant_id = \(tenant) and ct.id::text = any (\(reasons.map(\.carrier_trunk_id)))
            """
        ).decode(String.self, String.self)
        let byID = Dictionary(names.map { ($0.0, $0.1) }) { first, _ in first }
        var answers: [Substring: Substring] = [:]
        for attempt in attempts.split(separator: ";") {
            let parts = attempt.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { answers[parts[0]] = parts[1] }
        }
        var chosen = 0
        return reasons.map { reason in
            let isChosen = reason.outcome == Candidate.Outcome.chosen.rawValue
            if isChosen { chosen += 1 }
            return CallStory.Candidate(
                name: byID[reason.carrier_trunk_id] ?? reason.carrier_trunk_id, outcome: reason.outcome,
                prefix: reason.prefix, rate: reason.rate, turn: isChosen ? chosen : nil,
                answer: answers[Substring(reason.carrier_trunk_id)].map(String.init))
        }
    }
}
