import Foundation
import Glibc
import Postgres
import Processes
import Schema
import Services
import TestSupport
import Testing

extension EndToEndTests {
    /// What a routing engineer reads before he commits: the whole text, with amounts that were added up by hand
    /// (`WhatIfMarket`).
    @Suite(.database, .serialized) struct WhatIfCommandTests {
        private let database: TestDatabase

        init() throws { database = try TestDatabase.suite }

        private func scratch(_ text: String? = nil) throws -> String {
            let path = "\(StaleRuns.directory("what-if"))-\(UUID().uuidString.prefix(8))"
            if let text { try Data(text.utf8).write(to: URL(filePath: path)) }
            return path
        }

        private func remove(_ paths: String...) {
            for path in paths {
                try? FileManager.default.removeItem(atPath: path)  // the next run's sweep would do it
            }
        }

        private func run(_ market: WhatIfMarket, _ arguments: String...) async throws -> CommandResult {
            let file = try scratch()
            defer { remove(file, "\(file).data") }
            let all = arguments + ["--tenant", market.slug]
            let process = try await Starter(reactor: database.cluster.reactor).start(
                Program(
                    path: TestHeddle.program, arguments: all,
                    environment: [
                        "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HEDDLE_DATA": "\(file).data",
                        "DATABASE_URL": database.cluster.address(database.name),
                    ],
                    output: .file(file), lifetime: .endsWithParent(signal: SIGKILL)))
            return try await CommandResult(of: process, all, output: file)
        }

        /// The lines between the comparison and the last one, which has no times.
        private func lines(_ text: String, from first: String) -> String {
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            return lines.drop { !$0.hasPrefix(first) }.joined(separator: "\n")
        }

        @Test func `an import shows margin and codes without a price, and lists them in a file`() async throws {
            let market = try await WhatIfMarket(database)
            let file = try scratch("Prefix,Rate,Increments\n44,0.03,60/60\n33,0.02,60/60\n")
            defer { remove(file, "\(file).unpriced.csv") }
            let told = try await run(market, "deck", "import", "--deck", "A", file)
            #expect(told.code == 0)
            #expect(
                lines(told.output, from: "last 7 days") == """
                    last 7 days: 5 outbound calls in USD; all were routed again (5 calls, 5 minutes)
                    routed again as from now on
                                  BEFORE   AFTER   CHANGE
                    routed calls       5       4       -1
                    revenue       0.2700  0.1700  -0.1000
                    cost          0.0632  0.0800  +0.0168
                    margin        0.2068  0.0900  -0.1168
                    3 would change carrier, 1 would be refused that have a route

                    FIRST CARRIER  CALLS BEFORE  AFTER
                    C / A                     5      1
                    C / B                     0      3

                    REFUSED FOR  CALLS BEFORE  AFTER
                    no route                0      1

                    no longer priced: 2 codes, used by 3 of these calls with 3 minutes
                    NO PRICE FOR  DESTINATION  WHY      CALLS  MINUTES  ITS OWN  MINUTES  NO ROUTE
                    49            Germany      gone         1        2        1        2         1
                    4420          UK, London   blocked      2        1        1        1         0
                    all are in \(file).unpriced.csv

                    no call is priced by it yet: heddle deck publish --deck "A" --version 2

                    """, "\(told.output)")
            #expect(
                try String(contentsOfFile: "\(file).unpriced.csv", encoding: .utf8) == """
                    code,destination,reason,calls,talk_s,own_calls,own_talk_s,calls_without_route
                    49,"Germany",gone,1,120,1,120,1
                    4420,"UK, London",blocked,2,61,1,61,0

                    """)
            try await checkDiff(market)
        }

        private func checkDiff(_ market: WhatIfMarket) async throws {
            let json = try await run(market, "deck", "diff", "--deck", "A", "--calls", "3", "--json")
            #expect(json.output.contains("\"calls_found\":5,"), "\(json.output)")
            #expect(json.output.contains("\"calls\":3,\"talk_s\":241,\"rerouted\":2,\"refused\":1,"), "\(json.output)")
            #expect(json.output.contains("\"unpriced_codes\":2,\"unpriced\":[{\"code\":\"49\","), "\(json.output)")
            let some = try await run(market, "deck", "diff", "--deck", "A", "--calls", "3")
            #expect(some.output.contains("last 7 days: 5 outbound calls in USD; the last 3, since "), "\(some.output)")
            let none = try await run(market, "deck", "diff", "--deck", "A", "--no-traffic")
            #expect(none.code == 0 && !none.output.contains("last 7 days"))
        }

        @Test func `without calls it says so in a line`() async throws {
            let market = try await WhatIfMarket(database, now: Date(timeIntervalSinceNow: -8 * 86_400))
            let told = try await run(market, "deck", "diff", "--plan", "Retail")
            #expect(
                told.output == """
                    Retail: version 1 to 1
                    no difference

                    no calls in the last 7 days to try it with (outbound, in USD)

                    """)
        }

        @Test func `a file of rules is tried and nothing is stored`() async throws {
            let market = try await WhatIfMarket(database)
            let changes = try scratch(
                """
                [{"add": "route_rules", "set": {"kind": "never", "prefix": "44", "carrier_trunk_id": "A"}},
                 {"change": "rate_plans", "row": "Retail", "set": {"margin_floor_bp": 6000}}]
                """)
            let plot = try scratch()
            defer { remove(changes, plot) }
            let told = try await run(market, "route", "what-if", "--changes", changes, "--plot", plot)
            #expect(told.code == 0)
            #expect(
                told.output == """
                    change 1: add in routing.route_rules, 1 row
                    change 2: change in billing.rate_plans, 1 row
                    5 calls, 5 minutes, in USD: 2 changes of rules instead of what holds
                                  BEFORE   AFTER   CHANGE
                    routed calls       5       4       -1
                    revenue       0.2700  0.2500  -0.0200
                    cost          0.0632  0.0800  +0.0168
                    margin        0.2068  0.1700  -0.0368
                    3 would change carrier, 1 would be refused that have a route

                    FIRST CARRIER  CALLS BEFORE  AFTER
                    C / A                     5      1
                    C / B                     0      3

                    SOLD AS  CALLS  MINUTES    COST   AFTER  MARGIN   AFTER  REROUTED  REFUSED
                    44           3        2  0.0232  0.0600  0.1268  0.0900         3        0
                    33           1        1  0.0200  0.0000  0.0000  0.0000         0        1
                    49           1        2  0.0200  0.0200  0.0800  0.0800         0        0

                    REFUSED FOR  CALLS BEFORE  AFTER
                    no route                0      1

                    the picture is in \(plot)

                    """, "\(told.output)")
            let picture = try String(contentsOfFile: plot, encoding: .utf8)
            #expect(picture.contains("2 changes of rules: by hour, in USD") && picture.contains("refused after"))
            let stored = try await database.owner.run(
                "select count(*) from routing.route_rules where tenant_id = \(market.tenant)"
            ).value(Int.self)
            #expect(stored == 0)
        }

        @Test func `a file of rules that is wrong is told line by line, and ends with 1`() async throws {
            let market = try await WhatIfMarket(database)
            let changes = try scratch(
                """
                [{"add": "route_rules", "set": {"kind": "olny", "carrier_trunk_id": "A"}},
                 {"remove": "rate_deck", "row": "x"}]
                """)
            defer { remove(changes) }
            let told = try await run(market, "route", "what-if", "--changes", changes)
            #expect(told.code == 1)
            #expect(told.output.contains("change 1 of routing.route_rules, kind: \"olny\", expected force_first: "))
            #expect(told.output.contains("change 2, remove: \"rate_deck\", expected one of accounts.accounts, "))
            #expect(told.output.hasSuffix("nothing was tried\n"), "\(told.output)")
            let json = try await run(market, "route", "what-if", "--changes", changes, "--json")
            #expect(json.code == 1 && json.output.hasPrefix("{\"problems\":[{\"change\":1,"), "\(json.output)")
        }
    }
}
