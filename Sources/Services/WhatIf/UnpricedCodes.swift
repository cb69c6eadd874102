import Foundation
import Telecom

/// Codes that calls used and that a draft of a sheet no longer prices, counted call by call.
package struct UnpricedCodes: Sendable {
    /// Why a code has no price any more; the raw value is shown.
    package enum Reason: String, Sendable, Hashable, CaseIterable {
        /// Neither it nor a shorter prefix has a row in effect.
        case gone
        case blocked
        /// Only a prefix prices it that is too general for such numbers.
        case tooGeneral = "too_general"
    }

    /// A code that priced calls before.
    package struct Code: Sendable, Hashable {
        package let prefix: String
        package let reason: Reason
        package internal(set) var destination = ""
        package fileprivate(set) var calls = 0
        package fileprivate(set) var talkSeconds: Int64 = 0
        /// Of these, the calls that went to the deck's own carrier trunks; of a plan all of them.
        package fileprivate(set) var ownCalls = 0
        package fileprivate(set) var ownTalkSeconds: Int64 = 0
        /// Of these, the calls that would have no route at all.
        package fileprivate(set) var lost = 0
    }

    /// What is looked at.
    enum Sheet {
        case deck(before: RateTable?, after: RateTable?, carrierTrunks: Set<UUID>)
        case plan(UUID)
    }

    private struct Key: Hashable {
        let prefix: DigitPrefix
        let reason: Reason
    }

    private let sheet: Sheet
    private var codes: [Key: Code] = [:]

    init(_ sheet: Sheet) { self.sheet = sheet }

    mutating func add(_ replayed: ReplayCalls.Replayed, isLost: Bool) {
        guard let (prefix, reason) = unpriced(replayed) else { return }
        let call = replayed.call
        var code =
            codes[Key(prefix: prefix, reason: reason)] ?? Code(prefix: prefix.description, reason: reason)
        code.calls += 1
        code.talkSeconds += call.talkSeconds
        if isOwn(call) {
            code.ownCalls += 1
            code.ownTalkSeconds += call.talkSeconds
        }
        if isLost { code.lost += 1 }
        codes[Key(prefix: prefix, reason: reason)] = code
    }

    /// The worst first: those whose calls would have no route, then those with the most calls.
    package var sorted: [Code] {
        codes.values.sorted { left, right in
            (right.lost, right.ownCalls, right.calls, left.prefix)
                < (left.lost, left.ownCalls, left.calls, right.prefix)
        }
    }

    private func isOwn(_ call: ReplayCalls.Call) -> Bool {
        switch sheet {
        case .deck(_, _, let trunks): call.carrierTrunkID.map { trunks.contains($0) } ?? false
        case .plan: true
        }
    }

    private func unpriced(_ replayed: ReplayCalls.Replayed) -> (DigitPrefix, Reason)? {
        switch sheet {
        case .deck(let before, let after, _): unpriced(replayed, before, after)
        case .plan(let id): unsold(replayed, id)
        }
    }

    /// By the number that carriers bill by, whether the call came so far as to be offered to them or not.
    private func unpriced(
        _ replayed: ReplayCalls.Replayed, _ before: RateTable?, _ after: RateTable?
    ) -> (DigitPrefix, Reason)? {
        let decision = replayed.before ?? replayed.after
        guard let number = decision?.billedNumber ?? E164(replayed.call.routingNumber ?? replayed.call.called),
            case .priced(let prefix) = before?.pricing(of: number, decision?.calledKind, at: replayed.at)
        else { return nil }
        switch after?.pricing(of: number, decision?.calledKind, at: replayed.at) {
        case .priced: return nil
        case .blocked: return (prefix, .blocked)
        case .tooGeneral: return (prefix, .tooGeneral)
        case nil, .absent: return (prefix, .gone)
        }
    }

    /// Nothing but the plan differs, so a price that is missing after is one that the plan had.
    private func unsold(_ replayed: ReplayCalls.Replayed, _ plan: UUID) -> (DigitPrefix, Reason)? {
        guard let charge = replayed.before?.charge, charge.ratePlanID == plan, let after = replayed.after,
            after.charge == nil, case .refused(let refusal) = after.outcome
        else { return nil }
        return (charge.prefix, refusal == .destinationBlocked ? .blocked : .gone)
    }
}
