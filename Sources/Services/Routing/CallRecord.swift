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

    package init(
        routingID: UUID, identity: CallIdentity, request: CallRequest, decision: Decision, version: Int
    ) {
        self.routingID = routingID
        self.identity = identity
        self.request = request
        self.decision = decision
        self.version = version
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
    /// Stores the row and, where the call costs money, holds it: one statement, one result, the money held.
    ///
    /// The state follows the hold: without the money the request is refused, and no money has moved.
    func openSQL(_ charge: Charge, maximumSeconds: Int64, expires: Date) -> SQL {
        """
        with hold as (
            select billing.place_hold(\(tenantID), \(decision.accountID), \(routingID), \(charge.wantedHold),
                                      \(charge.minimumHold), \(expires)) as amount
        )
        insert into routing.routing_requests
               (\(Self.columns), code, reason, state, finished_at, hold_amount, max_duration_s)
        select \(values), case when amount is null then 402 else 200 end,
               case when amount is null then 'no_balance' else '' end,
               case when amount is null then 'refused' else 'open' end,
               case when amount is null then now() end,
               nullif(amount, 0), case when amount = \(charge.wantedHold) then \(Int(maximumSeconds)) end
          from hold
        returning hold_amount
        """
    }

    /// Stores the row of a call that costs nothing, or that was refused.
    func noteSQL(refusal: Refusal?) -> SQL {
        let refused = refusal != nil
        return """
            insert into routing.routing_requests (\(Self.columns), code, reason, state, finished_at, max_duration_s)
            values (\(values), \(refusal?.status ?? 200), \(refusal?.reason ?? ""), \(refused ? "refused" : "open"),
                    \(refused ? Date(microseconds: identity.receivedMicroseconds) : nil),
                    \(refused ? nil : Int(decision.limits.maximumSeconds)))
            on conflict do nothing
            """
    }

    private static let columns: SQL = """
        tenant_id, requested_at, id, cdr_id, edge_id, call_id, from_tag, source, direction, account_id, trunk_id,
        carrier_trunk_id, caller, callee, from_number, to_number, jurisdiction, jurisdiction_reason, rate_plan_id,
        sell_rate_id, routes, reasons, snapshot_version
        """

    private var values: SQL {
        let jurisdiction = decision.jurisdiction
        return """
            \(tenantID), \(Date(microseconds: identity.receivedMicroseconds)), \(routingID), \(identity.cdrID),
            \(identity.edge), \(identity.callID), \(identity.fromTag), \(identity.source),
            \(decision.direction.rawValue), \(decision.accountID), \(decision.trunkID),
            \(decision.originCarrierTrunkID), \(request.caller.fromUser), \(request.dialled),
            \(decision.callerNumber?.description), \(decision.called?.description),
            \(jurisdiction?.jurisdiction.rawValue), \(jurisdiction?.reason.rawValue), \(decision.charge?.ratePlanID),
            \(decision.charge?.rateID), \(JSONText(decision.routesJSON)), \(JSONText(decision.reasonsJSON)), \(version)
            """
    }
}

extension Decision {
    /// `[{"carrier_trunk_id":…,"buy_rate_id":…,"uri":…}]`, in the order of trying.
    var routesJSON: String {
        var writer = JSONWriter()
        writer.array { writer in
            for route in routes {
                writer.object { writer in
                    writer.text("carrier_trunk_id", route.carrierTrunkID?.text)
                    writer.text("trunk_id", route.customerTrunkID?.text)
                    writer.text("buy_rate_id", route.buyRateID?.text)
                    writer.text("uri", route.uri)
                }
            }
        }
        return writer.text
    }

    /// `[{"carrier_trunk_id":…,"outcome":…,"prefix":…,"rate":…}]`: every candidate, its price, and why.
    var reasonsJSON: String {
        var writer = JSONWriter()
        writer.array { writer in
            for candidate in candidates {
                writer.object { writer in
                    writer.text("carrier_trunk_id", candidate.carrierTrunkID.text)
                    writer.text("outcome", candidate.outcome.rawValue)
                    guard let buying = candidate.buying else { return }
                    writer.text("prefix", buying.prefix.description)
                    writer.text("rate", buying.terms.nextRate.description)
                    writer.text("cost", buying.expectedCost.description)
                    writer.text("margin", buying.expectedMargin.description)
                }
            }
        }
        return writer.text
    }
}

extension UUID {
    /// As PostgreSQL writes it: lower case.
    package var text: String {
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for (index, byte) in networkBytes.enumerated() {
            if index == 4 || index == 6 || index == 8 || index == 10 { text.append(UInt8(ascii: "-")) }
            for digit in [byte >> 4, byte & 15] {
                text.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
