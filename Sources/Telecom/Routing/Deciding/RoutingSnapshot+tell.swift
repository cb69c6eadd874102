// A decision in words: what is only needed when a call is answered, stored or explained.

extension RoutingSnapshot {
    /// What became of a carrier trunk, with its price.
    func candidate(_ considered: Considered, of decision: Decision) -> Candidate {
        let carrier = carrierTrunks[Int(considered.carrierTrunk)].row
        return Candidate(
            carrierTrunkID: carrier.id, name: carrier.name, priority: carrier.priority, outcome: considered.outcome,
            buying: buying(considered, carrier, decision))
    }

    private func buying(
        _ considered: Considered, _ carrier: CarrierTrunkRow, _ decision: Decision
    ) -> Candidate.Buying? {
        guard considered.deck >= 0, let billed = decision.billedNumber, let places = decision.places,
            let charge = decision.charge
        else { return nil }
        let deck = carrier.decks[Int(considered.deck)]
        let jurisdiction = JurisdictionDecision(places, territories: deck.options.territories)
        let tariff = deck.tariff(of: Int(considered.row))
        let cost = Money(units: considered.cost)
        return Candidate.Buying(
            rateID: deck.ids[Int(considered.row)], prefix: DigitPrefix(billed, count: Int(considered.prefixCount)),
            jurisdiction: jurisdiction, terms: tariff.terms(for: jurisdiction.jurisdiction), expectedCost: cost,
            expectedMargin: charge.expectedPrice - cost)
    }

    /// The routes in the order of trying.
    func routes(of decision: Decision) -> [Route] {
        let chosen = decision.considered.prefix(decision.routeCount)
        switch decision.destination {
        case nil: return []
        case .trunk(let position, let host, let number):
            return decision.routeCount > 0 ? [Route(to: trunks[position].row, at: host, number: number)] : []
        case .number(let number):
            return chosen.map { route(to: $0, calling: number, decision) }
        case .emergencyCode(let code):
            return chosen.map { route(to: $0, callingCode: code, decision) }
        }
    }
}
