import Foundation
import Glibc
import Postgres
import Processes
import TestSupport
import Testing

extension EndToEndTests {
    /// Call records are imported and rated while what does it is killed: the worker, PostgreSQL, one of its sessions,
    /// or all of them.
    @Suite(.serialized, .heddle("rating-crash")) struct RatingCrashSoakTests {
        private let heddle: TestHeddle
        private let rounds = Soak.count(short: 4, long: 100)
        private let callsOfRound = Soak.count(short: 1_500, long: 5_000)

        init() throws { heddle = try TestHeddle.suite }

        private enum Victim: CaseIterable {
            case worker, session, database, all
        }

        @Test(arguments: Soak.seeds(short: 1, long: 1))
        func `each call is rated and posted once, and every sum agrees`(seed: UInt64) async throws {
            var random = SeededGenerator(seed: seed)
            for round in 1...rounds {
                // Each in turn, so that the short form has all of them.
                let victim = Victim.allCases[round % Victim.allCases.count]
                let file = try write(round, &random)
                let pause = Duration.milliseconds(Int.random(in: 200...2_000, using: &random))
                try await interrupt(victim, after: pause, importing: file)
                try await finish(file)
            }
            try await until("all is rated", within: .seconds(120)) {
                try await heddle.database.run(
                    "select not exists (select from cdr.raw_cdr where processed_at is null)"
                ).value(Bool.self) == true
            }
            try await heddle.settled("crash-", calls: rounds * callsOfRound)
            try await sumsAgree()
        }

        /// Calls of the last hours, answered and not, by two carriers to three destinations.
        private func write(_ round: Int, _ random: inout SeededGenerator) throws -> String {
            var text = "id,call_id,start,answer,end,caller,callee,account,carrier,code\n"
            let now = Int(Date().timeIntervalSince1970)
            for number in 1...callsOfRound {
                let start = now - Int.random(in: 600...20_000, using: &random)
                let isAnswered = Int.random(in: 0..<3, using: &random) > 0
                let talk = Int.random(in: 0...300, using: &random)
                let callee = ["+14155550142", "+12125550187", "+442079460958"].randomElement(using: &random) ?? ""
                let carrier = ["Palisade NYC", "Meridian MIA"].randomElement(using: &random) ?? ""
                text += """
                    r\(round)-\(number),crash-\(round)-\(number),\(start),\(isAnswered ? "\(start + 4)" : ""),\
                    \(start + 4 + (isAnswered ? talk : 0)),+12125550100,\(callee),TW-1001,\(carrier),\
                    \(isAnswered ? 200 : 486)

                    """
            }
            let path = "\(heddle.directory)/calls-\(round).csv"
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            return path
        }

        private func interrupt(_ victim: Victim, after pause: Duration, importing file: String) async throws {
            let importing = try await heddle.start(
                TestHeddle.program, ["cdr", "import", file], heddle.settings, log: "import.log")
            try await Task.sleep(for: pause)
            let database = try #require(heddle.postmaster)
            switch victim {
            case .session:
                if let session = Descendants.of(database).subtracting([database]).max() { kill(session, SIGKILL) }
            case .database:
                try ProcessTree(database).signal(SIGKILL)
            case .worker, .all:
                // A command that is left would start a database of its own.
                importing.signal(SIGKILL)
                if victim == .all { try ProcessTree(database).signal(SIGKILL) }
                await heddle.killServers()
                try await heddle.serve(until: "adopted the running SIP edge")
            }
            guard await importing.waitForExit(atMost: .seconds(60)) else { throw HarnessError("the import hangs") }
        }

        /// Imports what is left of a file. The database may just be coming back.
        private func finish(_ file: String) async throws {
            let deadline = ContinuousClock.now + .seconds(60)
            while true {
                let result = try await heddle.command(["cdr", "import", file])
                if result.code == 0 { return }
                guard ContinuousClock.now < deadline else {
                    throw HarnessError("\(file) is not imported: \(result.output)")
                }
                try await Task.sleep(for: .milliseconds(300))
            }
        }

        /// The sums by hour and by day say what the calls say, to the last digit.
        private func sumsAgree() async throws {
            // It brings them up to date.
            let report = try await heddle.command(["report", "margin", "--by", "day", "--json"])
            #expect(report.code == 0, "\(report.output)")
            for table in ["cdr.hourly_summary", "cdr.daily_summary"] {
                let differences = try await heddle.database.run(
                    """
                    select (abs(sum(d.calls)) + abs(sum(d.talk_ms)) + abs(sum(d.sell)) + abs(sum(d.buy)))::text
                      from (select count(*) as calls, sum(talk_ms) as talk_ms, sum(sell_amount) as sell,
                                   sum(buy_amount) as buy
                              from cdr.enriched_cdr
                            union all
                            select -sum(calls), -sum(talk_ms), -sum(sell_amount), -sum(buy_amount)
                              from \(unescaped: table)) d
                    """
                ).value(String.self)
                #expect(differences.flatMap { Double($0) } == 0, "\(table)")
            }
        }
    }
}
