import AsyncHTTPClient
import Catalog
import Foundation
import NIOCore
import NIOHTTP1
import Postgres
import Services
import TestSupport

/// A server, an operator on it, and keys.
struct ResourceServer: Sendable {
    let server: TestServer
    let mine: TestOperator
    /// Permits all.
    let key: String

    /// On the server of the suite, where it has one (`.served`), else on one of the test's own.
    static func run(_ body: @escaping @Sendable (ResourceServer) async throws -> Void) async throws {
        if let server = TestServer.current { return try await body(ResourceServer(of: server)) }
        try await TestServer.run { server in try await body(ResourceServer(of: server)) }
    }

    /// An operator that is there already, with a key of it.
    init(server: TestServer, mine: TestOperator, key: String) {
        self.server = server
        self.mine = mine
        self.key = key
    }

    /// An operator of its own on a server.
    private init(of server: TestServer) async throws {
        mine = try await TestOperator.make(server.database)
        let permissions = try await Self.permissions(server.database)
        key = try await mine.key(permissions) { $0.requestsPerMinute = 1_000_000 }.text
        self.server = server
    }

    /// All that can be permitted, but to enter or change other operators.
    static func permissions(_ database: TestDatabase) async throws -> [String] {
        try await database.owner.run(
            "select name from auth.permissions where name not in ('support:enter', 'tenants:write') order by 1"
        ).values(String.self)
    }

    func get(_ path: String, key: String? = nil, _ headers: [(String, String)] = []) async throws -> TestServer.Answer {
        try await server.ask(.GET, path, key: key ?? self.key, headers: headers)
    }

    func send(
        _ method: HTTPMethod, _ path: String, _ body: String, key: String? = nil, _ headers: [(String, String)] = []
    ) async throws -> TestServer.Answer {
        try await server.ask(
            method, path, key: key ?? self.key, headers: headers + [("Content-Type", "application/json")],
            body: .bytes(.init(string: body)))
    }

    /// Makes a contact of the operator's account.
    @discardableResult
    func contact(_ name: String, _ more: String = "") async throws -> String {
        let body = #"{"account_id":"\#(mine.account)","name":"\#(name)","email":"\#(name)@x.example"\#(more)}"#
        let answer = try await send(.POST, "/v1/accounts/contacts", body)
        return try answer.member("id").lowercased()
    }
}

extension TestServer.Answer {
    /// The document.
    var value: JSONValue { get throws { try JSONValue(Array(text.utf8)) } }

    /// The rows of a list.
    var rows: [JSONValue] {
        get throws { if case .list(let rows)? = try value["data"] { rows } else { [] } }
    }

    /// A field of each row of a list, as it is shown.
    func column(_ name: String) throws -> [String] { try rows.map { $0[name]?.shown ?? "-" } }
}

extension TestDatabase {
    /// Makes an operator with something in every table.
    func makeFullTenant(_ id: UUID) async throws {
        let slug = "t" + id.uuidString.lowercased()
        try await owner.run("insert into core.tenants (id, slug, name) values (\(id), \(slug), 'Full')")
        try await FullTenant.fill(id, self)
    }

    /// Brings the reports up to date, with a day of a full tenant's carrier trunk: none of its calls was carried.
    func makeReports(of tenant: UUID) async throws {
        let trunk = FullTenant.part(4, of: tenant)
        try await owner.run(
            """
            insert into cdr.daily_summary (tenant_id, day, carrier_trunk_id, direction, currency, seizures, answered,
                                           effective, talk_ms, sell_amount, buy_amount, pdd_histogram, rolled_up_at)
            values (\(tenant), current_date, \(trunk), 'outbound', 'USD', 4, 2, 3, 120000, 2, 1,
                    array_fill(0, array[21]), now())
            """)
        try await engine.run("select reporting.refresh(name) from reporting.reports")
    }

    /// What is exposed.
    func resources() async throws -> [Resource] { try await ReadResources(app)().resources }
}

extension Resource {
    /// The address of its list, with the time that it needs and room for more parameters.
    var list: String { "\(path)?" + (since.map { "\($0)%5Bgte%5D=2000-01-01T00:00:00Z&" } ?? "") }
}
