import Foundation
import Postgres
import Synchronization
import Telecom
import TestSupport
import Testing

@testable import Services

/// Who is asked for a number, how long, and what is kept of the answer.
@Suite(.database) struct FindPortingTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// An operator with services of these settings, which are asked with all the time that a slow machine may need.
    private func services(_ configs: [(plugin: String, config: String)]) async throws -> (UUID, [PortingService]) {
        let tenant = UUID()
        try await db.owner.run(
            "insert into core.tenants (id, slug, name) values (\(tenant), \("p-" + tenant.text), 'x')")
        for (number, (plugin, config)) in configs.enumerated() {
            try await db.owner.run(
                """
                insert into vendor_mgmt.service_providers (tenant_id, kind, name, plugin, config, priority)
                values (\(tenant), 'lrn', \("s\(number)"), \(plugin), \(JSONText(config)), \(number))
                """)
        }
        let read = try await db.engine.lease { try await PortingService.read($0) { _ in } }
        var services = read[tenant] ?? []
        for position in services.indices { services[position].timeout = .seconds(30) }
        return (tenant, services)
    }

    private func http(_ stub: HTTPStub) -> (plugin: String, config: String) {
        ("http", #"{"url": "\#(stub.address)/{digits}", "fields": {"lrn": "lrn"}}"#)
    }

    private func finder(wait: Duration = .seconds(30), questions: Int = 512) -> FindPorting {
        FindPorting(
            db.engine,
            limits: FindPorting.Limits(
                wait: wait, stored: .seconds(10), questions: questions, look: .milliseconds(20)))
    }

    private static let number = E164(digits: 12_125_550_100)
    private static let answer = HTTPStub.Answer.reply(200, #"{"lrn": "2015550000", "ocn": "6529"}"#)

    private func say(_ porting: NumberPorting) -> String {
        "\(porting.source) \(porting.routingNumber?.description ?? porting.isPorted.map { "\($0)" } ?? "unknown")"
    }

    @Test func `a number is asked for once, and the next router finds it in the database`() async throws {
        let stub = try HTTPStub { _ in Self.answer }
        defer { stub.stop() }
        let number = try #require(Self.number)
        let (tenant, services) = try await services([http(stub)])
        let find = finder()
        try await withThrowingTaskGroup { group in
            group.addTask { await find.run() }
            #expect(say(await find.find(number, tenant, services)) == "dip +12015550000")
            #expect(say(await find.find(number, tenant, services)) == "cache +12015550000")
            try await until("the answer is stored") {
                try await db.engine.run("select 1 from routing.lrn_dips where tenant_id = \(tenant)").value(Int.self)
                    == 1
            }
            group.cancelAll()
        }
        #expect(say(await finder().find(number, tenant, services)) == "cache +12015550000")
        #expect(stub.requests.count == 1)
        let row = try await db.engine.run(
            """
            select concat_ws(' ', number, is_ported, lrn, service_provider_id = \(services[0].key.id),
                             extract(epoch from expires_at - queried_at)::int8)
              from routing.lrn_dips where tenant_id = \(tenant)
            """
        ).value(String.self)
        #expect(row == "+12125550100 t +12015550000 t 86400")
        // Another operator has to ask for itself.
        let (other, its) = try await self.services([http(stub)])
        #expect(say(await finder().find(number, other, its)) == "dip +12015550000")
    }

    @Test func `calls that want the same number share one question`() async throws {
        let isOpen = Mutex(false)
        let stub = try HTTPStub { _ in
            while !isOpen.withLock(\.self) { usleep(1_000) }
            return Self.answer
        }
        defer { stub.stop() }
        let number = try #require(Self.number)
        let (tenant, services) = try await services([http(stub)])
        let find = finder()
        let found = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<30 { group.addTask { say(await find.find(number, tenant, services)) } }
            try await until("the question is there") { find.waitingCount == 29 }
            isOpen.withLock { $0 = true }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(found == Array(repeating: "dip +12015550000", count: 30))
        #expect(stub.requests.count == 1)
    }

    @Test func `what does not answer in time leaves the number dialled`() async throws {
        let stub = try HTTPStub { _ in .silence }
        defer { stub.stop() }
        let number = try #require(Self.number)
        var (tenant, services) = try await services([http(stub)])
        services[0].timeout = .milliseconds(50)
        let find = finder()
        #expect(say(await find.find(number, tenant, services)) == "timeout unknown")
        // Nothing is kept of it, and a service that is away is left alone after some tries.
        for _ in 0..<PortingBreaker.failuresAllowed + 3 { _ = await find.find(number, tenant, services) }
        #expect(stub.requests.count <= PortingBreaker.failuresAllowed)
        #expect(say(await find.find(number, tenant, services)) == "failed unknown")
        (tenant, services) = (UUID(), [])
        #expect(say(await find.find(number, tenant, services)) == "failed unknown")
    }

    @Test func `how a service does is written when that is news, and not with every answer`() async throws {
        let isAway = Mutex(true)
        let stub = try HTTPStub { _ in isAway.withLock(\.self) ? .reply(503, "") : Self.answer }
        defer { stub.stop() }
        var (tenant, services) = try await services([http(stub)])
        func health() async throws -> String? {
            try await db.engine.run(
                """
                select concat_ws(' ', health, consecutive_failures, last_error, health_changed_at <= health_checked_at,
                                 last_error_at is not null)
                  from vendor_mgmt.service_providers where tenant_id = \(tenant)
                """
            ).value(String.self)
        }
        func ask(_ questions: Range<Int>, _ find: FindPorting) async throws {
            for line in questions {
                _ = await find.find(try #require(E164(digits: 12_125_550_100 + UInt64(line))), tenant, services)
            }
        }
        let find = finder()
        try await withThrowingTaskGroup { group in
            group.addTask { await find.run() }
            try await ask(0..<PortingBreaker.failuresAllowed, find)
            try await until("it is down") {
                try await health() == "down 5 it answered with status 503 t t"
            }
            group.cancelAll()
        }
        // A router that begins now tries it with one question, and finds that it is back.
        services = try await db.engine.lease { try await PortingService.read($0) { _ in } }[tenant] ?? []
        #expect(services.map(\.wasDown) == [true])
        isAway.withLock { $0 = false }
        let next = finder()
        try await withThrowingTaskGroup { group in
            group.addTask { await next.run() }
            try await ask(10..<60, next)
            try await until("it is back") { try await health() == "healthy 0 it answered with status 503 t t" }
            try await ask(60..<200, next)
            group.cancelAll()
        }
        let changes = try await db.owner.run(
            """
            select count(*) from audit.audit_log
             where tenant_id = \(tenant) and object = 'vendor_mgmt.service_providers' and action = 'update'
            """
        ).value(Int.self)
        #expect((2...4).contains(changes ?? 0), "\(changes ?? 0)")
    }

    @Test func `a server that drips is left in time`() async throws {
        let stub = try HTTPStub { _ in .drip }
        defer { stub.stop() }
        var (tenant, services) = try await services([http(stub)])
        services[0].timeout = .milliseconds(100)
        #expect(say(await finder().find(try #require(Self.number), tenant, services)) == "timeout unknown")
    }

    @Test func `the next service is asked when one is of no use`() async throws {
        let broken = try HTTPStub { _ in .reply(200, "<html>") }
        let good = try HTTPStub { _ in Self.answer }
        defer {
            broken.stop()
            good.stop()
        }
        let (tenant, services) = try await services([http(broken), http(good)])
        #expect(say(await finder().find(try #require(Self.number), tenant, services)) == "dip +12015550000")
        #expect(broken.requests.count == 1 && good.requests.count == 1)
    }

    @Test func `there are never more questions under way than the bound`() async throws {
        let stub = try HTTPStub { _ in Self.answer }
        defer { stub.stop() }
        let (tenant, services) = try await services([http(stub)])
        let found = await finder(questions: 0).find(try #require(Self.number), tenant, services)
        #expect(say(found) == "failed unknown")
        #expect(stub.requests.isEmpty)
    }

    @Test func `the operator's own table knows what is ported`() async throws {
        let (tenant, services) = try await services([("table", "{}")])
        try await db.owner.run(
            """
            insert into routing.ported_numbers (tenant_id, number, lrn)
            values (\(tenant), '+12125550100', '+12015550000')
            """)
        let find = finder()
        #expect(say(await find.find(try #require(Self.number), tenant, services)) == "dip +12015550000")
        #expect(say(await find.find(try #require(E164("+12125550101")), tenant, services)) == "dip false")
        let (other, its) = try await self.services([("table", "{}")])
        #expect(say(await find.find(try #require(Self.number), other, its)) == "dip false")
    }

    @Test func `a redirect server that says nothing is left in time`() async throws {
        let number = try #require(Self.number)
        try await RedirectStub.run({ _ in ["garbage"] }) { port in
            var (tenant, services) = try await services([
                ("sip_redirect", #"{"host": "127.0.0.1", "port": \#(port)}"#)
            ])
            services[0].timeout = .milliseconds(200)
            #expect(say(await finder().find(number, tenant, services)) == "timeout unknown")
        }
    }

    @Test func `a service whose settings cannot work is left out, and told of`() async throws {
        let told = Mutex<[String]>([])
        let (tenant, _) = try await services([])
        for (plugin, config) in [
            ("sip_redirect", #"{"host": "lrn.example"}"#), ("carrier_pigeon", "{}"), ("table", "{}"),
        ] {
            try await db.owner.run(
                """
                insert into vendor_mgmt.service_providers (tenant_id, kind, name, plugin, config, timeout_ms)
                values (\(tenant), 'lrn', \(plugin), \(plugin), \(JSONText(config)), 5000)
                """)
        }
        let read = try await db.engine.lease { session in
            try await PortingService.read(session) { text in told.withLock { $0.append(text) } }
        }
        #expect(read[tenant]?.map(\.plugin) == [.table])
        #expect(read[tenant]?.first?.timeout == PortingService.longestWait, "no call waits longer")
        #expect(told.withLock { $0.count { $0.contains("is not asked") } } >= 2)
        try await db.owner.run("delete from vendor_mgmt.service_providers where tenant_id = \(tenant)")
    }
}
