extension RoutingSnapshot {
    /// Who is calling.
    enum Identified {
        /// A customer's trunk, with what it dialled behind its tech prefix.
        case customer(trunk: Int, dialled: String)
        /// A customer's trunk dials an emergency code.
        case emergency(trunk: Int, code: String, purpose: EmergencyCodeRow.Purpose)
        /// A carrier calls one of our numbers.
        case carrier(DID)
        case challenge(stale: Bool)
    }

    /// An address that belongs to both a carrier and a customer is decided by the called number: one of our numbers
    /// comes from the carrier, any other from the customer.
    func identify(
        _ request: CallRequest, at now: Int64, _ decision: inout Decision
    ) throws(Refusal) -> Identified {
        let (carrier, did) = matchCarrier(request)
        if let carrier, let did {
            decision.originCarrierTrunkID = carrierTrunks[carrier].row.id
            return .carrier(did)
        }
        if let source = matchCustomer(request) { return try admit(source, request, at: now, &decision) }
        if let carrier {
            decision.direction = .inbound
            decision.tenantID = carrierTrunks[carrier].row.tenantID
            decision.originCarrierTrunkID = carrierTrunks[carrier].row.id
            throw .numberNotOurs
        }
        return try identifyByDigest(request, at: now, &decision)
    }

    /// The carrier trunk of the source address, and the number of ours that it calls. Several tenants may buy from one
    /// carrier: the trunk of the tenant that has the number is the right one.
    private func matchCarrier(_ request: CallRequest) -> (carrier: Int?, did: DID?) {
        var first: Int?
        var did: DID?
        let match = carrierSources.firstMatch(request.source) { source in
            guard source.port == nil || source.port == request.sourcePort else { return false }
            if first == nil { first = source.carrierTrunk }
            let tenant = carrierTrunks[source.carrierTrunk].tenant
            guard let number = try? tenants[tenant].dialPlan.normalise(request.dialled),
                let found = dids[number], found.tenant == tenant
            else { return false }
            did = found
            return true
        }
        return (match?.carrierTrunk ?? first, did)
    }

    /// The entry with the longest block whose port, transport and tech prefix fit. An emergency code needs no tech
    /// prefix.
    private func matchCustomer(_ request: CallRequest) -> CustomerSource? {
        customerSources.firstMatch(request.source) { source in
            guard source.row.port == nil || source.row.port == request.sourcePort,
                source.row.transport == nil || source.row.transport == request.transport
            else { return false }
            let techPrefix = source.row.techPrefix
            if techPrefix.isEmpty || request.dialled.utf8.starts(with: techPrefix.utf8) { return true }
            guard let short = EmergencyCodes.shortDigits(request.dialled) else { return false }
            return emergencyCodes.purpose(of: short, in: country(ofTrunk: source.trunk)) != nil
        }
    }

    /// A known address. Where digest is asked for too, both must pass; an emergency call is not kept waiting for it.
    private func admit(
        _ source: CustomerSource, _ request: CallRequest, at now: Int64, _ decision: inout Decision
    ) throws(Refusal) -> Identified {
        let trunk = trunks[source.trunk]
        setParty(trunk, accounts[trunk.account], &decision)
        if let emergency = emergency(source.trunk, request.dialled, source.row.techPrefix, at: now) {
            return emergency
        }
        if trunk.row.authentication == .addressAndDigest {
            switch request.authentication {
            case .verified(let user):
                guard trunk.row.digestUsers.contains(user) else { throw .credentialsOfAnotherTrunk }
            case .none, .wrong, .stale:
                guard request.allowsDigest else { throw .credentialsRefused }
                return .challenge(stale: request.authentication == .stale)
            case .exhausted: throw .credentialsRefused
            }
        }
        return .customer(trunk: source.trunk, dialled: dropping(source.row.techPrefix, from: request.dialled))
    }

    /// An unknown address: digest decides, where the listener allows it.
    private func identifyByDigest(
        _ request: CallRequest, at now: Int64, _ decision: inout Decision
    ) throws(Refusal) -> Identified {
        guard request.allowsDigest else { throw .unknownSource }
        switch request.authentication {
        case .none, .wrong: return .challenge(stale: false)
        case .stale: return .challenge(stale: true)
        case .exhausted: throw .credentialsRefused
        case .verified(let user):
            guard let position = digestUsers[user] else { throw .credentialsRefused }
            let trunk = trunks[position]
            setParty(trunk, accounts[trunk.account], &decision)
            switch trunk.row.authentication {
            case .address: throw .credentialsRefused
            case .addressAndDigest: throw .unknownSource
            case .digest: break
            }
            return emergency(position, request.dialled, "", at: now)
                ?? .customer(trunk: position, dialled: request.dialled)
        }
    }

    /// An emergency code, as it is, behind the tech prefix, or as the trunk's rules write what was dialled. The whole
    /// is looked at first: behind a tech prefix 9, 911 is still the police and not 11, and no rule hides it.
    func emergency(_ trunk: Int, _ dialled: String, _ techPrefix: String, at now: Int64) -> Identified? {
        if let emergency = emergency(trunk, EmergencyCodes.shortDigits(dialled)) { return emergency }
        if !techPrefix.isEmpty,
            let emergency = emergency(trunk, EmergencyCodes.shortDigits(dropping(techPrefix, from: dialled)))
        {
            return emergency
        }
        guard let rules = trunks[trunk].translation.called,
            let translated = rules.translate(dropping(techPrefix, from: dialled), at: now)
        else { return nil }
        return emergency(trunk, EmergencyCodes.shortDigits(translated))
    }

    private func emergency(_ trunk: Int, _ digits: DigitRun?) -> Identified? {
        guard let digits, let purpose = emergencyCodes.purpose(of: digits, in: country(ofTrunk: trunk)) else {
            return nil
        }
        let code = String(repeating: "0", count: digits.count - String(digits.value).utf8.count)
        return .emergency(trunk: trunk, code: code + String(digits.value), purpose: purpose)
    }

    private func dropping(_ techPrefix: String, from dialled: String) -> String {
        guard !techPrefix.isEmpty, dialled.utf8.starts(with: techPrefix.utf8) else { return dialled }
        return String(dialled.utf8.dropFirst(techPrefix.utf8.count)) ?? dialled
    }

    private func country(ofTrunk trunk: Int) -> PlaceCode { trunks[trunk].dialPlan.country }
}
