import AsyncHTTPClient
import Catalog
import Foundation
import HTTPAPI
import Logging
import NIOCore
import NIOHTTP1
import Postgres
import Services
import Synchronization
import TestSupport
import Testing

/// The HTTP server on a free port, with a database of the suite's, and a client that asks it.
struct TestServer: Sendable {
    let port: Int
    let database: TestDatabase
    static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Seals what the API keeps for others.
    static let ring = KeyRing(current: .random())
    /// As quick as the database allows.
    static let passwords = PasswordHasher(cost: 10)

    /// Where bodies are kept while they come in.
    static var directory: String { StaleRuns.directory("http") }

    /// The same in every database of the run.
    private static let known = Mutex<Task<ExposedModel, any Error>?>(nil)

    private static func model(_ database: TestDatabase) async throws -> ExposedModel {
        let task = known.withLock { known in
            let task = known ?? Task { try await ReadResources(database.app)() }
            known = task
            return task
        }
        return try await task.value
    }

    /// The server that the tests of a suite share; set by the trait `.served`.
    @TaskLocal static var current: TestServer?

    static var suite: TestServer {
        get throws { try #require(current, "write @Suite(.database, .served) on the suite") }
    }

    /// A server that has not begun, and where it says its port when it listens.
    private struct Prepared {
        let server: HTTPServer
        let database: TestDatabase
        let ports: AsyncStream<Int>
        let listens: AsyncStream<Int>.Continuation
    }

    private static func prepare(
        missing: [String] = [], environment: [String: String] = [:], _ change: (inout HTTPSettings) -> Void = { _ in }
    ) async throws -> Prepared {
        let database = try TestDatabase.suite
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        var settings = HTTPSettings(directory: directory)
        settings.port = 0
        change(&settings)
        let (ports, listens) = AsyncStream.makeStream(of: Int.self)
        let server = HTTPServer(
            settings,
            probes: HTTPProbes(missing: { missing }, metrics: { [Metric("heddle_test", .gauge, "A test.", 1)] }),
            api: HTTPServices(
                app: database.app, engine: database.engine, resolve: ResolveSecret(environment: environment),
                ring: ring, passwords: passwords),
            model: try await Self.model(database), logger: logger, listening: { listens.yield($0) })
        return Prepared(server: server, database: database, ports: ports, listens: listens)
    }

    /// Serves whoever asks for `current`, as long as the closure runs.
    static func serve(
        _ change: (inout HTTPSettings) -> Void, _ work: @concurrent @Sendable () async throws -> Void
    ) async throws {
        let made = try await prepare(change)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { made.listens.finish() }
                try await made.server.run()
            }
            guard let port = await made.ports.first(where: { _ in true }) else {
                try await group.waitForAll()
                throw CancellationError()
            }
            try await $current.withValue(TestServer(port: port, database: made.database)) { try await work() }
            group.cancelAll()
        }
    }

    /// Serves as long as the closure runs.
    static func run<Value: Sendable>(
        missing: [String] = [], environment: [String: String] = [:],
        _ change: (inout HTTPSettings) -> Void = { _ in },
        _ body: @escaping @Sendable (TestServer) async throws -> Value
    ) async throws -> Value {
        let made = try await prepare(missing: missing, environment: environment, change)
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask {
                try await made.server.run()
                return nil
            }
            group.addTask {
                for await port in made.ports { return try await body(TestServer(port: port, database: made.database)) }
                throw CancellationError()
            }
            guard let value = try await group.next() ?? nil else { throw CancellationError() }
            group.cancelAll()
            return value
        }
    }

    /// What came back.
    struct Answer: Sendable {
        let status: Int
        let headers: HTTPHeaders
        let text: String

        /// The members of its object.
        var json: [String: String] {
            get throws {
                let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
                return object.mapValues { "\($0)" }
            }
        }

        /// A member that is a text or a number.
        func member(_ name: String) throws -> String { try #require(try json[name], "no \(name) in \(text)") }
    }

    /// Asks, and reads the answer.
    func ask(
        _ method: HTTPMethod, _ path: String, key: String? = nil, headers: [(String, String)] = [],
        body: HTTPClientRequest.Body? = nil
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        request.method = method
        request.headers = HTTPHeaders(headers)
        if let key { request.headers.add(name: "Authorization", value: "Bearer \(key)") }
        // The client takes what is packed very well for an attack; packed answers have tests of their own.
        if !request.headers.contains(name: "Accept-Encoding") {
            request.headers.add(name: "Accept-Encoding", value: "identity")
        }
        request.body = body
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(120))
        let bytes = try await response.body.collect(upTo: 16 << 20)
        return Answer(status: Int(response.status.code), headers: response.headers, text: String(buffer: bytes))
    }

    /// Asks, and reads no more of the answer than its head.
    /// - Returns: the status.
    func begins(
        _ method: HTTPMethod, _ path: String, key: String? = nil, headers: [(String, String)] = []
    ) async throws -> Int {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        request.method = method
        request.headers = HTTPHeaders(headers)
        if let key { request.headers.add(name: "Authorization", value: "Bearer \(key)") }
        return Int(try await HTTPClient.shared.execute(request, timeout: .seconds(120)).status.code)
    }

    /// Hands in call records.
    func post(
        _ text: String, key: String?, _ query: String = "", type: String? = "text/csv",
        headers: [(String, String)] = []
    ) async throws -> Answer {
        try await post(Array(text.utf8), key: key, query, type: type, headers: headers)
    }

    func post(
        _ bytes: [UInt8], key: String?, _ query: String = "", type: String? = "text/csv",
        headers: [(String, String)] = []
    ) async throws -> Answer {
        try await ask(
            .POST, "/v1/cdr/batches\(query)", key: key,
            headers: headers + (type.map { [("Content-Type", $0)] } ?? []), body: .bytes(ByteBuffer(bytes: bytes)))
    }
}

/// An operator of a test's own, with an account, and keys.
struct TestOperator: Sendable {
    let id: UUID
    /// The account's BAN.
    let ban: String
    let account: UUID
    let database: TestDatabase

    static func make(_ database: TestDatabase) async throws -> TestOperator {
        let made = TestOperator(
            id: UUID(), ban: String(UUID().uuidString.filter(\.isHexDigit).prefix(12)), account: UUID(),
            database: database)
        try await database.owner.run(
            """
            insert into core.tenants (id, slug, name) values (\(made.id), \("t" + made.id.uuidString.lowercased()), 'T')
            """)
        try await database.owner.run(
            """
            insert into accounts.accounts (tenant_id, id, ban, name)
            values (\(made.id), \(made.account), \(made.ban), 'Test')
            """)
        return made
    }

    var scope: RequestScope { RequestScope(tenant: id, actor: "test") }

    /// Makes a key.
    func key(
        _ scopes: [String] = ["cdr:read", "cdr:write"], _ change: (inout APIKeyEntry) -> Void = { _ in }
    ) async throws -> APIKeyText {
        var entry = APIKeyEntry(name: "test", scopes: scopes)
        change(&entry)
        return try await CreateAPIKey(database.app)(entry, scope)
    }

    static let heading = "id,start,answer,end,billsec,from,to,account\n"

    /// Calls of the account, a second apart, in June 2025.
    func lines(_ range: Range<Int>) -> String {
        range.map { number in
            let start = 1_750_000_000 + number
            return "\(number),\(start),\(start + 4),\(start + 64),60,2125550100,442079460958,\(ban)\n"
        }.joined()
    }

    /// How many calls are stored.
    func calls() async throws -> Int {
        try await database.owner.run("select count(*) from cdr.raw_cdr where tenant_id = \(id)").value() ?? -1
    }

    /// How many batches.
    func batches() async throws -> Int {
        try await database.owner.run("select count(*) from cdr.import_files where tenant_id = \(id)").value() ?? -1
    }
}
