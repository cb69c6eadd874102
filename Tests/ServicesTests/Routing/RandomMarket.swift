import Foundation
import Postgres
import TestSupport

/// An operator made by chance: one account that calls, and carriers that sell to it with all that can be wrong.
struct RandomMarket {
    struct CarrierTrunk: Encodable {
        let id: UUID
        let carrierId: UUID
        let name: String
        let status: String
        let carriesOutbound: Bool
        let priority: Int
        let weight: Int
        let emergencyRank: Int?
    }

    struct Deck: Encodable {
        let id: UUID
        let carrierTrunkId: UUID
        let name: String
        let status: String
        let currency: String
        let indeterminatePolicy: String
    }

    /// A deck that further carrier trunks share.
    struct Share: Encodable, Hashable {
        let carrierTrunkId: UUID
        let deckId: UUID
    }

    /// A row of a deck or of a plan, whichever id it has.
    struct Price: Encodable {
        let id: UUID
        var deckId: UUID?
        var carrierTrunkId: UUID?
        var ratePlanId: UUID?
        let prefix: String
        let rate: String?
        let rateInterstate: String?
        let rateIntrastate: String?
        let rateLocal: String?
        let rateIndeterminate: String?
        let initialIncrementS: Int
        let nextIncrementS: Int
        let connectFee: String
        let blocked: Bool
        let disabled: Bool
        let validFrom: Date
        let validTo: Date?
    }

    struct Carrier: Encodable {
        let id: UUID
        let name: String
        let status: String
    }

    struct Plan: Encodable {
        let id: UUID
        let name: String
        let expectedTalkS: Int
        let marginFloor: String
        let marginFloorBp: Int
        let indeterminatePolicy: String
    }

    /// Which plan the account has from when to when.
    struct Assignment: Encodable {
        let ratePlanId: UUID
        let validFrom: Date
        let validTo: Date?
    }

    /// Where calls may go; without an account for all accounts, without a prefix for all numbers.
    struct Rule: Encodable {
        let id: UUID
        let accountId: UUID?
        let prefix: String?
        let effect: String
        let validFrom: Date
        let validTo: Date?
    }

    /// What a call may cost a minute.
    struct Limit: Encodable {
        let id: UUID
        let accountId: UUID?
        let prefix: String?
        let maxRate: String?
        let maxDurationS: Int?
        let validFrom: Date
        let validTo: Date?
    }

    struct Partition: Encodable {
        let id: UUID
        let name: String
    }

    /// The account or a carrier trunk in a partition.
    struct Member: Encodable {
        let partitionId: UUID
        var carrierTrunkId: UUID?
    }

    struct Call: Encodable {
        let position: Int
        let called: String
        /// Nil when nothing that is a number is presented.
        let caller: String?
        /// Where they were ported, if they were.
        let routing: String?
        let callerRouting: String?
        /// What it offers; nil when it does not say.
        let codecs: [String]?
        let at: Date
    }

    /// A block of numbers, or an exchange; and a pair of exchanges between which calls are local.
    struct Block: Encodable {
        let exchange: String
        let block: String
        let source: String
        let isDisconnect: Bool
        let country: String?
        let state: String?
        let validFrom: Date
    }

    struct LocalPair: Encodable {
        let exchange: String
        let reached: String
        let validTo: Date?
    }

    /// The day from which dates are counted: now, in whole minutes.
    let today = Date(timeIntervalSince1970: (Date().timeIntervalSince1970 / 60).rounded(.down) * 60)
    /// Of the operator; its account and that account's trunk have the same.
    let id: UUID
    let allowsLoss: Bool
    var carriers: [Carrier] = []
    var carrierTrunks: [CarrierTrunk] = []
    var decks: [Deck] = []
    var shares: Set<Share> = []
    var costs: [Price] = []
    var plans: [Plan] = []
    var assignments: [Assignment] = []
    var prices: [Price] = []
    var rules: [Rule] = []
    var limits: [Limit] = []
    var partitions: [Partition] = []
    /// Of the account, and of carrier trunks.
    var accountMembers: [Member] = []
    var carrierMembers: [Member] = []
    var blocks: [Block] = []
    var localPairs: [LocalPair] = []

    var random: SeededGenerator

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        id = random.id()
        allowsLoss = random.chance(25)
        addCarriers()
        addDecks()
        addPlans()
        addPolicy()
        addPartitions()
        addPlaces()
    }

    /// Whether a deck in use of a carrier trunk has a prefix of the number that is not disabled and has not ended by
    /// today.
    func hasPrefix(of number: String, at trunk: UUID) -> Bool {
        let shared = shares.filter { $0.carrierTrunkId == trunk }.map(\.deckId)
        let its = decks.filter { ($0.carrierTrunkId == trunk || shared.contains($0.id)) && $0.status == "active" }
        return costs.contains { cost in
            its.contains { $0.id == cost.deckId } && number.dropFirst().hasPrefix(cost.prefix)
                && !cost.disabled && cost.validTo.map { $0 > today } ?? true
        }
    }
}

extension SeededGenerator {
    mutating func chance(_ perCent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < perCent }

    mutating func pick<Value>(_ values: [Value]) -> Value { values[Int.random(in: values.indices, using: &self)] }

    mutating func id() -> UUID {
        let (a, b) = (next(), next())
        func byte(_ word: UInt64, _ index: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: word >> (index * 8)) }
        return UUID(
            uuid: (
                byte(a, 0), byte(a, 1), byte(a, 2), byte(a, 3), byte(a, 4), byte(a, 5), byte(a, 6), byte(a, 7),
                byte(b, 0), byte(b, 1), byte(b, 2), byte(b, 3), byte(b, 4), byte(b, 5), byte(b, 6), byte(b, 7)
            ))
    }
}
