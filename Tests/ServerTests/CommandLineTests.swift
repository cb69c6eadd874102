import Foundation
import Glibc
import Postgres
import Processes
import Schema
import Services
import TestSupport
import Testing

extension EndToEndTests {
    /// The program as a script sees it: what it prints, and what it ends with.
    @Suite(.database, .serialized) struct CommandLineTests {
        private let database: TestDatabase
        private let line: TestCommandLine

        init() throws {
            database = try TestDatabase.suite
            line = TestCommandLine(database)
        }

        private func scratch() -> String { TestCommandLine.scratch() }

        private func start(
            _ arguments: [String], _ extra: [String: String] = [:], program: String? = nil, output: String
        ) async throws -> RunningProcess {
            try await line.start(arguments, extra, program: program, output: output)
        }

        private func run(
            _ arguments: [String], _ extra: [String: String] = [:], program: String? = nil
        ) async throws -> CommandResult {
            try await line.run(arguments, extra, program: program)
        }

        @Test func `status ends with 1 when the ledger differs from the balances`() async throws {
            try await SeedDemo(database.owner)()
            let right = try await run(["status"])
            #expect(right.code == 0 && right.output.contains("equals the balances"))

            func change(_ units: Int) async throws {
                try await database.owner.run(
                    """
                    update billing.account_balance set available = available + \(units)
                     where account_id = \(SeedDemo.customerAccount)
                    """)
            }
            try await change(1)
            let wrong = try await run(["status", "--json"])
            try await change(-1)
            #expect(wrong.code == 1 && wrong.output.contains("\"ledger_differences\":1"))
        }

        /// An owner can pass the guards of the trail, but not the chain.
        @Test func `an audit trail that was altered is found out`() async throws {
            try await SeedDemo(database.owner)()
            let seal = try await run(["audit", "seal"])
            #expect(seal.code == 0 && seal.output.contains("tidewater: sealed "), "\(seal.output)")
            let verify = ["audit", "verify", "--tenant", "tidewater"]
            let line = try #require(seal.output.split(separator: "\n").first { $0.hasPrefix("tidewater: ") })
            let mark = try #require(line.split(separator: " ").last.map(String.init))
            let clean = try await run(verify + ["--link", mark])
            #expect(clean.code == 0 && clean.output == "tidewater: the trail is as it was sealed\n", "\(clean.output)")
            let status = try await run(["status"])
            #expect(status.output.contains("every row is sealed") && status.output.contains("never refreshed"))

            let row = try #require(
                try await database.owner.run(
                    "select id, actor from audit.audit_log where tenant_id = \(SeedDemo.tenant) limit 1"
                ).first(UUID.self, String.self))
            func write(_ actor: String) async throws {
                try await database.owner.transaction { session in
                    try await session.run("set local session_replication_role = replica")
                    try await session.run("update audit.audit_log set actor = \(actor) where id = \(row.0)")
                }
            }
            try await write("eve")
            let altered = try await run(verify)
            let json = try await run(verify + ["--json"])
            let all = try await run(["audit", "verify"])
            try await write(row.1)
            #expect([altered, json, all].map(\.code) == [1, 1, 1])
            #expect(altered.output.contains("row was changed") && altered.output.contains(row.0.text))
            #expect(json.output.contains("{\"problem\":\"row was changed\",\"link\":"), "\(json.output)")
            #expect(all.output.contains("unattributed: the trail is as it was sealed"))
            #expect(try await run(verify).code == 0)
        }

        @Test func `each kind of failure has its code and its sentence`() async throws {
            try await SeedDemo(database.owner)()
            let away = try await run(["balance"], ["DATABASE_URL": "host=127.0.0.1 port=1 dbname=x"])
            #expect(away.code == 69 && away.output.hasPrefix("Error: cannot connect to the database"))

            let setting = try await run(["status"], ["HEDDLE_LOG": "loud"])
            #expect(setting.code == 78 && setting.output.hasPrefix("Error: HEDDLE_LOG is \"loud\", expected one of"))

            let option = try await run(["cdr", "tail", "-n", "0"])
            #expect(option.code == 64 && option.output.contains("--number is 0, expected 1 to 10000"))

            let trunk = try await run(["route", "explain", "--from", "1", "--to", "2", "--trunk", "Nobody"])
            #expect(
                trunk.code == 1 && trunk.output.contains("no trunk is called \"Nobody\"; there are: Cobalt wholesale"))

            let account = try await run(["balance", "Nobody"])
            #expect(account.code == 1 && account.output.contains("there is no account with the BAN or id \"Nobody\""))

            let edge = try await run(["call", "demo"], ["HEDDLE_EDGE_RPC_PORT": "1"])
            #expect(edge.code == 1 && edge.output.contains("run `heddle serve`"))
        }

        /// The edge fails while routers listen and everything else has begun: all of it ends, in words, each time.
        @Test func `a server whose edge cannot start ends and says why`() async throws {
            let port = try FreePorts.take()
            for _ in 0..<3 {
                let result = try await run(
                    ["serve"],
                    [
                        "HEDDLE_SIP_LISTEN": "udp:203.0.113.9:5060", "HEDDLE_ROUTERS": "127.0.0.1:\(port)",
                        "HEDDLE_EDGE_RPC_PORT": "\(try FreePorts.take())",
                    ])
                #expect(result.code == 1)
                #expect(result.output.contains("udp:203.0.113.9:5060 is not an address of this machine"))
                #expect(!result.output.contains("heddle is running"))
            }
        }

        @Test func `a file of blocks is loaded, and a bad one is not`() async throws {
            let file = scratch()
            defer {
                for path in [file, "\(file).errors.csv"] {
                    try? FileManager.default.removeItem(atPath: path)  // the next run's sweep would do it
                }
            }
            let none = try await run(["reference", "status"])
            #expect(none.code == 0 && none.output.hasPrefix("no blocks are loaded"), "\(none.output)")
            let take = ["reference", "import", "lerg", file, "--as-of", "2026-11-01"]
            try "npa,nxx,ocn\n212,555,9206\n".write(toFile: file, atomically: true, encoding: .utf8)
            let first = try await run(take)
            #expect(first.code == 0)
            #expect(first.output == "lerg: 1 new, 0 changed, 0 gone; 1 row as of 2026-11-01\n")
            let again = try await run(take + ["--json"])
            #expect(again.output.contains("\"rows\":1,\"new\":0,\"changed\":0,\"gone\":0"), "\(again.output)")

            try "npa,nxx,ocn\n212,55,9206\n".write(toFile: file, atomically: true, encoding: .utf8)
            let bad = try await run(take)
            #expect(bad.code == 1)
            #expect(
                bad.output == """
                    line 2, column 2 (nxx): "55", expected three digits, the first 2 to 9
                    1 bad line, nothing was changed; all are in \(file).errors.csv

                    """)
            let status = try await run(["reference", "status"])
            #expect(status.output.contains("lerg    2026-11-01     1      0"), "\(status.output)")
        }

        @Test func `a command that only looks makes no database`() async throws {
            let directory = scratch()
            let result = try await run(["balance"], ["DATABASE_URL": "", "HEDDLE_DATA": directory])
            #expect(result.code == 1 && result.output.contains("there is no database in \(directory)/postgres"))
            #expect(!FileManager.default.fileExists(atPath: directory))
        }

        @Test func `an empty database is told to be migrated`() async throws {
            let name = "test_empty_\(UUID().uuidString.prefix(8).lowercased())"
            try await database.cluster.createDatabase(name)
            let empty = ["DATABASE_URL": database.cluster.address(name)]
            let balance = try await run(["balance"], empty)
            let check = try await run(["migrate", "--check"], empty)
            let status = try await run(["status"], empty)
            try await database.owner.lease { try await $0.runScript("drop database \(identifier: name) with (force)") }
            #expect(balance.code == 1 && balance.output.contains("run `heddle migrate`"))
            #expect(check.code == 1 && check.output.contains("pending 0001_"))
            #expect(status.code == 1 && status.output.contains("migrations pending"))
        }

        @Test(arguments: [("select 1", 0), ("selec 1", 1)])
        func `psql's exit code is the program's`(statement: String, code: Int32) async throws {
            let result = try await run(["psql", "--", "-At", "-c", statement])
            #expect(result.code == code)
            if code == 0 { #expect(result.output == "1\n") }
        }

        /// A program in a process group of its own is stopped when it reads from the terminal, and waits for ever.
        @Test func `psql can be used at a terminal`() async throws {
            let typed = #"printf 'select 40 + 2 as answer;\n\\q\n'"#
            let result = try await run(
                ["-c", "\(typed) | script --quiet --return --command '\(try TestHeddle.program) psql' /dev/null"],
                ["PAGER": "cat", "TERM": "dumb"], program: "/bin/sh")
            #expect(result.code == 0 && result.output.contains("(1 row)"), "\(result.output)")
        }

        @Test func `a server whose history was altered does not serve, and says what was altered`() async throws {
            let last = try #require(try Schema.migrations().last)
            func alter(_ checksum: String) async throws {
                try await database.owner.run(
                    "update core.migrations set checksum = \(checksum) where number = \(last.number)")
            }
            try await alter("another")
            let serve = try await run(["serve", "--role", "worker"])
            let check = try await run(["migrate", "--check"])
            try await alter(last.checksum)
            for result in [serve, check] {
                #expect(result.code == 1 && result.output.contains(last.file), "\(result.output)")
                #expect(!result.output.contains("heddle is running"))
            }
        }

        @Test func `a database that is up to date has nothing to migrate`() async throws {
            let check = try await run(["migrate", "--check"])
            let list = try await run(["migrate", "--dry-run"])
            let migrate = try await run(["migrate"])
            #expect([check, list, migrate].map(\.code) == [0, 0, 0])
            #expect(
                [check, list, migrate].map(\.output) == [
                    "nothing is pending\n", "nothing is pending\n",
                    "nothing to apply\n",
                ])
        }

        @Test func `an empty database is migrated and seeded by one command`() async throws {
            let name = "test_seed_\(UUID().uuidString.prefix(8).lowercased())"
            try await database.cluster.createDatabase(name)
            let empty = ["DATABASE_URL": database.cluster.address(name)]
            let list = try await run(["migrate", "--dry-run"], empty)
            let seed = try await run(["seed", "demo"], empty)
            let balance = try await run(["balance", "Harbor Dental Group"], empty)
            try await database.owner.lease { try await $0.runScript("drop database \(identifier: name) with (force)") }
            let files = try Schema.migrations().map { "pending \($0.file)\n" }.joined()
            #expect(list.code == 0 && list.output == files)
            #expect(seed.code == 0 && seed.output.hasSuffix("the demonstration operator is there\n"))
            #expect(balance.code == 0 && balance.output.contains("25.00"))
        }

        @Test func `a misspelt setting is warned of, and the command goes on`() async throws {
            try await SeedDemo(database.owner)()
            let result = try await run(["balance"], ["HEDDLE_EDGEID": "x"])
            #expect(result.code == 0 && result.output.contains("did you mean HEDDLE_EDGE_ID?"))
            #expect(result.output.contains("Harbor Dental Group"))
        }

        /// The program asks itself, as a script does.
        @Test func `a profile is kept, and a server asked by it`() async throws {
            try await SeedDemo(database.owner)()
            let log = scratch()
            let home = "\(log).config"
            defer {
                for path in [log, "\(log).data", home] {
                    try? FileManager.default.removeItem(atPath: path)  // the next run's sweep would do it
                }
            }
            let address = "127.0.0.1:\(try FreePorts.take())"
            let server = try await start(["serve", "--role", "api"], ["HEDDLE_HTTP": address], output: log)
            try await until("the API is served", within: .seconds(60)) {
                TestHeddle.text(log).contains("heddle is running")
            }
            let make = [
                "api", "key", "create", "script", "--tenant", "tidewater", "--scope", "accounts:read", "--json",
            ]
            let made = try await run(make)
            let key = try #require(made.output.firstMatch(of: /"key":"(hk_[^"]+)"/), "\(made.output)").output.1
            let mine = ["XDG_CONFIG_HOME": home, "KEY": String(key), "PROGRAM": try TestHeddle.program]
            let none = try await run(["api", "get", "/v1/accounts/accounts"], mine)
            #expect(none.code == 78 && none.output.contains("it is not known which server to ask"), "\(none.output)")

            let add =
                #"printf '%s\n' "$KEY" | "$PROGRAM" api profile add here --url http://\#(address) --key-from-stdin"#
            let added = try await run(["-c", add], mine, program: "/bin/sh")
            #expect(added.output == "here: http://\(address), key \(key.prefix(15))\n")
            let list = try await run(["api", "get", "/v1/accounts/accounts", "--all"], mine)
            #expect(list.code == 0 && list.output.contains(#""name":"Harbor Dental Group""#), "\(list.output)")
            #expect(list.output.split(separator: "\n").allSatisfy { $0.hasPrefix("{") && $0.hasSuffix("}") })
            let refused = try await run(["api", "get", "/v1/billing/invoices"], mine)
            #expect(refused.code == 1 && refused.output.hasPrefix("Error: Not permitted: the key"), "\(refused.output)")

            #expect(unsafe chmod("\(home)/heddle/profiles.json", 0o644) == 0)
            let open = try await run(["api", "profile", "list"], mine)
            #expect(open.code == 78 && open.output.contains("run: chmod 600 \(home)/heddle/profiles.json"))
            #expect(unsafe chmod("\(home)/heddle/profiles.json", 0o600) == 0)
            await server.stop()
            let away = try await run(["api", "get", "/v1/accounts/accounts", "--retries", "0"], mine)
            #expect(
                away.code == 69 && away.output.hasPrefix("Error: http://\(address) does not answer"), "\(away.output)")
        }

        @Test func `a followed call is printed at once, though nobody reads in a terminal`() async throws {
            try await SeedDemo(database.owner)()
            let file = scratch()
            defer { try? FileManager.default.removeItem(atPath: file) }  // the next run's sweep would do it
            let process = try await start(["cdr", "tail", "--follow", "--json"], output: file)
            let call = UUID.v7()
            try await database.engine.run(
                """
                with raw as (
                    insert into cdr.raw_cdr (tenant_id, started_at, id, edge_id, sip_code, caller, callee, processed_at)
                    values (\(SeedDemo.tenant), now(), \(call), 'edge-1', 503, '1', '2', now()) returning *)
                insert into cdr.enriched_cdr (tenant_id, started_at, id, direction, disposition, sip_code, currency,
                                              posted_at)
                select tenant_id, started_at, id, 'outbound', 'failed', 503, 'USD', now() from raw
                """)
            try await until("the call is printed") { TestHeddle.text(file).contains(call.text) }
            #expect(process.isRunning)
            await process.stop(signal: SIGKILL)
        }
    }
}
