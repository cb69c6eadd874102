import Foundation
import Logging
import Postgres
import Server
import Services
import Telecom
import TestSupport
import Testing

/// A call as its two records tell it.
struct Told: Sendable {
    let code: Int
    let disposition: String
    let direction: String
    let hangup: String
    let attempts: String
    let carrier: String?
    let talkMilliseconds: Int
    let sell: Money
    let buy: Money
    let milliseconds: Int?
    let cdrID: UUID
    let routingID: UUID?
}

extension TestHeddle {
    /// Makes the demonstration operator with the addresses of the plan.
    func seed() async throws {
        let configuration = try Configuration(settings)
        var seed = SeedDemo.Settings()
        for (party, address) in plan.parties { seed.addresses[try #require(DemoParty(rawValue: party))] = address }
        seed.login = try await SecretKeeper(configuration, logger: .init(label: "seed")).demoLogin(
            realm: configuration.realm, password: "juniper-demo")
        try await SeedDemo(owner)(seed)
        try await routersKnow()
    }

    /// Changes the operator's data, and waits until every router of this heddle routes by it.
    func change(_ statements: [SQL]) async throws {
        _ = try await owner.run(statements + ["select core.bump_snapshot('routing')"])
        try await routersKnow()
    }

    private func routersKnow() async throws {
        let version =
            try await owner.run(
                "select version from core.snapshot_versions where name = 'routing'"
            ).value(Int.self) ?? 0
        try await until("every heddle has routing data of version \(version)", within: .seconds(30)) {
            serving.allSatisfy { Self.routingVersion(in: $0.log) >= version }
        }
    }

    /// The last version that a log tells of.
    private static func routingVersion(in log: String) -> Int {
        text(log).matches(of: /routing data, version ([0-9]+)\n/).last.flatMap { Int($0.1) } ?? 0
    }

    /// The books after calls that SIPp placed.
    @discardableResult
    func settled(
        _ placed: Placed, calls: Int? = nil, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> [Told] {
        try await settled(placed.prefix, calls: calls ?? placed.calls, sourceLocation: sourceLocation)
    }

    /// Waits until calls have their CDRs and all books are closed, and proves the books: one raw and one enriched
    /// record for each call, ledgers that equal balances, nothing held, and exactly the sum of the prices gone.
    /// - Parameter prefix: of their Call-IDs.
    @discardableResult
    func settled(
        _ prefix: String, calls expected: Int, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> [Told] {
        let deadline = ContinuousClock.now + .seconds(30)
        var problems: [String] = []
        repeat {
            problems = try await self.problems(prefix, expected)
            if problems.isEmpty { break }
            try await Task.sleep(for: .milliseconds(100))
        } while ContinuousClock.now < deadline
        #expect(problems.isEmpty, sourceLocation: sourceLocation)
        return try await told(prefix)
    }

    private func problems(_ prefix: String, _ expected: Int) async throws -> [String] {
        let counts = try await database.run(
            """
            select (select count(*) from cdr.raw_cdr where starts_with(call_id, \(prefix))),
                   (select count(distinct call_id) from cdr.raw_cdr where starts_with(call_id, \(prefix))),
                   (select count(*) from cdr.raw_cdr r join cdr.enriched_cdr e using (tenant_id, started_at, id)
                     where starts_with(r.call_id, \(prefix)) and e.posted_at is not null),
                   (select count(*) from cdr.raw_cdr where processed_at is null),
                   (select count(*) from billing.holds where state = 'open'),
                   (select count(*) from routing.routing_requests where state = 'open'),
                   (select count(*) from core.tenants t cross join lateral billing.check_ledger(t.id)),
                   (select count(*) from billing.account_balance b
                     where b.available + b.held
                           <> (select coalesce(sum(l.available), 0) from billing.ledger l
                                where l.tenant_id = b.tenant_id and l.account_id = b.account_id
                                  and l.source in ('payment', 'adjustment'))
                            - (select coalesce(sum(e.sell_amount), 0) from cdr.enriched_cdr e
                                where e.tenant_id = b.tenant_id and e.account_id = b.account_id)
                            - (select coalesce(sum(c.amount), 0) from cdr.level_charges c
                                where c.tenant_id = b.tenant_id and c.account_id = b.account_id))
            """, deadline: .seconds(10)
        ).first
        guard let counts else { return ["no answer"] }
        let wanted = [
            ("raw CDRs", expected), ("different calls", expected), ("enriched CDRs", expected), ("CDRs to rate", 0),
            ("open holds", 0), ("open requests", 0), ("ledger differences", 0), ("balances that are not the sum", 0),
        ]
        return try wanted.enumerated().compactMap { column, check in
            let found = try counts.column(column, as: Int.self)
            return found == check.1 ? nil : "\(found) \(check.0), expected \(check.1)"
        }
    }

    /// What the records say, in the order of the calls.
    func told(_ prefix: String) async throws -> [Told] {
        try await database.run(
            """
            select e.sip_code, e.disposition, e.direction, r.hangup, r.attempts, c.name, e.talk_ms, e.sell_amount,
                   e.buy_amount, (extract(epoch from e.ended_at - e.started_at) * 1000)::bigint, e.id, e.routing_id
              from cdr.raw_cdr r
              join cdr.enriched_cdr e using (tenant_id, started_at, id)
              left join routing.carrier_trunks c on c.tenant_id = e.tenant_id and c.id = e.carrier_trunk_id
             where starts_with(r.call_id, \(prefix)) order by r.started_at
            """
        ).map { row in
            Told(
                code: try row.column(0), disposition: try row.column(1), direction: try row.column(2),
                hangup: try row.column(3), attempts: try row.column(4), carrier: try row.column(5),
                talkMilliseconds: try row.column(6), sell: try row.column(7), buy: try row.column(8),
                milliseconds: try row.column(9), cdrID: try row.column(10), routingID: try row.column(11))
        }
    }

    /// Available money of an account of the seed.
    func available(_ account: Int = 11) async throws -> Money {
        try await database.run(
            "select available from billing.account_balance where account_id = \(Seed.id(account))"
        ).value(Money.self) ?? .zero
    }

    /// Sets what an account has, through the ledger.
    func setAvailable(_ money: Money, of account: Int = 11) async throws {
        let difference = money - (try await available(account))
        guard difference != .zero else { return }
        try await owner.run(
            "select billing.adjust(\(Seed.id(1)), \(Seed.id(account)), core.uuid_v7(), \(difference), \("test"))")
    }
}

/// The fixed ids of db/seed/demo.sql.
enum Seed {
    static func id(_ number: Int) -> UUID {
        let digits = String(number)
        let zeros = String(repeating: "0", count: 12 - digits.count)
        return UUID(uuidString: "de300000-0000-7000-8000-\(zeros)\(digits)") ?? UUID()
    }
}
