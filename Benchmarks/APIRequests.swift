import Foundation
import HTTPAPI
import Logging
import Postgres
import Services

/// What the API answers, with a key, row policies and all: compared with the same server answering a constant.
struct APIRequests: Sendable {
    let bench: Workbench

    private static let customers = 1_000
    private static let connections = 128

    func run() async throws -> [Measurement] {
        let made = try await OperatorDatabase.make(bench, name: "api")
        try await made.addCustomers(Self.customers)
        // As autovacuum keeps it: what was filled a second ago is planned as if it were empty.
        // The tenant's rate would be spent within a round.
        try await made.owner.lease {
            try await $0.runScript("analyze; update core.tenants set api_requests_per_minute = 1000000000")
        }
        let app = try bench.client("api", role: "heddle_app")
        let key = try await Self.key(app)
        let rows = bench.isQuick ? 20_000 : 1_000_000
        let owner = made.owner
        let measurements = try await serve(app, made.engine) { port in
            let load = WrkLoad(bench: bench, port: port, key: key, connections: Self.connections)
            let figures = try await measure(load)
            // Behind the others, for a million rows are vacuumed for a while once they are there.
            try await Self.addAttempts(rows, owner)
            return try await figures + export(load, rows)
        }
        await app.close()
        await made.close()
        return measurements
    }

    private func measure(_ load: WrkLoad) async throws -> [Measurement] {
        let pages = try await load.pages(of: "/v1/accounts/accounts?limit=50")
        let rows = pages.flatMap(\.ids).map { "/v1/accounts/accounts/\($0)" }
        let figures = try await medians(
            rounds: bench.rounds, { try await load.get(["/healthz"]) }, { try await load.get(rows) },
            { try await load.get(pages.map(\.path)) },
            { try await load.post("/v1/accounts/contacts", Self.contact) })
        let names = ["read a row", "list 50 rows", "create a row, with audit and Idempotency-Key"]
        let method =
            "wrk, \(Self.connections) connections, one thread, loopback; any of \(rows.count) rows and of their "
            + "\(pages.count) pages; server, PostgreSQL and wrk on this machine, " + bench.roundsText
        return zip(names, figures.dropFirst()).flatMap { name, figure in
            [
                Measurement(
                    "API: \(name)", figure[0], "requests/s", against: "the server's constant answer", figures[0][0],
                    method: method),
                Measurement("API: \(name), p99", figure[1], "ms", method: method),
            ]
        }
    }

    private func export(_ load: WrkLoad, _ rows: Int) async throws -> [Measurement] {
        let before = Memory.reset()
        let start = ContinuousClock.now
        let lines = try await load.lines(of: "/v1/auth/login_attempts?format=csv")
        let seconds = (ContinuousClock.now - start).seconds
        guard lines == rows + 1 else { throw BenchError("the export has \(lines) lines, expected \(rows + 1)") }
        let method = "CSV of all columns by curl, one after the other in parts of 2,000"
        return [
            Measurement("API: export of \(rows) rows", Double(rows) / seconds, "rows/s", method: method),
            Measurement(
                "API: export of \(rows) rows, memory", Double(Memory.peak - before) / 1_048_576, "MB", method: method),
        ]
    }

    private static let contact = """
        {"account_id":"\(SeedDemo.customerAccount.uuidString.lowercased())","name":"Bench","email":"b@x.example"}
        """

    private static func key(_ app: Database) async throws -> String {
        var entry = APIKeyEntry(name: "bench", scopes: ["accounts:read", "accounts:write", "auth:read"])
        entry.requestsPerMinute = 1_000_000
        return try await CreateAPIKey(app)(entry, RequestScope(tenant: SeedDemo.tenant, actor: "bench")).text
    }

    /// Rows of a table that is not audited.
    private static func addAttempts(_ count: Int, _ owner: Database) async throws {
        try await owner.lease { session in
            try await session.runScript(
                """
                insert into auth.login_attempts (tenant_id, email, outcome, ip)
                select '\(unescaped: SeedDemo.tenant.uuidString)', 'user' || n || '@x.example', 'passed', '203.0.113.7'
                  from generate_series(1, \(unescaped: String(count))) n;
                analyze auth.login_attempts
                """)
        }
    }

    /// Serves while the closure runs, which gets the port.
    private func serve(
        _ app: Database, _ engine: Database, _ body: @escaping @Sendable (Int) async throws -> [Measurement]
    ) async throws -> [Measurement] {
        var settings = HTTPSettings(directory: "\(bench.root)/http")
        settings.port = 0
        let (ports, listens) = AsyncStream.makeStream(of: Int.self)
        let server = HTTPServer(
            settings, probes: HTTPProbes(missing: { [] }, metrics: { [] }),
            api: HTTPServices(
                app: app, engine: engine, resolve: ResolveSecret(environment: [:]),
                ring: KeyRing(current: .random())),
            logger: bench.logger, listening: { listens.yield($0) })
        return try await withThrowingTaskGroup(of: [Measurement]?.self) { group in
            group.addTask {
                try await server.run()
                return nil
            }
            group.addTask {
                for await port in ports { return try await body(port) }
                throw CancellationError()
            }
            guard let measurements = try await group.next() ?? nil else { throw BenchError("HTTP was not served") }
            group.cancelAll()
            return measurements
        }
    }
}

/// Requests as fast as they are answered, by wrk, which is a program of its own.
struct WrkLoad: Sendable {
    let bench: Workbench
    let port: Int
    let key: String
    let connections: Int

    /// Requests of one or the other path, at random: how many a second, and the time in ms that 99 of 100 take at most.
    func get(_ paths: [String]) async throws -> [Double] {
        let script = "\(bench.root)/get.lua"
        try """
        local paths = {\(paths.map { "\"\($0)\"" }.joined(separator: ","))}
        local requests = {}
        init = function()
            for index, path in ipairs(paths) do requests[index] = wrk.format("GET", path) end
        end
        request = function() return requests[math.random(#requests)] end
        """.write(toFile: script, atomically: true, encoding: .utf8)
        return try await load("/", ["-s", script])
    }

    /// The addresses of the pages of a list, from the first to the last, and the ids of their rows.
    func pages(of path: String) async throws -> [(path: String, ids: [String])] {
        var pages: [(path: String, ids: [String])] = []
        var cursor: String?
        repeat {
            let page = cursor.map { "\(path)&cursor=\($0)" } ?? path
            let file = "\(bench.root)/page"
            try await save(page, in: file)
            let answer = try JSONValue(Array(try Data(contentsOf: URL(filePath: file))))
            guard case .list(let rows)? = answer["data"] else { throw BenchError("\(page) is no list") }
            pages.append((page, rows.compactMap { $0["id"]?.shown }))
            cursor = answer["has_more"] == .boolean(true) ? answer["next_cursor"]?.shown : nil
        } while cursor != nil
        return pages
    }

    /// The same for requests with a body, each with a key of its own.
    func post(_ path: String, _ body: String) async throws -> [Double] {
        let script = "\(bench.root)/post.lua"
        try """
        local body = [[\(body)]]
        local number = 0
        local run = \(UInt32.random(in: 0 ... .max))
        wrk.headers["Content-Type"] = "application/json"
        request = function()
            number = number + 1
            wrk.headers["Idempotency-Key"] = run .. "-" .. number
            return wrk.format("POST", nil, nil, body)
        end
        """.write(toFile: script, atomically: true, encoding: .utf8)
        return try await load(path, ["-s", script])
    }

    private func load(_ path: String, _ more: [String]) async throws -> [Double] {
        let output = try await bench.run(
            "/usr/bin/wrk",
            ["-t", "1", "-c", String(connections), "-d", "\(bench.seconds)s", "--latency"] + more + [
                "-H", "Authorization: Bearer \(key)", "http://127.0.0.1:\(port)\(path)",
            ], limit: .seconds(bench.seconds + 30))
        guard let rate = output.firstMatch(of: /Requests\/sec: +([0-9.]+)/).flatMap({ Double($0.1) }),
            let late = output.firstMatch(of: /99% +([0-9.]+)(us|ms|s)/), let time = Double(late.1),
            !output.contains("Non-2xx")
        else { throw BenchError("wrk said: \(output.suffix(500))") }
        return [rate, time * (["us": 0.001, "ms": 1, "s": 1_000][String(late.2)] ?? 1)]
    }

    /// How many lines an answer has.
    func lines(of path: String) async throws -> Int {
        let file = "\(bench.root)/export"
        try await save(path, in: file)
        let counted = try await bench.run("/usr/bin/wc", ["-l", file], limit: .seconds(60))
        return counted.split(separator: " ").first.flatMap { Int($0) } ?? 0
    }

    /// Has an answer written to a file.
    private func save(_ path: String, in file: String) async throws {
        _ = try await bench.run(
            "/usr/bin/curl",
            [
                "-sS", "--fail", "-o", file, "-H", "Authorization: Bearer \(key)", "http://127.0.0.1:\(port)\(path)",
            ], limit: .seconds(600))
    }
}

/// What this program has in memory.
enum Memory {
    /// Forgets the peak so far, and gives what there is now, in bytes.
    static func reset() -> Int {
        try? "5".write(toFile: "/proc/self/clear_refs", atomically: false, encoding: .utf8)  // else the peak is older
        return field("VmRSS")
    }

    /// The most since then, in bytes.
    static var peak: Int { field("VmHWM") }

    private static func field(_ name: String) -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix(name) }
        return (line?.split(whereSeparator: { " \t".contains($0) }).dropFirst().first.flatMap { Int($0) } ?? 0) * 1_024
    }
}
