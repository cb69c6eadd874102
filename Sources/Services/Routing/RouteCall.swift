package import Foundation
import Postgres
package import Telecom

/// Decides a call and holds its money: the verb behind every INVITE.
package struct RouteCall: Sendable {
    private let calls: OpenCalls
    private let porting: FindPorting?

    /// - Parameter porting: finds out whether numbers are ported; without it every call goes by the number dialled.
    package init(_ calls: OpenCalls, porting: FindPorting? = nil) {
        self.calls = calls
        self.porting = porting
    }

    /// What the edge is told.
    package struct Answer: Sendable {
        package let routingID: UUID
        package let cdrID: UUID
        package let tenantID: UUID
        package let decision: Decision
        /// In the order of trying.
        package let routes: [Route]
        /// Why the call is refused; `nil` when it has routes.
        package let refusal: Refusal?
        /// The longest talk that the money held pays for, in seconds.
        package let maximumSeconds: Int64
        package let held: Money
    }

    /// What the edge is to do: answer, or ask the caller for credentials first.
    package enum Result: Sendable {
        case answer(Answer)
        case challenge(stale: Bool)
    }

    /// Who hears what became of a call: before the verb returns when nobody has to be waited for, else later and from
    /// another thread.
    package typealias Listener = @Sendable (Result) -> Void

    /// Decides a call and holds its money.
    /// - Parameter data: the routing data to decide from.
    /// - Returns: what others have to be asked first, for the caller to run; `nil` when nobody has to.
    package func callAsFunction(
        _ request: CallRequest, _ identity: CallIdentity, _ data: RoutingData, then listener: @escaping Listener
    ) -> (@Sendable () async -> Void)? {
        let decision = data.snapshot.decide(request, at: identity.receivedMicroseconds, health: data.health)
        guard decision.needsPorting, let porting else {
            settle(request, identity, decision, data, listener)
            return nil
        }
        return {
            // Only a call that is known and sold is worth the question; what was learnt decides it once more.
            var request = request
            (request.porting, request.callerPorting) = await porting(decision, data.portingServices)
            let decision = data.snapshot.decide(request, at: identity.receivedMicroseconds, health: data.health)
            settle(request, identity, decision, data, listener)
        }
    }

    private func settle(
        _ request: CallRequest, _ identity: CallIdentity, _ decision: Decision, _ data: RoutingData,
        _ listener: @escaping Listener
    ) {
        if case .challenge(let stale) = decision.outcome { return listener(.challenge(stale: stale)) }
        let record = CallRecord(
            routingID: UUID.v7(), identity: identity, request: request, decision: decision, version: data.version)
        if case .refused(let refusal) = decision.outcome {
            calls.note(record, refusal: refusal)
            return listener(.answer(answer(record, refusal, 0, held: .zero)))
        }
        guard let charge = decision.charge, charge.needsHold else {
            calls.note(record, refusal: nil)
            return listener(.answer(answer(record, nil, decision.limits.maximumSeconds, held: .zero)))
        }
        calls.open(record, charge) { held in listener(.answer(answer(record, held))) }
    }

    /// What a charged call is answered when it is known what became of its money.
    private func answer(_ record: CallRecord, _ held: Swift.Result<OpenCalls.Held, PostgresError>) -> Answer {
        switch held {
        case .success(.money(let held, let included)):
            guard let longest = record.decision.maximumDuration(within: held, including: included), longest > 0 else {
                // The edge takes 0 for no limit. The CDR of the refused call gives the hold back.
                return answer(record, .noBalance, 0, held: held)
            }
            return answer(record, nil, longest, held: held)
        case .success(.refused(let refusal)): return answer(record, refusal, 0, held: .zero)
        // Refused without a row here: `OpenCalls` writes it when the database is back.
        case .failure: return answer(record, .databaseAway, 0, held: .zero)
        }
    }

    private func answer(_ record: CallRecord, _ refusal: Refusal?, _ seconds: Int64, held: Money) -> Answer {
        Answer(
            routingID: record.routingID, cdrID: record.identity.cdrID, tenantID: record.tenantID,
            decision: record.decision, routes: record.routes, refusal: refusal, maximumSeconds: seconds, held: held)
    }
}
