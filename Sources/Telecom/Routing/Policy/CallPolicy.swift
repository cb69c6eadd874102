import struct FoundationEssentials.UUID

/// What holds for the calls of an account besides the default: its own rules before those of its tenant.
final class CallPolicy: Sendable {
    private let own: PolicyLevel?
    private let general: PolicyLevel?

    init(own: PolicyLevel?, general: PolicyLevel?) {
        self.own = own
        self.general = general
    }

    /// Why a call is refused, and the rule that says so; nil for the default.
    struct Denial: Error {
        let refusal: Refusal
        let ruleID: UUID?
    }

    /// Suspensions first, then the account's rules, the tenant's, and the default.
    /// - Parameter guardDigits: how many digits a rule must have that opens the number; 0 for any.
    func check(_ number: E164, _ kind: NumberKind, guardDigits: Int, at now: Int64) throws(Denial) {
        if let suspension = suspension(of: number, isHome: kind.isHome, at: now) {
            throw Denial(refusal: suspension.refusal, ruleID: suspension.id)
        }
        let rule =
            own?.rule(for: number, leastDigits: guardDigits, at: now)
            ?? general?.rule(for: number, leastDigits: guardDigits, at: now)
        guard rule?.isAllowed ?? (kind.isHome && guardDigits == 0) else {
            throw Denial(refusal: .destinationNotAllowed, ruleID: rule?.id)
        }
    }

    /// The limit of a single call.
    func limit(for number: E164, at now: Int64) -> CallLimitRow? {
        own?.limit(for: number, at: now) ?? general?.limit(for: number, at: now)
    }

    private func suspension(of number: E164, isHome: Bool, at now: Int64) -> PolicyLevel.Suspension? {
        let mine = own?.suspension(of: number, isHome: isHome, at: now)
        let everyones = general?.suspension(of: number, isHome: isHome, at: now)
        guard let mine, let everyones else { return mine ?? everyones }
        return mine.turn <= everyones.turn ? mine : everyones
    }
}
