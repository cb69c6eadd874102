import Foundation
import Postgres
import TestSupport
import Testing

@testable import Services

/// Months of calls for the archive, in a directory of their own. Each test has a month of its own.
struct ArchiveFixture: Sendable {
    let db: TestDatabase
    let tool: ParquetTool
    let directory: String
    let tenants = (UUID.v7(), UUID.v7())

    /// Where the tool is; tests without it are skipped.
    static let program = ParquetTool.places.first(where: FileManager.default.isExecutableFile)

    init(_ db: TestDatabase) async throws {
        self.db = db
        tool = try ParquetTool(reactor: db.cluster.reactor, program: Self.program)
        directory = NSTemporaryDirectory() + "heddle-archive-test-\(UUID().uuidString.prefix(8))"
        for tenant in [tenants.0, tenants.1] {
            try await db.owner.run(
                "insert into core.tenants (id, slug, name) values (\(tenant), 't' || \(tenant)::text, 'Test')")
        }
    }

    func remove() { try? FileManager.default.removeItem(atPath: directory) }  // the system's sweep would do it

    /// What text a far side may send.
    static let oddTexts = [
        "", "\"", "a,b", "a\"\"b", "line\nfeed", "carriage\r\nreturn", "\r", "\\N", "\\.", "NULL", "=1+1", "é 漢字 🙂",
        "'quoted'", " spaces ", "tab\tbed", "{\"json\": [1, \"x\"]}", "a\\b",
    ]

    /// Calls of a month: of both tenants, with each odd text, with the least and the largest amounts.
    func fill(_ month: String) async throws {
        for table in ["cdr.raw_cdr", "cdr.enriched_cdr"] {
            try await db.owner.run(
                "select core.create_monthly_partition(\(table)::text::regclass, \(month + "-01")::date)")
        }
        for tenant in [tenants.0, tenants.1] {
            try await db.owner.run(
                """
                insert into cdr.raw_cdr (tenant_id, started_at, id, edge_id, sip_code, sip_reason, caller, answered_at,
                                         processed_at)
                select \(tenant), \(month + "-01")::timestamptz + n * interval '1 hour 0.000001 second',
                       gen_random_uuid(), 'x', 200, t, t, case when n % 2 = 0 then now() end, now()
                  from unnest(\(Self.oddTexts)::text[]) with ordinality as u (t, n)
                """)
            try await db.owner.run(
                """
                insert into cdr.enriched_cdr (tenant_id, started_at, id, direction, disposition, sip_code, currency,
                    sell_amount, buy_amount, sell_rate_id, sell_rate, sell_connect_fee, sell_initial_s, sell_next_s,
                    buy_rate_id, buy_rate, buy_connect_fee, buy_initial_s, buy_next_s, rating, posted_at)
                select \(tenant), \(month + "-10")::timestamptz + n * interval '1 microsecond', gen_random_uuid(),
                       'outbound', 'answered', 200, 'USD', a, b, \(tenant), 0.00000001, 0, 1, 1, \(tenant), 0.5, 0, 1,
                       1, jsonb_build_object('n', n, 'text', E'"\\n'), now()
                  from unnest(array[0, 0.00000001, 9999999999.99999999, 0.1, 3], array[1, 0, 0.00000001, 0.3, 3])
                       with ordinality as u (a, b, n)
                """)
        }
    }

    func write(_ table: String, _ month: String) async throws -> ArchiveRecord {
        try await WriteArchive(db.engine, tool: tool, directory: directory)(table, Self.month(month))
    }

    func record(_ table: String, _ month: String) async throws -> ArchiveRecord {
        try #require(try await ListArchives(db.engine)(table: table, months: [Self.month(month)]).first)
    }

    static func month(_ text: String) throws -> CalendarMonth { try #require(CalendarMonth(text)) }

    /// All of a month, as one digest of the database's own.
    func state(_ table: String, _ month: String) async throws -> String? {
        try await db.owner.run(
            """
            select count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' order by t::text)), '')
              from \(unescaped: table) t
             where started_at >= \(month + "-01")::timestamptz
               and started_at < \(month + "-01")::timestamptz + interval '1 month'
            """
        ).value(String.self)
    }

    /// What a question gives, as CSV.
    func ask(_ sql: String, tenant: UUID? = nil) async throws -> [String] {
        var question = QueryArchive.Question()
        question.sql = sql
        question.tenant = tenant
        let work = try ParquetTool.Workplace.temporary
        defer { work.remove() }
        let records = try await ListArchives(db.engine)().filter { $0.path.hasPrefix(directory) }
        let script = try QueryArchive.script(question, records, nil)
        return try await tool.run(script, in: work).split(separator: "\n").map(String.init)
    }

    /// The reason that something is refused with; nil when it is not.
    func refusal(_ body: () async throws -> Void) async throws -> String? {
        do {
            try await body()
            return nil
        } catch let failure as ArchiveFailure {
            return failure.description
        }
    }
}
