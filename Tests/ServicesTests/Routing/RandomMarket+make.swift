import Foundation
import TestSupport

// How the rows of a market come about. Few values for everything, so that equal costs, nested prefixes and dates that
// meet happen often.

extension RandomMarket {
    /// Area codes of two states twice, of Canada, a territory and Jamaica; toll-free, premium, personal and
    /// non-geographic ones, one that belongs to nobody; other countries.
    private static let roots = [
        "1212", "1212", "1415", "1310", "1416", "1604", "1787", "1876", "1800", "1900", "1533", "1600", "1271",
        "44", "49", "7", "881",
    ]
    private static let policies = ["own", "intrastate", "highest", "interstate"]

    mutating func addCarriers() {
        for number in 1...5 {
            carriers.append(
                Carrier(id: random.id(), name: "carrier \(number)", status: random.chance(90) ? "active" : "suspended"))
        }
        for number in 1...14 {
            carrierTrunks.append(
                CarrierTrunk(
                    id: random.id(), carrierId: random.pick(carriers).id, name: "trunk \(number)",
                    status: random.chance(90) ? "active" : "suspended", carriesOutbound: random.chance(93),
                    priority: random.pick([50, 100, 100]), weight: random.pick([0, 10, 10]),
                    emergencyRank: random.chance(30) ? random.pick([1, 2]) : nil))
        }
    }

    /// The last trunk has no deck of its own; it may share one.
    mutating func addDecks() {
        for number in 1...17 {
            let deck = Deck(
                id: random.id(), carrierTrunkId: random.pick(Array(carrierTrunks.dropLast())).id,
                name: "deck \(number)", status: random.chance(90) ? "active" : "suspended",
                currency: random.chance(90) ? "USD" : "EUR", indeterminatePolicy: random.pick(Self.policies))
            decks.append(deck)
            for var cost in someRows(40, cheapest: 1) {
                (cost.deckId, cost.carrierTrunkId) = (deck.id, deck.carrierTrunkId)
                costs.append(cost)
            }
        }
        for _ in 0..<6 {
            let (trunk, deck) = (random.pick(carrierTrunks).id, random.pick(decks))
            if deck.carrierTrunkId != trunk { shares.insert(Share(carrierTrunkId: trunk, deckId: deck.id)) }
        }
    }

    /// Two plans, one after the other, perhaps with a gap.
    mutating func addPlans() {
        let change = date(20)
        let spans: [(Date, Date?)] = [(date(-100), change), (random.chance(30) ? date(30) : change, nil)]
        for (number, span) in spans.enumerated() {
            let plan = Plan(
                id: random.id(), name: "plan \(number)", expectedTalkS: random.pick([1, 30, 61, 180, 600]),
                marginFloor: random.pick(["0", "0", "0.001", "0.00333333"]),
                marginFloorBp: random.pick([0, 0, 500, 1234]), indeterminatePolicy: random.pick(Self.policies))
            plans.append(plan)
            assignments.append(Assignment(ratePlanId: plan.id, validFrom: span.0, validTo: span.1))
            for var price in someRows(50, cheapest: 6) {
                price.ratePlanId = plan.id
                prices.append(price)
            }
        }
    }

    /// Some of the world is open, and what else there is of rules lies above and below it.
    mutating func addPolicy() {
        for prefix in [nil, "1876", "1900", "1533", "881"] where random.chance(70) {
            rules.append(rule(prefix, "allow", from: -100))
        }
        for _ in 0..<8 {
            let prefix = random.chance(90) ? String(someNumber().prefix(random.pick([1, 3, 4, 5, 7]))) : nil
            let effect = random.pick(["allow", "allow", "allow", "block", "block", "suspend"])
            rules.append(rule(prefix ?? "44", effect, from: random.pick([-100, -20, 5, 20])))
        }
        if random.chance(30) { rules.append(rule(nil, "suspend_international", from: random.pick([5, 20, 30]))) }
        for _ in 0..<3 {
            limits.append(
                Limit(
                    id: random.id(), accountId: random.chance(50) ? id : nil,
                    prefix: random.chance(80) ? String(someNumber().prefix(random.pick([1, 4]))) : nil,
                    maxRate: random.chance(80) ? random.pick(["0.008", "0.01", "0.012"]) : nil, maxDurationS: 60,
                    validFrom: date(random.pick([-50, 5, 20])), validTo: random.chance(50) ? date(30) : nil))
        }
    }

    private mutating func rule(_ prefix: String?, _ effect: String, from: Int) -> Rule {
        let ends = [15, 30].filter { $0 > from }
        return Rule(
            id: random.id(), accountId: random.chance(40) ? id : nil, prefix: prefix, effect: effect,
            validFrom: date(from), validTo: random.chance(50) && !ends.isEmpty ? date(random.pick(ends)) : nil)
    }

    mutating func addPartitions() {
        for number in 1...2 {
            let partition = Partition(id: random.id(), name: "partition \(number)")
            partitions.append(partition)
            if random.chance(25) { accountMembers.append(Member(partitionId: partition.id)) }
            for trunk in carrierTrunks where random.chance(60) {
                carrierMembers.append(Member(partitionId: partition.id, carrierTrunkId: trunk.id))
            }
        }
    }

    /// Blocks of the exchanges that numbers are made of, whatever state their area code is in; all of them from before
    /// today, because the router knows those of the day on which it read them.
    mutating func addPlaces() {
        var seen: Set<[String]> = []
        for _ in 0..<60 {
            let source = random.pick(["lerg", "nanpa_codes", "cna_blocks"])
            let block = random.pick(["A", "A", "2", "3"])
            let (exchange, from) = (someExchange(), random.pick([-900, -50, -20]))
            guard seen.insert([exchange, block, source, String(from)]).inserted else { continue }
            let place = random.pick([
                ["US", "NY"], ["US", "CA"], ["US", nil], ["CA", "ON"], ["JM", nil], [nil, "NY"],
            ])
            blocks.append(
                Block(
                    exchange: exchange, block: block, source: source, isDisconnect: random.chance(15),
                    country: place[0], state: place[1], validFrom: date(from)))
        }
        for _ in 0..<600 {
            let (exchange, reached) = (someExchange(), someExchange())
            guard seen.insert([exchange, reached]).inserted else { continue }
            localPairs.append(
                LocalPair(exchange: exchange, reached: reached, validTo: random.chance(20) ? date(-5) : nil))
        }
    }

    /// Area code and exchange.
    private mutating func someExchange() -> String {
        let code = random.pick(["212", "212", "415", "310", "416", "787"])
        return code + random.pick(["222", "223", "232", "233", "322", "323", "332", "333"])
    }

    /// Calls at the instants at which rows begin and end, and between them.
    mutating func someCalls(_ count: Int) -> [Call] {
        (0..<count).map { position in
            Call(
                position: position, called: "+" + someNumber(), caller: random.chance(85) ? "+" + someNumber() : nil,
                routing: random.chance(30) ? "+" + someNumber() : nil,
                callerRouting: random.chance(20) ? "+" + someNumber() : nil,
                codecs: random.pick([nil, ["pcmu"], ["g729"], ["opus", "pcmu"]]),
                at: date(random.pick([0, 0, 0, 5, 10, 15, 20, 30, 40])))
        }
    }

    /// Rows for prefixes of one to six digits, at most one of a prefix that begins at an instant.
    private mutating func someRows(_ count: Int, cheapest: Int) -> [Price] {
        var seen: Set<[String]> = []
        var rows: [Price] = []
        // Most of what is called has some price.
        let general = ["1", "1", "1876", "4", "4", "7"]
        for number in 0..<count {
            let length = random.pick([1, 2, 3, 4, 4, 5, 6])
            let prefix = number < general.count ? general[number] : String(someNumber().prefix(length))
            let from = random.pick([-100, -100, -50, -20, 5, 15, 30])
            let ends = [-10, 5, 15, 30].filter { $0 > from }
            let to = random.chance(25) && !ends.isEmpty ? random.pick(ends) : nil
            guard seen.insert([prefix, String(from)]).inserted else { continue }
            rows.append(row(prefix, from: date(from), to: to.map { date($0) }, cheapest: cheapest))
        }
        return rows
    }

    private mutating func row(_ prefix: String, from: Date, to: Date?, cheapest: Int) -> Price {
        let isBlocked = random.chance(8)
        let isDisabled = !isBlocked && random.chance(12)
        let isFlat = random.chance(50)
        let knowsStates = !isFlat || random.chance(50)
        func amount(_ random: inout SeededGenerator) -> String {
            let thousandths = Int.random(in: cheapest...cheapest + 6, using: &random)
            return "0.0\(thousandths < 10 ? "0" : "")\(thousandths)" + random.pick(["", "", "", "37", "33333"])
        }
        func sometimes(_ perCent: Int, _ random: inout SeededGenerator) -> String? {
            random.chance(perCent) ? amount(&random) : nil
        }
        return Price(
            id: random.id(), prefix: prefix,
            rate: isFlat && !((isBlocked || isDisabled) && random.chance(50)) ? amount(&random) : nil,
            rateInterstate: sometimes(knowsStates ? isFlat ? 60 : 100 : 0, &random),
            rateIntrastate: sometimes(knowsStates ? isFlat ? 60 : 100 : 0, &random),
            rateLocal: sometimes(20, &random), rateIndeterminate: sometimes(40, &random),
            initialIncrementS: random.pick([1, 6, 6, 30, 60]), nextIncrementS: random.pick([1, 6, 6, 60]),
            connectFee: random.chance(20) ? "0.002" : "0", blocked: isBlocked,
            disabled: isDisabled, validFrom: from, validTo: to)
    }

    /// The digits of a number below one of the roots; mostly one that there can be.
    mutating func someNumber() -> String {
        let root = random.pick(Self.roots)
        let count = root.hasPrefix("1") ? 11 : Int.random(in: 6...15, using: &random)
        let exchange = root.hasPrefix("1") && random.chance(5) ? random.pick(["976", "958", "211"]) : ""
        var digits = root + exchange
        while digits.count < count { digits += random.pick(["2", "3"]) }
        return digits
    }

    private func date(_ days: Int) -> Date { today.addingTimeInterval(Double(days) * 86_400) }
}
