extension RoutingSnapshot {
    /// The caller's number by the trunk's rule.
    func identity(of caller: PresentedCaller, _ trunk: Trunk, _ account: Account) throws(Refusal) -> CallerIdentity {
        let rule = trunk.row.callerID
        let (number, origin) = presentedNumber(caller, trunk.dialPlan, trustsIdentity: rule.trustsIdentity)
        let isPrivate = caller.wantsPrivacy || caller.fromUser == "anonymous"
        func identity(_ number: E164?, _ origin: CallerIdentity.Origin) -> CallerIdentity {
            CallerIdentity(number: number, display: caller.fromDisplay, isPrivate: isPrivate, origin: origin)
        }
        func replacement() -> CallerIdentity {
            identity(rule.replacement, rule.replacement == nil ? .none : .replacement)
        }
        switch rule.mode {
        case .fixed: return replacement()
        case .presented: return number == nil ? replacement() : identity(number, origin)
        case .listed:
            if let number, number == rule.replacement || rule.allowed.contains(number) || owns(number, account) {
                return identity(number, origin)
            }
            guard rule.replacement != nil else { throw .callerNotAllowed }
            return replacement()
        }
    }

    /// The caller's number for an emergency call: any number by which the caller can be called back, never hidden.
    func emergencyIdentity(of caller: PresentedCaller, _ trunk: Trunk) -> CallerIdentity {
        let rule = trunk.row.callerID
        let (number, origin) = presentedNumber(caller, trunk.dialPlan, trustsIdentity: true)
        let isReplaced = number == nil && rule.replacement != nil
        return CallerIdentity(
            number: number ?? rule.replacement, display: caller.fromDisplay, isPrivate: false,
            origin: isReplaced ? .replacement : origin)
    }

    /// The first of P-Asserted-Identity, Remote-Party-ID and From that is a number.
    func presentedNumber(
        _ caller: PresentedCaller, _ dialPlan: DialPlan, trustsIdentity: Bool
    ) -> (number: E164?, origin: CallerIdentity.Origin) {
        if trustsIdentity {
            if let user = caller.assertedUser, let number = try? dialPlan.normalise(user) {
                return (number, .assertedIdentity)
            }
            if let user = caller.remotePartyUser, let number = try? dialPlan.normalise(user) {
                return (number, .remoteParty)
            }
        }
        if let number = try? dialPlan.normalise(caller.fromUser) { return (number, .from) }
        return (nil, .none)
    }

    private func owns(_ number: E164, _ account: Account) -> Bool {
        guard let did = dids[number] else { return false }
        return did.row.accountID == account.row.id && did.row.status == .active
    }
}
