import struct FoundationEssentials.UUID

/// The rules and limits of one account, or those of a tenant for each of its accounts.
final class PolicyLevel: Sendable {
    /// Calls that are stopped, whatever else allows them.
    struct Suspension: Sendable {
        let id: UUID
        let prefix: DigitPrefix
        let validity: Validity
        /// What a call that it stops is refused with.
        let refusal: Refusal
        /// All calls before those abroad, and these before those to a prefix.
        let turn: Int
    }

    struct Rule: Sendable {
        let id: UUID
        let isAllowed: Bool
    }

    /// In the order in which they are told. Nearly always empty.
    let suspensions: [Suspension]
    private let rules: DatedPrefixes<Rule>
    private let limits: DatedPrefixes<CallLimitRow>

    init(rules: [DestinationRuleRow], limits: [CallLimitRow]) {
        suspensions = rules.compactMap(Suspension.init).sorted {
            if $0.turn != $1.turn { return $0.turn < $1.turn }
            if $0.prefix.count != $1.prefix.count { return $0.prefix.count > $1.prefix.count }
            return PolicyLevel.isLater(($0.validity, $0.id), ($1.validity, $1.id))
        }
        self.rules = DatedPrefixes(
            rules.filter { $0.effect == .allow || $0.effect == .block }
                .sorted { left, right in
                    // Of those that begin together the one that blocks.
                    if left.validity.fromMicroseconds == right.validity.fromMicroseconds, left.effect != right.effect {
                        return left.effect == .block
                    }
                    return PolicyLevel.isLater((left.validity, left.id), (right.validity, right.id))
                }
                .map { .init(prefix: $0.prefix, validity: $0.validity, value: Rule($0)) })
        self.limits = DatedPrefixes(
            limits.sorted { PolicyLevel.isLater(($0.validity, $0.id), ($1.validity, $1.id)) }
                .map { .init(prefix: $0.prefix, validity: $0.validity, value: $0) })
    }

    /// The first suspension that stops a call.
    func suspension(of number: E164, isHome: Bool, at now: Int64) -> Suspension? {
        suspensions.first { suspension in
            guard suspension.validity.contains(now) else { return false }
            if suspension.refusal == .internationalSuspended { return !isHome }
            return suspension.prefix.isPrefix(of: number)
        }
    }

    /// The rule that decides.
    /// - Parameter leastDigits: how many digits a rule that allows must have.
    func rule(for number: E164, leastDigits: Int, at now: Int64) -> Rule? {
        rules.longest(of: number, at: now) { !$0.value.isAllowed || $0.prefix.count >= leastDigits }
    }

    func limit(for number: E164, at now: Int64) -> CallLimitRow? {
        limits.longest(of: number, at: now) { _ in true }
    }

    /// What begins later counts; of what begins together the lower id, so that it is the same every time.
    private static func isLater(_ left: (Validity, UUID), _ right: (Validity, UUID)) -> Bool {
        if left.0.fromMicroseconds != right.0.fromMicroseconds {
            return left.0.fromMicroseconds > right.0.fromMicroseconds
        }
        return left.1 < right.1
    }
}

extension PolicyLevel.Suspension {
    /// - Returns: nil for a rule that suspends nothing.
    init?(_ row: DestinationRuleRow) {
        switch row.effect {
        case .allow, .block: return nil
        case .suspendInternational: (refusal, turn) = (.internationalSuspended, 1)
        case .suspend where row.prefix.count == 0: (refusal, turn) = (.callingSuspended, 0)
        case .suspend: (refusal, turn) = (.destinationSuspended, 2)
        }
        id = row.id
        prefix = row.prefix
        validity = row.validity
    }
}

extension PolicyLevel.Rule {
    init(_ row: DestinationRuleRow) {
        id = row.id
        isAllowed = row.effect == .allow
    }
}
