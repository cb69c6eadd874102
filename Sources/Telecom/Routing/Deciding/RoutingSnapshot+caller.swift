/// A number that a caller presented, and where it stood.
struct PresentedNumber {
    var number: E164?
    var origin = CallerIdentity.Origin.none
    /// What the trunk's rules made of it, when they changed it.
    var translated: DialString?
}

extension RoutingSnapshot {
    /// The caller's number by the trunk's rule.
    func identity(
        of caller: PresentedCaller, calling called: E164, _ trunk: Trunk, _ account: Account, at now: Int64,
        _ decision: inout Decision
    ) throws(Refusal) -> CallerIdentity {
        let rule = trunk.row.callerID
        let presented = presentedNumber(
            caller, trunk.dialPlan, trustsIdentity: rule.trustsIdentity, trunk.translation.caller, at: now)
        decision.translatedCaller = presented.translated
        let isPrivate = caller.wantsPrivacy || caller.fromUser == "anonymous"
        func identity(_ number: E164?, _ origin: CallerIdentity.Origin) -> CallerIdentity {
            CallerIdentity(number: number, display: caller.fromDisplay, isPrivate: isPrivate, origin: origin)
        }
        func shown(_ number: E164) -> Bool { mayShow(number, rule, account) }
        let isForwarded = caller.diversion.map { forwarded($0, trunk, at: now, &decision, shown) } ?? false
        switch rule.mode {
        case .presented where presented.number != nil: return identity(presented.number, presented.origin)
        case .listed:
            if let number = presented.number, shown(number) || rule.acceptsDiverted && isForwarded {
                return identity(number, presented.origin)
            }
        case .presented, .fixed: break
        }
        let (number, origin) = replacement(calling: called, trunk, at: now)
        guard number != nil || rule.mode != .listed else { throw .callerNotAllowed }
        return identity(number, origin)
    }

    /// What is shown in place of a number: one of the pool, else the trunk's default.
    private func replacement(
        calling called: E164, _ trunk: Trunk, at now: Int64
    ) -> (E164?, CallerIdentity.Origin) {
        let usual = trunk.row.callerID.replacement
        let number =
            trunk.callerPool?.pick(called: called, in: areaCodes.state(of: called), at: now, otherwise: usual) ?? usual
        if number == nil { return (nil, .none) }
        return (number, number == usual ? .replacement : .pool)
    }

    /// Whether the call was forwarded from a number that the trunk may show. What a carrier is told of it is our number
    /// in any case.
    private func forwarded(
        _ diversion: Diversion, _ trunk: Trunk, at now: Int64, _ decision: inout Decision, _ shown: (E164) -> Bool
    ) -> Bool {
        var number = PresentedNumber()
        let isOurs = read(diversion.user, trunk.dialPlan, trunk.translation.caller, at: now, &number, .from)
        let mayBeShown = isOurs && number.number.map(shown) == true
        decision.diverted = Decision.Diverted(
            number: mayBeShown ? number.number : trunk.row.callerID.replacement, reason: diversion.reason)
        return mayBeShown
    }

    /// The caller's number for an emergency call: any number by which the caller can be called back, never hidden.
    func emergencyIdentity(of caller: PresentedCaller, _ trunk: Trunk, at now: Int64) -> CallerIdentity {
        let presented = presentedNumber(
            caller, trunk.dialPlan, trustsIdentity: true, trunk.translation.caller, at: now)
        let usual = trunk.row.callerID.replacement ?? trunk.callerPool?.fallback
        let isReplaced = presented.number == nil && usual != nil
        return CallerIdentity(
            number: presented.number ?? usual, display: caller.fromDisplay, isPrivate: false,
            origin: isReplaced ? .replacement : presented.origin)
    }

    /// The first of P-Asserted-Identity, Remote-Party-ID and From that is a number.
    func presentedNumber(
        _ caller: PresentedCaller, _ dialPlan: DialPlan, trustsIdentity: Bool, _ rules: TranslationRules? = nil,
        at now: Int64 = 0
    ) -> PresentedNumber {
        var found = PresentedNumber()
        if trustsIdentity {
            if let user = caller.assertedUser, read(user, dialPlan, rules, at: now, &found, .assertedIdentity) {
                return found
            }
            if let user = caller.remotePartyUser, read(user, dialPlan, rules, at: now, &found, .remoteParty) {
                return found
            }
        }
        _ = read(caller.fromUser, dialPlan, rules, at: now, &found, .from)
        return found
    }

    /// Reads a number as the trunk's rules write it. Where they make no number of it, it is read as it came.
    private func read(
        _ user: String, _ dialPlan: DialPlan, _ rules: TranslationRules?, at now: Int64,
        _ found: inout PresentedNumber, _ origin: CallerIdentity.Origin
    ) -> Bool {
        if let rules, let translated = rules.translate(user, at: now),
            let number = try? dialPlan.normalise(translated)
        {
            found = PresentedNumber(number: number, origin: origin, translated: translated)
            return true
        }
        guard let number = try? dialPlan.normalise(user) else { return false }
        found = PresentedNumber(number: number, origin: origin)
        return true
    }

    private func mayShow(_ number: E164, _ rule: CallerIDRule, _ account: Account) -> Bool {
        if number == rule.replacement || rule.allowed.contains(number) { return true }
        guard let did = dids[number] else { return false }
        return did.row.accountID == account.row.id && did.row.status == .active
    }
}
