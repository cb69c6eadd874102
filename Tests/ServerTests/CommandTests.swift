import Foundation
import Glibc
import Postgres
import Processes
import Telecom
import TestSupport
import Testing

/// As `call demo --json` tells it.
private struct ToldStory: Decodable {
    struct Candidate: Decodable {
        let name: String
        let outcome: String
        let turn: Int?
        let answer: String?
    }

    let routing_id: UUID
    let jurisdiction: String
    let candidates: [Candidate]
    let carrier: String
    let pdd_ms: Int
    let ring_ms: Int
    let talk_ms: Int
    let sell: String
    let buy: String
    let margin: String
    let balance_before: String
    let balance_after: String
}

extension EndToEndTests {
    /// What the commands tell of a heddle that serves.
    @Suite(.serialized, .heddle("commands")) struct CommandTests {
        private let heddle: TestHeddle

        init() throws { heddle = try TestHeddle.suite }

        private func amounts(_ texts: String...) throws -> [Money] { try texts.map { try #require(Money($0)) } }

        @Test func `the demonstration call is told in full, and so are its record and its price`() async throws {
            let call = try await heddle.command(["call", "demo", "--json"])
            #expect(call.code == 0, "\(call.output)")
            let story = try JSONDecoder().decode(ToldStory.self, from: Data(call.output.utf8))
            #expect(story.jurisdiction == "interstate" && story.carrier == "Great Basin / Great Basin RNO")
            let chosen = story.candidates.filter { $0.outcome == "chosen" }
            #expect(chosen.map(\.turn) == [1, 2, 3] && chosen.map(\.answer) == ["200", nil, nil])
            #expect(chosen.first?.name == story.carrier)
            #expect(story.candidates.allSatisfy { ($0.turn == nil) == ($0.outcome != "chosen") })
            #expect(story.pdd_ms < 5_000 && (700...10_000).contains(story.ring_ms))
            #expect((3_000...10_000).contains(story.talk_ms))
            let money = try amounts(story.sell, story.buy, story.margin, story.balance_before, story.balance_after)
            #expect(money[0] == Money("0.0012") && money[0] - money[1] == money[2] && money[3] - money[4] == money[0])

            let line = try await heddle.command(["cdr", "tail", "-n", "1"])
            #expect(line.code == 0 && line.output.contains("outbound  +12125550100 → +14155550142  answered  200"))
            let object = try await heddle.command(["cdr", "tail", "-n", "1", "--json"])
            let record = try #require(
                try JSONSerialization.jsonObject(with: Data(object.output.utf8)) as? [String: Any], "\(object.output)")
            #expect(record["sell"] as? String == story.sell && record["talk_ms"] as? Int == story.talk_ms)
        }

        @Test func `a route is explained as a table`() async throws {
            let routed = try await heddle.command(
                ["route", "explain", "--from", "+12125550100", "--to", "+442079460958", "--trunk", "Harbor Dental PBX"])
            #expect(routed.code == 0 && routed.output.contains("\noutcome       routed\n"), "\(routed.output)")
            #expect(routed.output.contains("CANDIDATE") && routed.output.contains("\n1  "))
            #expect(routed.output.contains("takes no calls of customers"))

            let refused = try await heddle.command(
                ["route", "explain", "--from", "+12125550100", "--to", "+19005550100", "--trunk", "Harbor Dental PBX"])
            #expect(refused.code == 0 && refused.output.contains("outcome       refused with 403: "))
        }

        @Test func `a route is explained as JSON`() async throws {
            let common = ["route", "explain", "--json", "--trunk", Seed.id(500).uuidString, "--from", "+12125550100"]
            func explained(_ number: String) async throws -> [String: Any] {
                let result = try await heddle.command(common + ["--to", number])
                #expect(result.code == 0)
                let json = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
                return try #require(json as? [String: Any], "\(result.output)")
            }
            let routed = try await explained("+14155550142")
            #expect(routed["outcome"] as? String == "routed" && routed["jurisdiction"] as? String == "interstate")
            let candidates = try #require(routed["candidates"] as? [[String: Any]])
            #expect(candidates.first?["name"] as? String == "Great Basin / Great Basin RNO")
            #expect(candidates.first?["rate"] as? String == "0.0046")
            let refused = try await explained("+19005550100")
            #expect(refused["code"] as? Int == 403 && (refused["outcome"] as? String)?.hasPrefix("refused") == true)
        }

        private func explained(_ options: [String]) async throws -> [String: String] {
            let trunk = ["route", "explain", "--json", "--trunk", Seed.id(500).uuidString, "--from", "+12125550100"]
            let result = try await heddle.command(trunk + options)
            #expect(result.code == 0, "\(result.output)")
            let json = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
            let candidates = json?["candidates"] as? [[String: Any]]
            var told = ["first": candidates?.first?["outcome"] as? String ?? ""]
            for (key, value) in json ?? [:] { told[key] = (value as? String) ?? (value as? Bool).map { "\($0)" } }
            return told
        }

        @Test func `a route is explained by routing numbers and codecs that are given`() async throws {
            let called = ["--to", "+14155550142"]
            let plain = try await explained(called)
            #expect(plain["lrn"] == nil && plain["ported"] == nil && plain["jurisdiction"] == "interstate")
            // Ported into the caller's state, and then both into a third one.
            let home = try await explained(called + ["--lrn", "2125550000"])
            #expect(home["lrn"] == "+12125550000" && home["ported"] == "true" && home["jurisdiction"] == "intrastate")
            let away = try await explained(called + ["--lrn", "+12125550000", "--caller-lrn", "3125550000"])
            #expect(away["from_lrn"] == "+13125550000" && away["jurisdiction"] == "interstate")
            let same = try await explained(called + ["--lrn", "none"])
            #expect(same["ported"] == "false" && same["lrn"] == nil && same["jurisdiction"] == "interstate")
            #expect(try await explained(called + ["--codecs", "g729"])["first"] == "chosen")
            let text = try await heddle.command(
                [
                    "route", "explain", "--trunk", "Harbor Dental PBX", "--from", "+12125550100", "--lrn",
                    "2125550000",
                ] + called)
            #expect(text.output.contains("called is     ported to +12125550000\n"), "\(text.output)")
        }

        @Test func `a route is explained by what the tenant's service says`() async throws {
            let called = ["--to", "+14155550142", "--dip"]
            let without = try await heddle.command(
                ["route", "explain", "--trunk", "Harbor Dental PBX", "--from", "+12125550100"] + called)
            #expect(without.code == 1 && without.output.contains("has no service"), "\(without.output)")
            try await heddle.change([
                """
                insert into vendor_mgmt.service_providers (tenant_id, id, kind, name, plugin, config)
                values (\(Seed.id(1)), \(Seed.id(900)), 'lrn', 'own', 'table', '{"asks_for_caller": false}')
                """,
                """
                insert into routing.ported_numbers (tenant_id, number, lrn)
                values (\(Seed.id(1)), '+14155550142', '+12125550000')
                """,
            ])
            let first = try await explained(called)
            let again = try await explained(called)
            let abroad = try await heddle.command([
                "route", "explain", "--trunk", "Harbor Dental PBX", "--from", "+12125550100", "--to", "+442079460958",
                "--dip",
            ])
            try await heddle.change([
                "delete from routing.lrn_dips", "delete from routing.ported_numbers",
                "delete from vendor_mgmt.service_providers where id = \(Seed.id(900))",
            ])
            #expect(first["lrn"] == "+12125550000" && first["lrn_source"] == "dip")
            #expect(again["lrn"] == "+12125550000" && again["lrn_source"] == "cache")
            #expect(abroad.code == 0 && abroad.output.contains("no call like this is worth a question"))
        }

        @Test func `balances are told as JSON`() async throws {
            let result = try await heddle.command(["balance", "--json"])
            let list = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[String: Any]]
            let harbor = try #require(list?.first { $0["name"] as? String == "Harbor Dental Group" })
            let available = try #require((harbor["available"] as? String).flatMap { Money($0) })
            let inDatabase = try await heddle.available()
            #expect(result.code == 0 && available == inDatabase)
            #expect(harbor["held"] as? String == "0.00" && harbor["currency"] as? String == "USD")
        }

        @Test func `status tells of the edge and of what waits`() async throws {
            // The edge keeps a call for some seconds after its end.
            try await until("no call is in progress", within: .seconds(40)) {
                try await heddle.command(["status"]).output.contains("runs, 0 calls in progress")
            }
            let text = try await heddle.command(["status"])
            #expect(text.code == 0 && text.output.contains("SIP edge       commands runs, 0 calls in progress"))
            #expect(text.output.contains("ledger         equals the balances"))
            let json = try await heddle.command(["status", "--json"])
            let state = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
            #expect(state?["edge"] as? String == "commands" && state?["calls_in_progress"] as? Int == 0)
            #expect(state?["pending_migrations"] as? Int == 0)
        }

        @Test func `the seed can be sown again, with its parties where they are`() async throws {
            let addresses = heddle.plan.parties.flatMap { ["--address", "\($0.key)=\($0.value)"] }
            let result = try await heddle.command(["seed", "demo"] + addresses)
            #expect(result.code == 0 && result.output == "the demonstration operator is there\n")
            let next = try await heddle.with([.answers("carrier_b")]) { try await heddle.call(Dialling()) }
            #expect(try await heddle.settled(next).map(\.code) == [200])
        }

        @Test func `a demonstration that fails is told, and serving goes on`() async throws {
            await heddle.stopServers()
            // Somebody else is where the caller wants to be.
            let squatter = UDPClient(
                from: heddle.plan.host("customer"), port: heddle.plan.port("customer"), to: "127.0.0.1", 9)
            let addresses = heddle.plan.parties.flatMap { ["--address", "\($0.key)=\($0.value)"] }
            let server = try await heddle.serve(until: "heddle is running", arguments: ["--demo"] + addresses)
            let log = TestHeddle.text(try #require(heddle.serving.first).log)
            #expect(log.contains("the demonstration failed: the call failed; see "))
            #expect(squatter.localPort == heddle.plan.port("customer"))
            let status = try await heddle.command(["status"])
            #expect(server.isRunning && status.output.contains("SIP edge       commands runs"))
        }

        @Test func `Ctrl-C ends everything that serve started`() async throws {
            let server = try #require(heddle.serving.first?.process)
            let (postgres, kamailio) = (try #require(heddle.postmaster), try #require(heddle.kamailio))
            let family = Descendants.of(server.pid).union(Descendants.of(kamailio))
            #expect(family.contains(postgres) && family.count > 10)
            server.signal(SIGINT)
            #expect(await server.waitForExit(atMost: .seconds(60)) && server.exitCode == 0)
            try await until("all of its processes have ended") { Descendants.running(family).isEmpty }
            #expect(StaleRuns.programs(in: heddle.directory).isEmpty)
            try await heddle.serve()
        }
    }
}
