package import struct FoundationEssentials.UUID

/// A carrier trunk that certain calls take first, alone, or never: a row of `routing.route_rules`.
package struct RouteRuleRow: Sendable {
    /// The raw value is that of the database.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case forceFirst = "force_first"
        case only
        case never
    }

    package var id: UUID
    package var tenantID: UUID
    /// Nil for every account.
    package var accountID: UUID?
    /// Of the number dialled; nil for every number.
    package var prefix: DigitPrefix?
    package var carrierTrunkID: UUID
    package var kind: Kind
    package var validity: Validity
    /// Nil for always.
    package var hours: WeeklyHours?

    package init(
        id: UUID, tenantID: UUID, accountID: UUID? = nil, prefix: DigitPrefix? = nil, carrierTrunkID: UUID,
        kind: Kind, validity: Validity = .always, hours: WeeklyHours? = nil
    ) {
        self.id = id
        self.tenantID = tenantID
        self.accountID = accountID
        self.prefix = prefix
        self.carrierTrunkID = carrierTrunkID
        self.kind = kind
        self.validity = validity
        self.hours = hours
    }
}

/// The rules of one tenant, found by the number dialled.
final class RouteRules: Sendable {
    struct Rule: Sendable {
        let account: UUID?
        let carrierTrunk: Int32
        let kind: RouteRuleRow.Kind
        let validity: Validity
        let hours: WeeklyHours?
    }

    private let index: PrefixTable
    /// The rules of each prefix, by its position in the index.
    private let rules: [[Rule]]
    /// Those for every number.
    private let general: [Rule]

    /// - Parameter rows: with the positions of their carrier trunks.
    init(_ rows: [(row: RouteRuleRow, carrierTrunk: Int)]) {
        var byPrefix: [DigitPrefix: [Rule]] = [:]
        var general: [Rule] = []
        for (row, carrierTrunk) in rows {
            let rule = Rule(
                account: row.accountID, carrierTrunk: Int32(carrierTrunk), kind: row.kind, validity: row.validity,
                hours: row.hours)
            if let prefix = row.prefix, prefix.count > 0 {
                byPrefix[prefix, default: []].append(rule)
            } else {
                general.append(rule)
            }
        }
        let prefixes = byPrefix.keys.sorted()
        index = PrefixTable(sorted: prefixes)
        rules = prefixes.map { byPrefix[$0] ?? [] }
        self.general = general
    }

    /// The carrier trunks that rules name for one call.
    struct Matches: Sendable {
        private(set) var never: [Int32] = []
        private(set) var only: [Int32] = []
        private(set) var first: [Int32] = []
        // What is named by a more special rule hides what is named by a less special one.
        private var onlyLevel = 0
        private var firstLevel = 0

        func obstacle(_ carrierTrunk: Int) -> Candidate.Outcome? {
            let trunk = Int32(carrierTrunk)
            if never.contains(trunk) { return .excludedByRule }
            return only.isEmpty || only.contains(trunk) ? nil : .notExclusive
        }

        fileprivate mutating func add(_ rule: Rule, prefixCount: Int) {
            let level = (rule.account == nil ? 1 : 100) + prefixCount
            switch rule.kind {
            case .never: never.append(rule.carrierTrunk)
            case .only: Self.add(rule.carrierTrunk, level, &only, &onlyLevel)
            case .forceFirst: Self.add(rule.carrierTrunk, level, &first, &firstLevel)
            }
        }

        private static func add(_ trunk: Int32, _ level: Int, _ trunks: inout [Int32], _ highest: inout Int) {
            if level > highest {
                (trunks, highest) = ([trunk], level)
            } else if level == highest {
                trunks.append(trunk)
            }
        }
    }

    /// What holds for a call of an account at an instant.
    func matches(_ called: E164, of account: UUID, at now: Int64) -> Matches {
        var matches = Matches()
        func add(_ rules: [Rule], prefixCount: Int) {
            for rule in rules where rule.account == nil || rule.account == account {
                guard rule.validity.contains(now), rule.hours?.contains(now) ?? true else { continue }
                matches.add(rule, prefixCount: prefixCount)
            }
        }
        add(general, prefixCount: 0)
        var match = index.longestMatch(called)
        while let prefix = match {
            add(rules[prefix.position], prefixCount: prefix.count)
            match = index.parent(of: prefix)
        }
        return matches
    }
}
