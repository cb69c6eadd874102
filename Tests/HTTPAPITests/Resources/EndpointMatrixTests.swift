import AsyncHTTPClient
import Catalog
import Foundation
import HTTPAPI
import NIOCore
import NIOHTTP1
import Postgres
import Services
import TestSupport
import Testing

/// Every endpoint, asked by everybody: what each may is committed. An endpoint that is documented is in it by itself;
/// one that is served and not documented fails.
@Suite(.database) struct EndpointMatrixTests {
    /// Who asks.
    enum Asker: String, CaseIterable {
        /// No key.
        case nobody
        /// A key that permits nothing.
        case idle
        /// Of the operator: may read all, and may do all.
        case reader
        case staff
        /// Of the account that the rows are of, and of another one; they may do all that keys of accounts may.
        case account
        case neighbour
        /// Of another operator, and may do all.
        case stranger
    }

    /// An operation of the document.
    private struct Endpoint {
        let method: String
        let path: String
    }

    private static func endpoints(_ document: JSONValue) -> [Endpoint] {
        guard case .object(let paths)? = document["paths"] else { return [] }
        return paths.flatMap { path -> [Endpoint] in
            guard case .object(let operations) = path.value else { return [] }
            return operations.filter { $0.name != "parameters" }.map {
                Endpoint(method: $0.name.uppercased(), path: path.name)
            }
        }
    }

    @Test func `everybody may at every endpoint what is committed`() async throws {
        try await ResourceServer.run { api in
            let matrix = try await Matrix(api)
            var lines = ["# What each endpoint answers to whom. Written by EndpointMatrixTests.", "# " + Self.heading]
            let document = try await api.server.ask(.GET, "/openapi.json").value
            for endpoint in Self.endpoints(document) {
                lines.append(try await matrix.line(endpoint.method, endpoint.path))
            }
            try Snapshot("endpoints.txt").verify(lines)
        }
    }

    private static let heading = Asker.allCases.map(\.rawValue).joined(separator: " ")

    @Test func `every endpoint that is served is documented`() async throws {
        try await ResourceServer.run { api in
            let document = try await api.server.ask(.GET, "/openapi.json").value
            let documented = Set(Self.endpoints(document).map { "\($0.method) \(Self.bare($0.path))" })
            let model = try await ReadResources(api.server.database.app)()
            let served = Set(
                HTTPServer.routes(model, HTTPServices(api.server.database)).map {
                    "\($0.method) \(Self.bare($0.path))"
                })
            // A page is for people, and the document does not describe itself; other methods say that they are none.
            let undocumented = served.subtracting(documented).filter {
                !$0.contains(" /docs") && $0 != "GET /openapi.json"
            }
            #expect(undocumented == [], "\(undocumented.sorted().prefix(10))")
            #expect(documented.subtracting(served) == [])
        }
    }

    /// A path without the names of what varies.
    private static func bare(_ path: String) -> String { path.replacing(/\{[^}]*\}|:[a-z_]+/, with: "*") }

    /// The keys, and a row of each table.
    private struct Matrix {
        let api: ResourceServer
        let keys: [Asker: String]
        /// A path of each table's row, and what it may be changed to: what it is.
        let rows: [String: (key: String, same: String)]
        /// The addresses of lists that need a time.
        let lists: [String: String]

        init(_ api: ResourceServer) async throws {
            let database = api.server.database
            let tenant = UUID()
            try await database.makeFullTenant(tenant)
            try await database.makeReports(of: tenant)
            let permissions = try await ResourceServer.permissions(database)
            let (first, second) = (FullTenant.part(1, of: tenant), FullTenant.part(2, of: tenant))
            let full = TestOperator(id: tenant, ban: "", account: first, database: database)
            func key(_ scopes: [String], _ account: UUID? = nil) async throws -> String {
                try await full.key(scopes) {
                    $0.requestsPerMinute = 1_000_000
                    $0.account = account
                }.text
            }
            let keys = [
                Asker.idle: try await key([]), .reader: try await key(permissions.filter { $0.hasSuffix(":read") }),
                .staff: try await key(permissions), .account: try await key(permissions, first),
                .neighbour: try await key(permissions, second), .stranger: api.key,
            ]
            var rows: [String: (String, String)] = [:]
            var lists: [String: String] = [:]
            for resource in try await database.resources() where !resource.key.isEmpty {
                if resource.since != nil { lists[resource.path] = resource.list }
                guard let row = try await Self.row(resource, api, keys) else { continue }
                let key = resource.key.map { row[$0]?.shown ?? "" }.joined(separator: ",")
                let field = resource.fields.first { $0.isUpdatable && row[$0.name].map(Self.isPlain) ?? false }
                let same = field.map { JSONValue.object([.init($0.name, row[$0.name] ?? .null)]).text } ?? "{}"
                rows[resource.path] = (key.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? key, same)
            }
            self.api = api
            self.keys = keys
            self.rows = rows
            self.lists = lists
        }

        /// A row of the first account, where rows are of accounts; the oldest of them.
        private static func row(
            _ resource: Resource, _ api: ResourceServer, _ keys: [Asker: String]
        ) async throws -> JSONValue? {
            for asker in [Asker.account, .staff] {
                let answer = try await api.get("\(resource.list)limit=1000", key: keys[asker])
                if let row = try answer.rows.last { return row }
            }
            return nil
        }

        private static func isPlain(_ value: JSONValue) -> Bool {
            switch value {
            case .list, .object: false
            default: true
            }
        }

        /// What an endpoint answers to each.
        func line(_ method: String, _ path: String) async throws -> String {
            // Who only reads does not change what the next one is answered.
            let width = method == "GET" ? Asker.allCases.count : 1
            var statuses: [Asker: Int] = [:]
            try await withThrowingTaskGroup(of: (Asker, Int).self) { group in
                for (number, asker) in Asker.allCases.enumerated() {
                    if number >= width, let (who, status) = try await group.next() { statuses[who] = status }
                    group.addTask { (asker, try await status(method, path, keys[asker])) }
                }
                for try await (who, status) in group { statuses[who] = status }
            }
            let told = Asker.allCases.map { String(statuses[$0] ?? 0) }
            return "\(method) \(path): \(told.joined(separator: " "))"
        }

        private func status(_ method: String, _ path: String, _ key: String?) async throws -> Int {
            let table = path.replacing("/{key}", with: "")
            let row = rows[table]
            // It has no end: how it begins is what counts.
            if path == "/v1/stream" {
                return try await api.server.begins(HTTPMethod(rawValue: method), "\(path)?of=events", key: key)
            }
            let unknown = "00000000-0000-7000-8000-000000000000"
            let list = method == "GET" ? lists[path] : nil
            let address = (list ?? path).replacing("{key}", with: row?.key ?? unknown).replacing("{id}", with: unknown)
                .replacing("{path}", with: String(repeating: "0", count: 32))
            // What changes a row leaves it as it is: the same value, another version, nothing to make.
            var headers = [("Content-Type", "application/json")]
            if method == "DELETE" { headers.append(("If-Match", "\"2020-01-01T00:00:00.000000Z\"")) }
            let body = method == "PATCH" ? row?.same ?? "{}" : "{}"
            return try await api.server.ask(
                HTTPMethod(rawValue: method), address, key: key, headers: headers,
                body: ["POST", "PATCH"].contains(method) ? .bytes(.init(string: body)) : nil
            ).status
        }
    }
}

extension HTTPServices {
    fileprivate init(_ database: TestDatabase) {
        self.init(
            app: database.app, engine: database.engine, resolve: ResolveSecret(environment: [:]),
            ring: TestServer.ring, passwords: TestServer.passwords)
    }
}
