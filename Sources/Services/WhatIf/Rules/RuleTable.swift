import Foundation
import Postgres

/// A table whose rows say where calls go, with what the database says of its columns.
struct RuleTable {
    /// With its schema.
    let name: String
    let columns: [String: Column]
    /// Whether its rows have an id of their own.
    let hasID: Bool

    struct Column {
        /// What it takes, for people.
        let expected: String
        /// The table whose rows it names.
        let target: String?
    }

    /// What can be changed for a trial. Prices have versions of their own, and what carriers are called or where they
    /// are does not matter to who is chosen.
    static let names = [
        "accounts.accounts", "billing.account_rate_plan", "billing.rate_plans", "routing.account_partitions",
        "routing.account_profiles", "routing.call_limits", "routing.carrier_trunk_decks", "routing.carrier_trunks",
        "routing.carriers", "routing.decks", "routing.destination_rules", "routing.partition_carrier_trunks",
        "routing.partitions", "routing.profiles", "routing.rate_plan_profiles", "routing.route_rules",
        "routing.translation_rules", "routing.trunks",
    ]

    /// The full name of what a file calls `route_rules` or `routing.route_rules`.
    static func fullName(_ text: String, of names: [String]) -> String? {
        names.first { $0 == text || $0.hasSuffix(".\(text)") }
    }

    init(_ name: String, _ session: Connection) async throws {
        self.name = name
        var columns: [String: Column] = [:]
        var hasID = false
        let rows = try await session.run(
            """
            select a.attname::text, format_type(a.atttypid, a.atttypmod),
                   coalesce(obj_description(a.atttypid, 'pg_type'), ''),
                   (select min(f.confrelid::regclass::text) from pg_constraint f
                     where f.conrelid = a.attrelid and f.contype = 'f' and f.conkey[2] = a.attnum)
              from pg_attribute a
             where a.attrelid = \(name)::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
               and a.attname not in ('tenant_id', 'created_at', 'updated_at')
            """
        ).decode(String.self, String.self, String.self, String?.self)
        for (column, type, comment, target) in rows {
            if column == "id" { hasID = true }
            columns[column] = Column(expected: comment.isEmpty ? type : comment, target: target)
        }
        self.columns = columns
        self.hasID = hasID
    }

    /// As a part of a statement; the name is one of `names`, or the database's own.
    var sql: SQL { Self.sql(name) }

    static func sql(_ name: String) -> SQL {
        let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
        return parts.count == 2 ? "\(identifier: parts[0]).\(identifier: parts[1])" : "\(identifier: name)"
    }
}
