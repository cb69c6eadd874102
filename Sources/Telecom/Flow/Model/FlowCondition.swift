/// A comparison of something that is known of a call with values.
package struct FlowComparison: Sendable, Hashable {
    /// Where the name is looked up first; facts have no other place.
    package enum Subject: String, Sendable, Hashable {
        case variable, tag
    }

    /// The raw value is that of conditions in the database.
    package enum Test: String, Sendable, Hashable, CaseIterable {
        case equalTo = "equal_to"
        case notEqualTo = "not_equal_to"
        case anyOf = "any_of"
        case noneOf = "none_of"
        case contains
        case startsWith = "starts_with"
        case endsWith = "ends_with"
        case lessThan = "less_than"
        case atMost = "at_most"
        case greaterThan = "greater_than"
        case atLeast = "at_least"
        case isBlank = "is_blank"
        case isNotBlank = "is_not_blank"
        /// A pattern as in dial plans, which takes no more steps than it has symbols.
        case matches
    }

    package let subject: Subject
    package let name: String
    package let test: Test
    package let values: [String]
    private let pattern: DigitPattern?

    /// - Returns: nil when the values are not what the test compares with.
    package init?(_ subject: Subject, _ name: String, _ test: Test, _ values: [String]) {
        switch test {
        case .isBlank, .isNotBlank: guard values.isEmpty else { return nil }
        case .anyOf, .noneOf: guard !values.isEmpty else { return nil }
        case .lessThan, .atMost, .greaterThan, .atLeast:
            guard values.count == 1, Self.number(values[0]) != nil else { return nil }
        case .equalTo, .notEqualTo, .contains, .startsWith, .endsWith, .matches:
            guard values.count == 1 else { return nil }
        }
        if test == .matches {
            guard let pattern = try? DigitPattern(values[0]) else { return nil }
            self.pattern = pattern
        } else {
            pattern = nil
        }
        self.subject = subject
        self.name = name
        self.test = test
        self.values = values
    }

    private init(never text: String) {
        (subject, name, test, values, pattern) = (.tag, text, .anyOf, [], nil)
    }

    /// In place of one that cannot be read: it never holds.
    package static func unreadable(_ text: String) -> FlowComparison { FlowComparison(never: text) }

    /// How many values are looked at, at most.
    var size: Int { max(1, values.count) }

    /// A value that is not known is blank, and neither less nor more than anything.
    func holds(in names: FlowNames) -> Bool {
        let value = names.value(self) ?? ""
        let other = values.first ?? ""
        switch test {
        case .equalTo, .anyOf: return values.contains(value)
        case .notEqualTo, .noneOf: return !values.contains(value)
        case .contains: return other.isEmpty || value.firstRange(of: other) != nil
        case .startsWith: return value.hasPrefix(other)
        case .endsWith: return value.hasSuffix(other)
        case .isBlank: return value.isEmpty
        case .isNotBlank: return !value.isEmpty
        case .matches: return DialString(value).flatMap { pattern?.matches($0) } ?? false
        case .lessThan, .atMost, .greaterThan, .atLeast:
            guard let left = Self.number(value), let right = Self.number(other) else { return false }
            switch test {
            case .lessThan: return left < right
            case .atMost: return left <= right
            case .greaterThan: return left > right
            default: return left >= right
            }
        }
    }

    /// A decimal number: what `Double` reads besides, such as `inf`, is none.
    private static func number(_ text: String) -> Double? {
        guard !text.isEmpty, text.utf8.count <= 32,
            text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 || $0 == 0x2b || $0 == 0x2d || $0 == 0x2e })
        else { return nil }
        return Double(text)
    }
}

extension FlowComparison: CustomStringConvertible {
    /// `caller_state any_of TX, OK`.
    package var description: String {
        ([name, test.rawValue] + (values.isEmpty ? [] : [values.joined(separator: ", ")])).joined(separator: " ")
    }
}

/// When an edge is taken, or a rule holds.
package struct FlowCondition: Sendable, Hashable {
    /// How many of the comparisons have to hold. None at all is always true of `all`, and never of `any`.
    package enum Match: String, Sendable, Hashable, CaseIterable {
        case all, any
    }

    package let match: Match
    package let comparisons: [FlowComparison]

    package init(_ match: Match, _ comparisons: [FlowComparison]) {
        self.match = match
        self.comparisons = comparisons
    }

    /// How many values are looked at, at most.
    var size: Int { comparisons.reduce(0) { $0 + $1.size } }

    func holds(in names: FlowNames) -> Bool {
        switch match {
        case .all: comparisons.allSatisfy { $0.holds(in: names) }
        case .any: comparisons.contains { $0.holds(in: names) }
        }
    }
}

extension FlowCondition: CustomStringConvertible {
    package var description: String {
        if comparisons.isEmpty { return match == .all ? "always" : "never" }
        return comparisons.map(\.description).joined(separator: match == .all ? " and " : " or ")
    }
}
