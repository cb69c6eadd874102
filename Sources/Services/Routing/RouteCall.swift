package import Foundation
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

    /// - Parameter data: the routing data to decide from.
    package func callAsFunction(
        _ request: CallRequest, _ identity: CallIdentity, _ data: RoutingData
    ) async -> Result {
        var request = request
        var decision = data.snapshot.decide(request, at: identity.receivedMicroseconds, health: data.health)
        if decision.needsPorting, let porting {
            // Only a call that is known and sold is worth the question; what was learnt decides it once more.
            (request.porting, request.callerPorting) = await porting(decision, data.portingServices)
            decision = data.snapshot.decide(request, at: identity.receivedMicroseconds, health: data.health)
        }
        if case .challenge(let stale) = decision.outcome { return .challenge(stale: stale) }
        let record = CallRecord(
            routingID: UUID.v7(), identity: identity, request: request, decision: decision, version: data.version)
        if case .refused(let refusal) = decision.outcome { return refuse(record, refusal) }
        guard let charge = decision.charge, charge.needsHold else {
            calls.note(record, refusal: nil)
            return .answer(answer(record, nil, decision.limits.maximumSeconds, held: .zero))
        }
        return await hold(record, charge)
    }

    private func hold(_ record: CallRecord, _ charge: Charge) async -> Result {
        do {
            let held: Money
            switch try await calls.open(record, charge) {
            case .money(let amount): held = amount
            case .refused(let refusal): return .answer(answer(record, refusal, 0, held: .zero))
            }
            guard let longest = record.decision.maximumDuration(within: held), longest > 0 else {
                // The edge takes 0 for no limit. The CDR of the refused call gives the hold back.
                return .answer(answer(record, .noBalance, 0, held: held))
            }
            return .answer(answer(record, nil, longest, held: held))
        } catch {
            // Refused without a row here: `OpenCalls` writes it when the database is back.
            return .answer(answer(record, .databaseAway, 0, held: .zero))
        }
    }

    private func refuse(_ record: CallRecord, _ refusal: Refusal) -> Result {
        calls.note(record, refusal: refusal)
        return .answer(answer(record, refusal, 0, held: .zero))
    }

    private func answer(_ record: CallRecord, _ refusal: Refusal?, _ seconds: Int64, held: Money) -> Answer {
        Answer(
            routingID: record.routingID, cdrID: record.identity.cdrID, tenantID: record.tenantID,
            decision: record.decision, refusal: refusal, maximumSeconds: seconds, held: held)
    }
}
