import Testing

import struct FoundationEssentials.UUID

@testable import Telecom

@Suite struct RouteRulesTests {
    /// A rule of the tests: `A never 1212 mine`.
    private static func rule(_ text: String, _ number: Int) throws -> RouteRuleRow {
        let words = text.split(separator: " ").map(String.init)
        let kind = try #require(RouteRuleRow.Kind(rawValue: words[1]))
        return RouteRuleRow(
            id: uuid(600 + number), tenantID: World.tenant,
            accountID: words.contains("mine") ? World.account : words.contains("theirs") ? uuid(99) : nil,
            prefix: words.dropFirst(2).first.flatMap { DigitPrefix($0) },
            carrierTrunkID: RoutingProfileTests.id(words[0]), kind: kind,
            validity: words.contains("over") ? Validity(untilMicroseconds: World.now) : .always,
            hours: words.contains("closed") ? WeeklyHours(weekdays: [1]) : nil)
    }

    struct Row: CustomTestStringConvertible {
        let rules: [String]
        let chosen: String
        var testDescription: String { rules.joined(separator: ", ") }
    }

    /// By cost: B, C, D, A. The clock is that of a Thursday.
    @Test(arguments: [
        Row(rules: [], chosen: "BCDA"),
        Row(rules: ["B never"], chosen: "CDA"),
        Row(rules: ["B never 1310"], chosen: "CDA"),
        Row(rules: ["B never 1212"], chosen: "BCDA"),
        Row(rules: ["B never theirs"], chosen: "BCDA"),
        Row(rules: ["B never over"], chosen: "BCDA"),
        Row(rules: ["B never closed"], chosen: "BCDA"),
        // Rules of never add up, whatever is more special.
        Row(rules: ["B never", "C never 1310 mine", "B force_first 1310 mine"], chosen: "DA"),
        Row(rules: ["D only"], chosen: "D"),
        Row(rules: ["D only", "A only"], chosen: "DA"),
        Row(rules: ["D only", "A only 1310"], chosen: "A"),
        Row(rules: ["D only mine", "A only 1310555"], chosen: "D"),
        Row(rules: ["D only mine closed", "A only 1310555"], chosen: "A"),
        Row(rules: ["A force_first"], chosen: "ABCD"),
        Row(rules: ["A force_first", "D force_first"], chosen: "DABC"),
        Row(rules: ["A force_first", "D force_first 1"], chosen: "DBCA"),
        Row(rules: ["A force_first mine", "D force_first 1310"], chosen: "ABCD"),
        Row(rules: ["A force_first", "A only", "B only"], chosen: "AB"),
    ])
    func `rules name carrier trunks for some calls`(_ row: Row) throws {
        var world = try RoutingProfileTests.world()
        world.input.profiles = []
        world.input.routeRules = try row.rules.enumerated().map { try Self.rule($1, $0) }
        #expect(world.decide("+13105550100").chosen == row.chosen)
    }

    @Test func `who is left out is told why, and a rule does not make a route of what is none`() throws {
        var world = try RoutingProfileTests.world()
        world.input.routeRules = [try Self.rule("A only", 0), try Self.rule("B only", 1), try Self.rule("B never", 2)]
        world.input.carrierTrunks[0].status = .suspended
        let decision = world.decide("+13105550100")
        #expect(decision.refusal == .noRoute)
        #expect(decision.outcome(of: "A") == .trunkSuspended)
        #expect(decision.outcome(of: "B") == .excludedByRule)
        #expect(decision.outcome(of: "C") == .notExclusive)
    }

    @Test func `a rule for a trunk that is not there is reported`() throws {
        var world = try RoutingProfileTests.world()
        world.input.routeRules = [
            RouteRuleRow(id: uuid(1), tenantID: World.tenant, carrierTrunkID: uuid(999), kind: .never)
        ]
        #expect(RoutingSnapshot(world.input).problems == [SnapshotProblem(kind: .ruleWithoutTrunk, id: uuid(999))])
    }
}
