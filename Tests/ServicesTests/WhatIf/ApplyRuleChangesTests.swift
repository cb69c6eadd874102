import Foundation
import Postgres
import Telecom
import TestSupport
import Testing

@testable import Services

/// What other rules would have made of calls that were made, in amounts that were added up by hand.
@Suite(.database) struct ApplyRuleChangesTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func effects(_ text: String, _ tenant: UUID) async throws -> (RehearsedRouting, RehearsedRouting, [String])
    {
        let scratch = try ScratchFile(text)
        defer { scratch.remove() }
        let apply = try ApplyRuleChanges(scratch.path, tenant: tenant)
        var effects: [RuleEffect] = []
        let (before, after) = try await RehearseRouting(db.owner)(of: tenant) { session in
            effects = try await apply(session)
        }
        return (before, after, effects.map { "\($0.action) \($0.table) \($0.rows)" })
    }

    private func sums(_ market: WhatIfMarket, _ text: String) async throws -> ReplaySums {
        let (before, after, _) = try await effects(text, market.tenant)
        return try await ReplayCalls(db.engine, tenant: market.tenant)(
            .init(market.now.addingTimeInterval(-86_400)..<market.now, currency: "USD"), by: before, and: after)
    }

    private func problems(_ text: String, _ tenant: UUID) async throws -> [RuleProblem] {
        let found = await #expect(throws: RuleProblems.self) { try await effects(text, tenant) }
        return found?.problems ?? []
    }

    /// Changes of the market, what the calls cost and bring then, and how many change carrier or are refused.
    static let changes: [(name: String, text: String, amounts: String, moved: Int, lost: Int)] = [
        (
            "a rule that keeps 44 from A: 0.04 and 0.02 at B",
            #"[{"add": "route_rules", "set": {"kind": "never", "prefix": "44", "carrier_trunk_id": "A"}}]"#,
            "0.1 0.27", 3, 0
        ),
        (
            "a carrier trunk that is suspended: 49 and 33 have no route",
            #"[{"change": "carrier_trunks", "row": "A", "set": {"status": "suspended"}}]"#, "0.06 0.15", 3, 2
        ),
        (
            "a margin floor of 60 %: three minutes to 33 bring 0.06 of 0.12",
            #"[{"change": "rate_plans", "row": "Retail", "set": {"margin_floor_bp": 6000}}]"#, "0.0432 0.25", 0, 1
        ),
        (
            "a profile that asks for a tag, and B that gets it",
            """
            [{"add": "profiles", "set": {"name": "gold", "is_default": true, "required_tags": ["gold"]}},
             {"change": "carrier_trunks", "row": "B", "set": {"tags": ["gold"]}}]
            """, "0.06 0.15", 3, 2
        ),
        (
            "a profile that two rows name one after the other, by priority",
            """
            [{"add": "profiles", "set": {"name": "first", "strategy": "priority"}},
             {"add": "account_profiles", "set": {"account_id": "Harbor", "profile_id": "first"}},
             {"change": "carrier_trunks", "row": "B", "set": {"priority": 1}}]
            """, "0.1 0.27", 3, 0
        ),
        (
            "a limit of price: 0.045 refuses 44 and 49 alone",
            #"[{"add": "call_limits", "set": {"account_id": "Harbor", "max_rate": 0.045}}]"#, "0.02 0.02", 0, 4
        ),
        (
            "a rule that is taken away: 49 is closed",
            #"[{"remove": "destination_rules", "row": {"prefix": "49"}}]"#, "0.0432 0.17", 0, 1
        ),
    ]

    @Test(arguments: changes) func `rows that would be otherwise`(
        name: String, text: String, amounts: String, moved: Int, lost: Int
    ) async throws {
        let sums = try await sums(try await WhatIfMarket(db), text)
        #expect("\(sums.total.before.cost) \(sums.total.before.sell)" == "0.0632 0.27")
        #expect("\(sums.total.after.cost) \(sums.total.after.sell)" == amounts)
        #expect("\(sums.total.rerouted) \(sums.total.lost)" == "\(moved) \(lost)")
    }

    /// It is written for the names of the market.
    @Test func `the example of the documentation is a file of changes`() async throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        let page = folder.appending(path: "../../../docs/reference/cli.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        let block = try #require(text.split(separator: "```json").dropFirst().first?.split(separator: "```").first)
        let sums = try await sums(try await WhatIfMarket(db), String(block))
        #expect("\(sums.total.after.cost) \(sums.total.after.sell)" == "0.06 0.15")
        #expect(sums.refusals.mapValues(\.after) == ["destination_not_allowed": 1, "no_route": 1])
    }

    @Test func `hours are those of the calls themselves`() async throws {
        let market = try await WhatIfMarket(db)
        func clock(_ seconds: Double) -> String {
            String(market.now.addingTimeInterval(seconds).formatted(.iso8601).dropFirst(11).prefix(5))
        }
        // A quarter of an hour around the call of two hours ago.
        let sums = try await sums(
            market,
            """
            [{"add": "route_rules", "set": {"kind": "never", "carrier_trunk_id": "A", "opens_at": "\(clock(-8_100))",
                                            "closes_at": "\(clock(-6_300))"}}]
            """)
        #expect("\(sums.total.rerouted) \(sums.total.lost)" == "1 0")
        #expect("\(sums.total.after.cost)" == "0.0732")
    }

    @Test func `nothing is stored, and no line is in the trail`() async throws {
        let market = try await WhatIfMarket(db)
        func state() async throws -> [Int] {
            [
                try await db.owner.run("select count(*) from routing.route_rules where tenant_id = \(market.tenant)")
                    .value(Int.self) ?? -1,
                try await db.owner.run("select count(*) from audit.audit_log where tenant_id = \(market.tenant)")
                    .value(Int.self) ?? -1,
            ]
        }
        let before = try await state()
        let (_, _, effects) = try await effects(Self.changes[0].text, market.tenant)
        #expect(effects == ["add routing.route_rules 1"])
        #expect(try await state() == before)
    }

    static let wrong: [(text: String, field: String, value: String, expected: String)] = [
        (#"{"add": "rate_deck", "set": {"rate": 1}}"#, "add", "rate_deck", "one of accounts.accounts, "),
        (#"{"change": "profiles", "row": "x", "set": {"name": "y"}}"#, "row", "x", "a row of routing.profiles, of"),
        (
            #"{"change": "carrier_trunks", "row": "Z", "set": {"priority": 5}}"#, "row", "Z",
            "a name or id that there is, like A, B"
        ),
        (#"{"change": "carrier_trunks", "row": "A", "set": {"price": 5}}"#, "price", "5", "one of accepts_anonymous, "),
        (
            #"{"change": "carrier_trunks", "row": "A", "set": {"priority": "soon"}}"#, "priority", "soon",
            "-2 billion to"
        ),
        (
            #"{"add": "route_rules", "set": {"kind": "olny", "carrier_trunk_id": "A"}}"#, "kind", "olny",
            "force_first: before all other routes"
        ),
        (#"{"add": "route_rules", "set": {"kind": "only"}}"#, "carrier_trunk_id", "null", "a value: "),
        (
            #"{"add": "route_rules", "set": {"kind": "only", "carrier_trunk_id": "A", "opens_at": "08:00"}}"#, "", "",
            "route rule has both times or none"
        ),
        (
            #"{"change": "route_rules", "row": {"prefix": "44"}, "set": {"kind": "only"}}"#, "row",
            #"{"prefix":"44"}"#, "columns of a row"
        ),
        (
            #"{"change": "account_profiles", "row": "x", "set": {"profile_id": null}}"#, "row", "x",
            "columns by which to find it"
        ),
        (#"{"remove": "carriers", "row": "C"}"#, "", "", "carrier trunk belongs to carrier"),
        (#"{"add": "partitions", "set": {"id": "5", "name": "x"}}"#, "id", "5", "UUID"),
    ]

    @Test(arguments: wrong) func `a change that cannot be is told with what is expected`(
        text: String, field: String, value: String, expected: String
    ) async throws {
        let market = try await WhatIfMarket(db)
        let problems = try await problems("[\(text)]", market.tenant)
        let problem = try #require(problems.first)
        #expect("\(problem.change) \(problem.field) \(problem.value)" == "1 \(field) \(value)")
        #expect(problem.expected.hasPrefix(expected), "\(problem.expected)")
    }

    @Test func `all that is wrong is told at once`() async throws {
        let market = try await WhatIfMarket(db)
        let good = Self.changes[0].text.dropFirst().dropLast()
        let found = try await problems("[\(Self.wrong[0].text), \(good), \(Self.wrong[4].text)]", market.tenant)
        #expect(found.map(\.change) == [1, 3])
    }

    @Test func `another operator's rows are not there`() async throws {
        let (mine, other) = (try await WhatIfMarket(db), try await WhatIfMarket(db))
        let text = "[{\"change\": \"carriers\", \"row\": \"\(other.tenant)\", \"set\": {\"status\": \"suspended\"}}]"
        #expect(try await problems(text, mine.tenant).map(\.field) == ["row"])
    }

    @Test func `who is at a row is not waited for`() async throws {
        let market = try await WhatIfMarket(db)
        try await db.owner.transaction { session in
            try await session.run("update routing.carrier_trunks set priority = 7 where tenant_id = \(market.tenant)")
            let failure = await #expect(throws: ImportFailure.self) {
                try await effects(Self.changes[1].text, market.tenant)
            }
            #expect(failure?.description.contains("somebody else is changing these rows") == true)
        }
    }
}
