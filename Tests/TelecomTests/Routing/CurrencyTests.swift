import Telecom
import Testing

/// Prices in two currencies are never compared: a carrier whose price is in another one than the plan's is left.
@Suite struct CurrencyTests {
    struct Deck: Sendable {
        let prefix: String
        let currency: String

        init(_ prefix: String, _ currency: String) {
            self.prefix = prefix
            self.currency = currency
        }
    }

    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        var plan = "USD"
        /// What carrier A sells by; carrier B has one deck in USD, C in EUR.
        let decks: [Deck]
        let outcome: Candidate.Outcome
        let chosen: String
        var testDescription: String { name }
    }

    @Test(arguments: [
        Case(name: "all but one are in the plan's", decks: [Deck("1", "USD")], outcome: .chosen, chosen: "AB"),
        Case(name: "the cheapest is in another", decks: [Deck("1", "EUR")], outcome: .otherCurrency, chosen: "B"),
        Case(
            name: "the plan is in another than most", plan: "EUR", decks: [Deck("1", "USD")], outcome: .otherCurrency,
            chosen: "C"),
        Case(
            name: "none is in the plan's", plan: "GBP", decks: [Deck("1", "EUR")], outcome: .otherCurrency, chosen: ""),
        // The longest prefix is what the carrier bills by.
        Case(
            name: "the longest prefix is in another", decks: [Deck("1", "USD"), Deck("1310", "EUR")],
            outcome: .otherCurrency, chosen: "B"),
        Case(
            name: "the longest prefix is in another and comes first", decks: [Deck("1310", "EUR"), Deck("1", "USD")],
            outcome: .otherCurrency, chosen: "B"),
        Case(
            name: "a shorter prefix is in another", decks: [Deck("1", "EUR"), Deck("1310", "USD")], outcome: .chosen,
            chosen: "AB"),
        Case(name: "no prefix of another", decks: [Deck("44", "EUR")], outcome: .noPrefix, chosen: "B"),
    ])
    func `a deck in another currency is not used`(_ line: Case) throws {
        var world = try World()
        world.input.ratePlans[0].currency = line.plan
        world.input.carrierTrunks[0].decks = try line.decks.map {
            try table([row(1, $0.prefix, "0.005")], RateTable.Options(currency: $0.currency))
        }
        world.input.carrierTrunks[1].decks = [try table([row(2, "1", "0.010")], RateTable.Options(currency: "USD"))]
        world.input.carrierTrunks[2].decks = [try table([row(3, "1", "0.011")], RateTable.Options(currency: "EUR"))]
        let decision = world.decide("+13105550100")
        #expect(decision.outcome(of: "A") == line.outcome)
        #expect(decision.chosen == line.chosen)
        #expect(decision.refusal == (line.chosen.isEmpty ? .noRoute : nil))
        for candidate in decision.candidates where candidate.outcome == .otherCurrency {
            #expect(candidate.buying == nil, "a cost and a margin of two currencies mean nothing")
        }
    }
}
