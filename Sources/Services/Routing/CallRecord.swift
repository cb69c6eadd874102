package import Foundation
import Postgres
package import Telecom

/// What the router was asked and what it decided: a row of `routing.routing_requests` in the making.
package struct CallRecord: Sendable {
    package let routingID: UUID
    package let identity: CallIdentity
    package let request: CallRequest
    package let decision: Decision
    /// The version of the data that it was decided from.
    package let version: Int
    /// In the order of trying.
    package let routes: [Route]
    private let routesJSON: JSONText
    private let reasonsJSON: JSONText

    package init(
        routingID: UUID, identity: CallIdentity, request: CallRequest, decision: Decision, version: Int
    ) {
        self.routingID = routingID
        self.identity = identity
        self.request = request
        self.decision = decision
        self.version = version
        routes = decision.routes
        // Written here and not with the batch, where all that wait for their money would wait for it.
        routesJSON = JSONText(utf8: Self.json(of: routes))
        reasonsJSON = JSONText(utf8: Self.json(of: decision.candidates))
    }

    /// The tenant of the row; traffic that nobody owns has a reserved one.
    package var tenantID: UUID { decision.tenantID ?? Self.unattributedTenant }

    /// `core.unattributed_tenant()`.
    package static let unattributedTenant = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
}

/// What names a call on the edge: the parts from which the id of its CDR is derived.
package struct CallIdentity: Sendable, Hashable {
    package let edge: String
    package let callID: String
    package let fromTag: String
    /// When the edge received the INVITE, in microseconds since 1970.
    package let receivedMicroseconds: Int64
    /// Where it came from, as `192.0.2.1;5060;udp`.
    package let source: String

    package init(edge: String, callID: String, fromTag: String, receivedMicroseconds: Int64, source: String) {
        self.edge = edge
        self.callID = callID
        self.fromTag = fromTag
        self.receivedMicroseconds = receivedMicroseconds
        self.source = source
    }

    /// The id of the call's CDR; whoever has the parts derives the same one.
    package var cdrID: UUID {
        Self.cdrID(edge: edge, callID: callID, fromTag: fromTag, receivedMicroseconds: receivedMicroseconds)
    }
}

extension CallRecord {
    /// A call with what it may cost.
    struct Charged: Sendable {
        let record: CallRecord
        private(set) var charge: Charge
        /// The longest talk that the whole hold pays for.
        private(set) var maximumSeconds: Int64
        /// The seconds of bundles that are kept back for it.
        private(set) var includedSeconds: Int64 = 0

        init(_ record: CallRecord, _ charge: Charge) {
            self.record = record
            self.charge = charge
            maximumSeconds = record.decision.maximumDuration(within: charge.wantedHold) ?? 0
        }

        /// The call with so many seconds of bundles: less money is held for it.
        func including(_ seconds: Int64) -> Charged {
            var call = self
            call.charge = charge.including(seconds)
            call.maximumSeconds =
                record.decision.maximumDuration(within: call.charge.wantedHold, including: seconds) ?? 0
            call.includedSeconds = seconds
            return call
        }
    }

    /// A call that no money is held for, and why it is refused, if it is.
    /// An object, for many of them may wait and are moved about.
    final class Free: Sendable {
        let record: CallRecord
        let refusal: Refusal?

        init(record: CallRecord, refusal: Refusal?) {
            self.record = record
            self.refusal = refusal
        }

        var maximumSeconds: Int? { refusal == nil ? Int(record.decision.limits.maximumSeconds) : nil }
    }

    /// The number that caps of destinations count; calls to a number of ours count in the others alone.
    private var cappedNumber: String? { decision.direction == .outbound ? decision.called?.description : nil }

    /// Stores charged calls and holds their money: the rows, then the money, a statement for each tenant.
    static func holdSQL(_ calls: [Charged]) -> [SQL] {
        let tenants = Dictionary(grouping: calls, by: \.record.tenantID).sorted { $0.key < $1.key }
        return [openSQL(calls)] + tenants.map { holdSQL($0.value, of: $0.key) }
    }

    /// What the statements of `holdSQL` granted, by routing id.
    static func held(_ results: [Rows]) throws(PostgresError) -> [UUID: OpenCalls.Held] {
        var held: [UUID: OpenCalls.Held] = [:]
        for rows in results.dropFirst() {
            for (id, amount, reason) in try rows.decode(UUID.self, Money?.self, String.self) {
                // A call that wants nothing holds nothing, and is not refused.
                let refusal = [Refusal.noBalance, .noBalanceAbove, .spendCap].first { $0.reason == reason }
                held[id] = refusal.map { .refused($0) } ?? .money(amount ?? .zero)
            }
        }
        return held
    }

    /// Stores the rows of charged calls as if all that is wanted were held: nearly always it is.
    private static func openSQL(_ calls: [Charged]) -> SQL {
        """
        insert into routing.routing_requests (\(columns), code, state, hold_amount, max_duration_s)
        select \(columns), 200, 'open', nullif(round(h.wanted, 8), 0), h.seconds
          from \(rows(calls.map(\.record)))
          join unnest(\(calls.map(\.record.routingID)), \(calls.map(\.charge.wantedHold)),
                      \(calls.map { Int($0.maximumSeconds) })) as h (routing_id, wanted, seconds)
            on h.routing_id = r.id
        """
    }

    /// Holds the money of charged calls of one tenant: for each the routing id, the money held, and why there is none.
    ///
    /// It comes after `openSQL` in the transaction, so that the balances of busy accounts are locked for as short as
    /// can be. Where less is held than was wanted the row says so; without the money the request is refused, and no
    /// money has moved.
    private static func holdSQL(_ calls: [Charged], of tenant: UUID) -> SQL {
        let ids = calls.map(\.record.routingID)
        let wanted = calls.map(\.charge.wantedHold)
        return """
            select h.routing_id, h.amount,
                   case when h.amount is not distinct from round(w.wanted, 8) then ''
                        else routing.note_hold(\(tenant), w.requested_at, h.routing_id, h.amount, h.refusal) end
              from billing.hold_calls(
                       \(tenant), \(NullableArray(calls.map(\.record.decision.accountID))), \(ids), \(wanted),
                       \(calls.map(\.charge.minimumHold)), \(NullableArray(calls.map(\.record.cappedNumber)))) h
              join unnest(\(ids), \(wanted),
                          \(calls.map { Date(microseconds: $0.record.identity.receivedMicroseconds) }))
                   as w (routing_id, wanted, requested_at) on w.routing_id = h.routing_id
            """
    }

    /// Stores the rows of calls that cost nothing, or that were refused; those that are there already stay.
    static func noteSQL(_ calls: [Free]) -> SQL {
        """
        insert into routing.routing_requests (\(columns), code, reason, state, finished_at, max_duration_s)
        select \(columns), n.code, n.reason, case when n.reason = '' then 'open' else 'refused' end,
               case when n.reason <> '' then requested_at end, n.seconds
          from \(rows(calls.map(\.record)))
          join unnest(\(calls.map(\.record.routingID)), \(calls.map { Int($0.refusal?.status ?? 200) }),
                      \(calls.map { $0.refusal?.reason ?? "" }),
                      \(NullableArray(calls.map(\.maximumSeconds)))) as n (routing_id, code, reason, seconds)
            on n.routing_id = r.id
            on conflict do nothing
        """
    }

    private static let columns: SQL = """
        tenant_id, requested_at, id, cdr_id, edge_id, call_id, from_tag, source, direction, account_id, trunk_id,
        carrier_trunk_id, caller, callee, from_number, to_number, jurisdiction, jurisdiction_reason, rate_plan_id,
        sell_rate_id, routes, reasons, snapshot_version, from_state, from_place, to_state, to_place, from_lrn, lrn,
        lrn_source, ported, lata
        """

    /// The calls as a table `r`, a list for each column: so the statement is the same however many there are.
    private static func rows(_ calls: [CallRecord]) -> SQL {
        let decisions = calls.map(\.decision)
        return """
            unnest(\(calls.map(\.tenantID)), \(calls.map { Date(microseconds: $0.identity.receivedMicroseconds) }),
                   \(calls.map(\.routingID)), \(calls.map(\.identity.cdrID)), \(calls.map(\.identity.edge)),
                   \(calls.map(\.identity.callID)), \(calls.map(\.identity.fromTag)), \(calls.map(\.identity.source)),
                   \(decisions.map(\.direction.rawValue)), \(NullableArray(decisions.map(\.accountID))),
                   \(NullableArray(decisions.map(\.trunkID))), \(NullableArray(decisions.map(\.originCarrierTrunkID))),
                   \(calls.map(\.request.caller.fromUser)), \(calls.map(\.request.dialled)),
                   \(NullableArray(decisions.map { $0.callerNumber?.description })),
                   \(NullableArray(decisions.map { $0.called?.description })),
                   \(NullableArray(decisions.map { $0.jurisdiction?.jurisdiction.rawValue })),
                   \(NullableArray(decisions.map { $0.jurisdiction?.reason.rawValue })),
                   \(NullableArray(decisions.map { $0.charge?.ratePlanID })),
                   \(NullableArray(decisions.map { $0.charge?.rateID })), \(calls.map(\.routesJSON)),
                   \(calls.map(\.reasonsJSON)), \(calls.map(\.version)),
                   \(NullableArray(decisions.map { $0.jurisdiction?.callingRegion?.subdivision?.description })),
                   \(NullableArray(decisions.map { $0.jurisdiction?.calling?.source.rawValue })),
                   \(NullableArray(decisions.map { $0.jurisdiction?.calledRegion?.subdivision?.description })),
                   \(NullableArray(decisions.map { $0.jurisdiction?.called?.source.rawValue })),
                   \(NullableArray(decisions.map { $0.callerPorting?.routingNumber?.description })),
                   \(NullableArray(decisions.map { $0.porting?.routingNumber?.description })),
                   \(NullableArray(decisions.map { $0.porting?.source.rawValue })),
                   \(NullableArray(decisions.map { $0.porting?.isPorted })),
                   \(NullableArray(decisions.map { $0.calledBlock?.lata })))
            as r (tenant_id, requested_at, id, cdr_id, edge_id, call_id, from_tag, source, direction, account_id,
                  trunk_id, carrier_trunk_id, caller, callee, from_number, to_number, jurisdiction,
                  jurisdiction_reason, rate_plan_id, sell_rate_id, routes, reasons, snapshot_version, from_state,
                  from_place, to_state, to_place, from_lrn, lrn, lrn_source, ported, lata)
            """
    }
}

extension CallRecord {
    /// `[{"carrier_trunk_id":…,"buy_rate_id":…,"uri":…}]`, in the order of trying. `from_user` is the
    /// caller's number where a carrier's rules write it in another way.
    private static func json(of routes: [Route]) -> [UInt8] {
        var writer = JSONWriter(capacity: 2 + routes.count * 160)
        writer.array { writer in
            for route in routes {
                writer.object { writer in
                    writer.id("carrier_trunk_id", route.carrierTrunkID)
                    writer.id("trunk_id", route.customerTrunkID)
                    writer.id("buy_rate_id", route.buyRateID)
                    writer.text("uri", route.uri)
                    writer.text("from_user", route.fromUser)
                }
            }
        }
        return writer.bytes
    }

    /// `[{"carrier_trunk_id":…,"outcome":…,"prefix":…,"rate":…}]`: every candidate, its price, and why.
    private static func json(of candidates: [Candidate]) -> [UInt8] {
        var writer = JSONWriter(capacity: 2 + candidates.count * 160)
        writer.array { writer in
            for candidate in candidates {
                writer.object { writer in
                    writer.id("carrier_trunk_id", candidate.carrierTrunkID)
                    writer.text("outcome", candidate.outcome.rawValue)
                    guard let buying = candidate.buying else { return }
                    writer.text("prefix", buying.prefix.description)
                    writer.text("rate", buying.terms.nextRate)
                    writer.text("cost", buying.expectedCost)
                    writer.text("margin", buying.expectedMargin)
                }
            }
        }
        return writer.bytes
    }
}
