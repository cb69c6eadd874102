import Foundation
import Postgres
import Telecom

/// What calls are bought and sold for: decks, rate plans, and who has which plan when.
struct PriceTables {
    var decks: [TenantKey: RateTable] = [:]
    /// The tables that take the place of these soon.
    var deckChanges: [DeckChange] = []
    var plans: [RatePlanRow] = []
    /// The plans of each account, by time.
    var planAssignments: [TenantKey: [(validity: Validity, ratePlanID: UUID)]] = [:]
    /// The tables by version, to keep those that have not changed.
    private(set) var sheets: SheetTables

    /// - Parameters:
    ///   - previous: tables that were read before.
    ///   - drafts: versions to take in place of those that hold, by deck or plan: what would be if they were published.
    init(_ session: Connection, keeping previous: SheetTables?, drafts: [TenantKey: Int] = [:]) async throws {
        sheets = SheetTables(previous, drafts: drafts)
        let decks = try await session.run(
            "select tenant_id, id, indeterminate_policy, currency from routing.decks where status = 'active'"
        ).decode(UUID.self, UUID.self, String.self, String.self).map { tenant, id, policy, currency in
            (TenantKey(tenant, id), RateTable.Options(policy: policy, currency: currency))
        }
        try await sheets.read(.deck, decks, session)
        for (deck, options) in decks {
            let table = sheets.inForce(deck)?.outbound ?? RateTableBuilder(options: options).build()
            self.decks[deck] = table
            for (time, tables) in sheets.coming(deck) {
                let next = tables.outbound ?? RateTableBuilder(options: options).build()
                deckChanges.append(DeckChange(of: table, to: next, atMicroseconds: time.microseconds))
            }
        }
        try await readPlans(session)
        sheets.forgetPrevious()
        let rows = try await session.run(
            """
            select tenant_id, account_id, rate_plan_id, valid_from, valid_to from billing.account_rate_plan
             where valid_to is null or valid_to > now() order by valid_from desc
            """)
        for (tenant, account, plan, from, to) in try rows.decode(
            UUID.self, UUID.self, UUID.self, Date.self, Date?.self)
        {
            planAssignments[TenantKey(tenant, account), default: []].append((Validity(from, to), plan))
        }
    }

    /// How far ahead extras are read, in seconds: no router runs for a year without any change of its data.
    private static let extrasHorizon = 366.0 * 86_400

    private mutating func readPlans(_ session: Connection) async throws {
        let headers = try await session.run(
            """
            select tenant_id, id, currency, hold_s, expected_talk_s, margin_floor, margin_floor_bp,
                   indeterminate_policy
              from billing.rate_plans
            """)
        var options: [(TenantKey, RateTable.Options)] = []
        for row in headers {
            let plan = try Self.plan(row)
            plans.append(plan)
            options.append(
                (TenantKey(plan.tenantID, plan.id), .init(policy: try row.column(7), currency: plan.currency)))
        }
        try await sheets.read(.plan, options, session)
        // Holds go by them, for as long as nobody changes anything; clocks beyond that would be those of the last day.
        let now = Date()
        let extras = try await UsedExtras(
            session, of: Set(plans.map { .init(tenantID: $0.tenantID, list: .plan($0.id)) }), from: now,
            to: now.addingTimeInterval(Self.extrasHorizon))
        let bundles = try await UsedBundles(session, of: Set(options.map(\.0)))
        for (position, (plan, _)) in options.enumerated() {
            let tables = sheets.inForce(plan)
            plans[position].outbound = tables?.outbound
            plans[position].inbound = tables?.inbound
            plans[position].outboundExtras = extras.table(of: plan.tenantID, .plan(plan.id), isInbound: false)
            plans[position].inboundExtras = extras.table(of: plan.tenantID, .plan(plan.id), isInbound: true)
            plans[position].bundles = bundles[plan]
        }
    }

    private static func plan(_ row: Row) throws -> RatePlanRow {
        RatePlanRow(
            id: try row.column(1), tenantID: try row.column(0), currency: try row.column(2),
            holdSeconds: Int64(try row.column(3, as: Int.self)),
            expectedTalkSeconds: Int64(try row.column(4, as: Int.self)),
            marginFloor: MarginFloor(
                perMinute: try Rate(unitsPerMinute: try row.column(5, as: Money.self).units),
                basisPoints: Int64(try row.column(6, as: Int.self))))
    }
}

extension RateTable.Options {
    fileprivate init(policy: String, currency: String) {
        self.init(indeterminate: IndeterminatePolicy(rawValue: policy) ?? .own, currency: currency)
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
                interstate: try Rate(unitsPerMinute: first.units), international: flat,
                intrastate: try price(4) ?? flat, indeterminate: try price(6), local: try price(5)),
            connectFee: try row.column(start + 9),
            initialIncrementSeconds: try row.column(start + 7), nextIncrementSeconds: try row.column(start + 8),
            validity: Validity(try row.column(start + 11), try row.column(start + 12, as: Date?.self)),
            isBlocked: blocked)
    }
}
