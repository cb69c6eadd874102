import Foundation
import Postgres
import TestSupport

extension RandomMarket {
    /// Writes everything, one statement a table.
    func store(_ database: TestDatabase) async throws {
        let owner = database.owner
        try await owner.run(
            "insert into core.tenants (id, slug, name) values (\(id), \("m-" + id.uuidString.lowercased()), 'x')")
        try await owner.run(
            """
            insert into accounts.accounts (tenant_id, id, ban, name, allows_loss)
            values (\(id), \(id), \("M-" + id.uuidString.prefix(8)), 'x', \(allowsLoss))
            """)
        try await owner.run(
            """
            insert into routing.trunks (tenant_id, id, account_id, name, caller_id_policy)
            values (\(id), \(id), \(id), 'x', 'any')
            """)
        try await fill(owner, "routing.carriers", carriers, "id uuid, name text, status text")
        try await fill(
            owner, "routing.carrier_trunks", carrierTrunks,
            """
            id uuid, carrier_id uuid, name text, status text, carries_outbound boolean, priority integer,
            weight integer, emergency_rank integer
            """, also: ("host", "'x.example'"))
        try await fill(
            owner, "routing.decks", decks,
            "id uuid, carrier_trunk_id uuid, name text, status text, currency text, indeterminate_policy text")
        try await fill(
            owner, "routing.carrier_trunk_decks", Array(shares), "carrier_trunk_id uuid, deck_id uuid")
        try await fill(owner, "routing.rate_deck", costs, "deck_id uuid, " + Self.priceColumns)
        try await fill(
            owner, "billing.rate_plans", plans,
            """
            id uuid, name text, expected_talk_s integer, margin_floor numeric, margin_floor_bp integer,
            indeterminate_policy text
            """)
        try await fill(
            owner, "billing.account_rate_plan", assignments,
            "rate_plan_id uuid, valid_from timestamptz, valid_to timestamptz", also: ("account_id", "tenant.id"))
        try await fill(owner, "billing.voice_rates", prices, "rate_plan_id uuid, " + Self.priceColumns)
        try await fill(
            owner, "routing.destination_rules", rules,
            "id uuid, account_id uuid, prefix text, effect text, valid_from timestamptz, valid_to timestamptz")
        try await fill(
            owner, "routing.call_limits", limits,
            """
            id uuid, account_id uuid, prefix text, max_rate numeric, max_duration_s integer, valid_from timestamptz,
            valid_to timestamptz
            """)
        try await fill(owner, "routing.partitions", partitions, "id uuid, name text")
        try await fill(
            owner, "routing.account_partitions", accountMembers, "partition_id uuid", also: ("account_id", "tenant.id"))
        try await fill(
            owner, "routing.partition_carrier_trunks", carrierMembers, "partition_id uuid, carrier_trunk_id uuid")
    }

    /// In place of what another market left: it is the same for all operators.
    func storePlaces(_ owner: Database) async throws {
        try await owner.run("delete from ref.npa_nxx_blocks")
        try await owner.run("delete from ref.local_calling_areas")
        try await owner.run(
            """
            insert into ref.npa_nxx_blocks (npa, nxx, block, source, valid_from, is_disconnect, country, state)
            select left(x.exchange, 3), right(x.exchange, 3), x.block, x.source, x.valid_from, x.is_disconnect,
                   x.country, x.state
              from jsonb_to_recordset(\(try JSONText(rows: blocks)))
                       as x (exchange text, block text, source text, is_disconnect boolean, country text, state text,
                             valid_from date)
            """)
        try await owner.run(
            """
            insert into ref.local_calling_areas (npa, nxx, to_npa, to_nxx, valid_from, valid_to)
            select left(x.exchange, 3), right(x.exchange, 3), left(x.reached, 3), right(x.reached, 3), '2020-01-01',
                   x.valid_to
              from jsonb_to_recordset(\(try JSONText(rows: localPairs)))
                       as x (exchange text, reached text, valid_to date)
            """)
    }

    private static let priceColumns = """
        id uuid, prefix text, rate numeric, rate_interstate numeric, rate_intrastate numeric, rate_local numeric,
        rate_indeterminate numeric, initial_increment_s integer, next_increment_s integer, connect_fee numeric,
        blocked boolean, disabled boolean, valid_from timestamptz, valid_to timestamptz
        """

    /// - Parameters:
    ///   - columns: names with types, as `jsonb_to_recordset` wants them.
    ///   - also: a column that is the same in all rows, with its SQL.
    func fill(
        _ owner: Database, _ table: String, _ rows: [some Encodable], _ columns: String,
        also: (column: String, value: String)? = nil
    ) async throws {
        let names = columns.split(separator: ",").compactMap { $0.split(whereSeparator: \.isWhitespace).first }
        let (column, value) = also.map { (", \($0.column)", ", \($0.value)") } ?? ("", "")
        try await owner.run(
            """
            insert into \(unescaped: table) (tenant_id, \(unescaped: names.joined(separator: ", ") + column))
            select tenant.id, \(unescaped: names.map { "x." + $0 }.joined(separator: ", ") + value)
              from core.tenants tenant
             cross join jsonb_to_recordset(\(try JSONText(rows: rows))) as x (\(unescaped: columns))
             where tenant.id = \(id)
            """)
    }
}

extension JSONText {
    /// Rows for `jsonb_to_recordset`, with the names of columns.
    init(rows: [some Encodable]) throws {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.dateEncodingStrategy = .iso8601
        self.init(String(decoding: try encoder.encode(rows), as: UTF8.self))
    }
}
