import Foundation
import Services
import Telecom

/// A decision in full, for people and for scripts.
struct RouteExplanation {
    private let decision: Decision
    private let data: RoutingData
    private let dialled: String
    private let caller: String
    private let isWorthNoDip: Bool
    private let passedOver: [FindDisabledRows.Row]

    /// - Parameters:
    ///   - dialled: the called number as it was given.
    ///   - caller: the caller's number as it was given.
    ///   - isWorthNoDip: porting was to be asked for, and is not for such a call.
    ///   - passedOver: disabled rows of sheets, in whose place shorter prefixes count.
    init(
        _ decision: Decision, _ data: RoutingData, dialled: String, caller: String, isWorthNoDip: Bool = false,
        passedOver: [FindDisabledRows.Row] = []
    ) {
        self.isWorthNoDip = isWorthNoDip
        self.passedOver = passedOver
        self.decision = decision
        self.data = data
        self.dialled = dialled
        self.caller = caller
    }

    private var outcome: String {
        switch decision.outcome {
        case .routed: "routed"
        case .refused(let refusal):
            "refused with \(refusal.status): \(refusal.reason.inWords)"
        case .challenge: "challenged"
        }
    }

    private var called: String {
        if let number = decision.called {
            return decision.calledKind.map { "\(number), \($0.rawValue.inWords)" } ?? number.description
        }
        return decision.direction == .emergency ? "\(dialled), an emergency code" : dialled
    }

    private var accountName: String? {
        guard let tenant = decision.tenantID, let account = decision.accountID else { return nil }
        return data.accountNames[TenantKey(tenant, account)]
    }

    var text: String {
        var lines = [
            "account       \(accountName ?? "-")",
            "called        \(called)",
            "caller        \(decision.presentedCaller?.number?.description ?? "\(caller), not presented")",
        ]
        lines += translations
        lines += porting
        if let jurisdiction = decision.jurisdiction {
            lines.append(
                "jurisdiction  \(jurisdiction.jurisdiction.rawValue.inWords): \(jurisdiction.reason.rawValue.inWords)")
        }
        if let charge = decision.charge {
            lines.append(
                "sells at      \(charge.terms.nextRate) a minute, \(increments(charge.terms)), prefix \(charge.prefix)")
            let less = charge.bundles.isEmpty ? "" : ", less for the seconds that its bundles have left"
            lines.append("holds         \(charge.wantedHold) at most, \(charge.minimumHold) at least\(less)")
        }
        for row in passedOver {
            lines.append("passed over   \(row.prefix) of the \(row.kind.name) \(row.sheet): disabled")
        }
        lines += ["routing data  version \(data.version)", "outcome       \(outcome)"]
        if let rule = decision.refusingRuleID { lines.append("by the rule   \(rule.text)") }
        if decision.candidates.isEmpty { return lines.joined(separator: "\n") }
        var table = Table(
            ["", "CANDIDATE", "RATE/MIN", "INCR", "PREFIX", "COST", "MARGIN", "WHY"], rightAligned: [0, 2, 5, 6])
        for (index, candidate) in decision.candidates.enumerated() {
            let buying = candidate.buying
            table.add([
                candidate.outcome == .chosen ? "\(index + 1)" : "", candidate.name,
                buying?.terms.nextRate.description ?? "-", buying.map { increments($0.terms) } ?? "-",
                buying?.prefix.description ?? "-", buying?.expectedCost.description ?? "-",
                buying?.expectedMargin.description ?? "-",
                sentence(candidate.outcome),
            ])
        }
        return (lines + ["", table.text] + sent).joined(separator: "\n")
    }

    /// What the trunk's rules made of the two numbers, where they changed them.
    private var translations: [String] {
        var lines: [String] = []
        if let translated = decision.translatedCalled { lines.append("translated    \(dialled) to \(translated)") }
        if let translated = decision.translatedCaller { lines.append("translated    \(caller) to \(translated)") }
        return lines
    }

    /// What is known of porting, where somebody said or was asked.
    private var porting: [String] {
        func line(_ title: String, _ porting: NumberPorting) -> String {
            let place =
                switch porting.isPorted {
                case true?: "ported to \(porting.routingNumber?.description ?? "-")"
                case false?: "not ported"
                case nil: "nobody knows whether it is ported"
                }
            return title + place + (porting.source == .signalled ? "" : " (\(porting.source.rawValue.inWords))")
        }
        if isWorthNoDip { return ["porting       no call like this is worth a question"] }
        return [
            decision.porting.map { line("called is     ", $0) },
            decision.callerPorting.map { line("caller is     ", $0) },
        ].compactMap(\.self)
    }

    /// How carriers are sent the numbers, where their rules or their formats write them in another way.
    private var sent: [String] {
        decision.routes.enumerated().compactMap { index, route in
            let caller = decision.presentedCaller?.number?.description ?? ""
            let called = route.user + route.numberParameters
            guard called != decision.called?.description || route.fromUser != nil else { return nil }
            return "\(index + 1) is sent \(called) from \(route.fromUser ?? caller)"
        }
    }

    private func sentence(_ outcome: Candidate.Outcome) -> String {
        switch outcome {
        case .chosen: "chosen"
        case .beyondRouteLimit: "would do, but there are enough cheaper ones"
        case .margin: "costs more than the price less the margin floor"
        case .otherCurrency: "its prices are in another currency than the plan's"
        case .blocked: "its deck blocks the prefix"
        case .prefixTooShort: "its prefix is too general for such a number"
        case .outOfDate: "its prices for the number are not in effect now"
        case .noPrefix: "its deck has no prefix of the number"
        case .noDeck: "it has no deck"
        case .notOutbound: "takes no calls of customers"
        case .otherPartition: "not in a partition of the account"
        case .otherTags: "its tags are not those that the profile asks for"
        case .excludedByRule: "a rule says never"
        case .notExclusive: "a rule says that only others take the call"
        case .callerNotAccepted: "does not take calls of such a caller"
        case .codecNotTaken: "takes none of the codecs that the call offers"
        case .vendorBalance: "what the carrier was paid in advance is used up"
        case .circuitOpen: "most of its calls have failed, and it is left alone for a while"
        case .belowQuality: "poorer than the profile allows"
        case .carrierSuspended: "the carrier is suspended"
        case .trunkSuspended: "the trunk is suspended"
        case .otherCountry: "for emergency calls of another country"
        }
    }

    private func increments(_ terms: RateTerms) -> String {
        "\(terms.initialIncrementSeconds)/\(terms.nextIncrementSeconds)"
    }

    var json: String {
        JSONWriter.object { json in
            json.text("outcome", outcome)
            if case .refused(let refusal) = decision.outcome { json.number("code", refusal.status) }
            json.text("rule_id", decision.refusingRuleID?.text)
            json.text("account_id", decision.accountID?.text)
            json.text("trunk_id", decision.trunkID?.text)
            json.text("to", decision.called?.description)
            json.text("from", decision.presentedCaller?.number?.description)
            json.text("translated_to", decision.translatedCalled?.description)
            json.text("translated_from", decision.translatedCaller?.description)
            json.text("lrn", decision.porting?.routingNumber?.description)
            if let isPorted = decision.porting?.isPorted { json.flag("ported", isPorted) }
            json.text("lrn_source", decision.porting?.source.rawValue)
            json.text("from_lrn", decision.callerPorting?.routingNumber?.description)
            json.text("jurisdiction", decision.jurisdiction?.jurisdiction.rawValue)
            json.text("jurisdiction_reason", decision.jurisdiction?.reason.rawValue)
            json.text("sell_rate", decision.charge?.terms.nextRate.description)
            json.text("hold", decision.charge?.wantedHold.description)
            json.number("snapshot_version", data.version)
            if !passedOver.isEmpty { json.array("passed_over") { json in passedOver.forEach { write($0, &json) } } }
            json.array("candidates") { json in
                for candidate in decision.candidates { write(candidate, &json) }
            }
            json.array("routes") { json in
                for route in decision.routes {
                    json.object { json in
                        json.text("carrier_trunk_id", route.carrierTrunkID?.text)
                        json.text("uri", route.uri)
                        json.text("from_user", route.fromUser)
                    }
                }
            }
        }
    }

    private func write(_ row: FindDisabledRows.Row, _ json: inout JSONWriter) {
        json.object { json in
            json.text("sheet", row.sheet)
            json.text("kind", row.kind.rawValue)
            json.text("prefix", row.prefix)
        }
    }

    private func write(_ candidate: Candidate, _ json: inout JSONWriter) {
        json.object { json in
            json.text("carrier_trunk_id", candidate.carrierTrunkID.text)
            json.text("name", candidate.name)
            json.text("outcome", candidate.outcome.rawValue)
            guard let buying = candidate.buying else { return }
            json.text("prefix", buying.prefix.description)
            json.text("rate", buying.terms.nextRate.description)
            json.text("increments", increments(buying.terms))
            json.text("expected_cost", buying.expectedCost.description)
            json.text("expected_margin", buying.expectedMargin.description)
        }
    }
}
