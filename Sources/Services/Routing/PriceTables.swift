import Foundation
import Postgres
import Telecom

/// What calls are bought and sold for: decks, rate plans, and who has which plan when.
struct PriceTables {
    var decks: [UUID: RateTable] = [:]
    var plans: [RatePlanRow] = []
    var planAssignments: [UUID: [(validity: Validity, ratePlanID: UUID)]] = [:]

    init(_ session: Connection) async throws {
        try await readDecks(session)
        try await readPlans(session)
        let rows = try await session.run(
            """
            select account_id, rate_plan_id, valid_from, valid_to from billing.account_rate_plan
             where valid_to is null or valid_to > now() order by valid_from desc
            """)
        for (account, plan, from, to) in try rows.decode(UUID.self, UUID.self, Date.self, Date?.self) {
            planAssignments[account, default: []].append((Validity(from, to), plan))
        }
    }

    private mutating func readDecks(_ session: Connection) async throws {
        let headers = try await session.run(
            "select id, indeterminate_policy from routing.decks where status = 'active'"
        ).decode(UUID.self, String.self)
        var builders: [UUID: RateTableBuilder] = [:]
        for (id, policy) in headers { builders[id] = RateTableBuilder(options: .init(policy: policy)) }
        let rows = try await session.run(
            """
            select r.deck_id, \(RateColumns.sql) from routing.rate_deck r
             where r.valid_to is null or r.valid_to > now()
            """, deadline: .seconds(300))
        for row in rows {
            let deck = try row.column(0, as: UUID.self)
            guard builders[deck] != nil, let rate = try RateColumns.read(row, from: 1) else { continue }
            try builders[deck]?.add(rate)
        }
        decks = builders.mapValues { $0.build() }
    }

    private mutating func readPlans(_ session: Connection) async throws {
        let headers = try await session.run(
            "select id, tenant_id, hold_s, indeterminate_policy from billing.rate_plans"
        ).decode(UUID.self, UUID.self, Int.self, String.self)
        var outbound: [UUID: RateTableBuilder] = [:]
        var inbound: [UUID: RateTableBuilder] = [:]
        let policies = Dictionary(headers.map { ($0.0, $0.3) }) { first, _ in first }
        let rows = try await session.run(
            """
            select r.rate_plan_id, r.direction, \(RateColumns.sql) from billing.voice_rates r
             where r.valid_to is null or r.valid_to > now()
            """, deadline: .seconds(300))
        for row in rows {
            let plan = try row.column(0, as: UUID.self)
            let direction = try row.column(1, as: String.self)
            guard let rate = try RateColumns.read(row, from: 2) else { continue }
            let empty = RateTableBuilder(options: .init(policy: policies[plan] ?? ""))
            if direction == "outbound" {
                try outbound[plan, default: empty].add(rate)
            } else {
                try inbound[plan, default: empty].add(rate)
            }
        }
        plans = headers.map { id, tenant, hold, _ in
            RatePlanRow(
                id: id, tenantID: tenant, holdSeconds: Int64(hold), outbound: outbound[id]?.build(),
                inbound: inbound[id]?.build())
        }
    }
}

extension RateTable.Options {
    fileprivate init(policy: String) {
        self.init(indeterminate: IndeterminatePolicy(rawValue: policy) ?? .own)
    }
}

extension Validity {
    init(_ from: Date, _ to: Date?) {
        self.init(fromMicroseconds: from.microseconds, untilMicroseconds: to?.microseconds ?? .max)
    }
}

/// The columns that `routing.rate_deck` and `billing.voice_rates` share.
enum RateColumns {
    static let sql: SQL = """
        r.id, r.prefix, r.rate, r.rate_interstate, r.rate_intrastate, r.rate_local, r.rate_indeterminate,
        r.initial_increment_s, r.next_increment_s, r.connect_fee, r.blocked, r.valid_from, r.valid_to
        """

    /// - Returns: `nil` for a row without any price that is not a block: it prices nothing.
    static func read(_ row: Row, from start: Int) throws -> RateRow? {
        let rate = try row.column(start + 2, as: Money?.self)
        let interstate = try row.column(start + 3, as: Money?.self) ?? rate
        let blocked = try row.column(start + 10, as: Bool.self)
        guard let prefix = DigitPrefix(try row.column(start + 1, as: String.self)),
            let first = interstate ?? (blocked ? .zero : nil)
        else { return nil }
        func price(_ column: Int) throws -> Rate? {
            try row.column(start + column, as: Money?.self).map { try Rate(unitsPerMinute: $0.units) }
        }
        let flat = try rate.map { try Rate(unitsPerMinute: $0.units) }
        return RateRow(
            id: try row.column(start), prefix: prefix,
            rates: JurisdictionalRates(
                interstate: try Rate(unitsPerMinute: first.units), intrastate: try price(4) ?? flat,
                indeterminate: try price(6), local: try price(5)),
            connectFee: try row.column(start + 9),
            initialIncrementSeconds: try row.column(start + 7), nextIncrementSeconds: try row.column(start + 8),
            validity: Validity(try row.column(start + 11), try row.column(start + 12, as: Date?.self)),
            isBlocked: blocked)
    }
}
