import Postgres
import TestSupport
import Testing

/// core.archive_columns: what a table looks like in a file.
@Suite(.database) struct ArchiveColumnsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func columns(_ table: String) async throws -> [String: String] {
        let rows = try await db.engine.run(
            "select name, type from core.archive_columns(\(table)::text::regclass)"
        ).decode(String.self, String.self)
        return Dictionary(uniqueKeysWithValues: rows)
    }

    @Test func `money is decimal, times are instants, and what a file has no type for is text`() async throws {
        let types = try await columns("cdr.enriched_cdr")
        for (column, type) in [
            ("id", "UUID"), ("started_at", "TIMESTAMPTZ"), ("sell_amount", "DECIMAL(38,8)"),
            ("sell_rate", "DECIMAL(38,8)"), ("margin", "DECIMAL(38,8)"), ("ported", "BOOLEAN"),
            ("sip_code", "INTEGER"), ("talk_ms", "BIGINT"), ("rating", "VARCHAR"), ("to_number", "VARCHAR"),
            ("sell_initial_s", "INTEGER"),
        ] { #expect(types[column] == type, "\(column)") }
    }

    @Test func `no column of a time table is a float, and each is there once`() async throws {
        let wrong = try await db.owner.run(
            """
            select p.partrelid::regclass::text || '.' || a.attname
              from pg_partitioned_table p
              join pg_attribute a on a.attrelid = p.partrelid and a.attnum > 0 and not a.attisdropped
              left join lateral core.archive_columns(p.partrelid) c on c.name = a.attname
             group by p.partrelid, a.attname
            having count(c.name) <> 1 or bool_or(c.type ~ 'FLOAT|DOUBLE|REAL')
            """
        ).decode(String.self)
        #expect(wrong == [])
    }

    @Test func `what makes itself is marked`() async throws {
        let made = try await db.engine.run(
            "select name from core.archive_columns('cdr.enriched_cdr'::regclass) where is_generated"
        ).decode(String.self)
        #expect(made == ["margin"])
    }
}
