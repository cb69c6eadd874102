package import Foundation
package import Postgres

/// Takes again what was not taken of files: since then an account may have come, or the record that one waited for.
package struct RetryRejects: Sendable {
    private let database: Database
    private let tenant: UUID
    private let keepsUnknownAccounts: Bool
    private let keepsUnknownCarriers: Bool

    /// Lines at a time. Of transactions, which find each other only within it, more: they are short.
    private static let batchSize = 1_000
    private static let batchOfTransactions = 50_000

    /// - Parameter database: as the engine.
    package init(
        _ database: Database, tenant: UUID, keepsUnknownAccounts: Bool = false, keepsUnknownCarriers: Bool = false
    ) {
        self.database = database
        self.tenant = tenant
        self.keepsUnknownAccounts = keepsUnknownAccounts
        self.keepsUnknownCarriers = keepsUnknownCarriers
    }

    /// What it came to.
    package struct Result: Sendable, Equatable {
        /// Calls that were new, and that were there already.
        package var imported = 0
        package var repeated = 0
        /// Lines that stay open; of a few of them why.
        package var rejected = 0
        package var problems: [ImportProblem] = []
        /// Lines of which only the beginning was kept.
        package var cut = 0
    }

    /// Files that are read in the same way.
    private struct Group {
        let source: String
        let mappingDigest: String
        let heading: String
        let options: IntakeOptions
    }

    /// A line that waits.
    private struct Waiting {
        let id: UUID
        let line: Int
        let content: String
    }

    /// Takes them in the order in which they came, some at a time, each batch with what becomes of its lines.
    /// - Throws: `PostgresError`; what was taken until then stays taken.
    package func callAsFunction(_ choice: RejectChoice) async throws -> Result {
        var result = Result()
        for group in try await groups(choice) {
            let isPaired = group.options.mapping.layout == .transactions
            let size = isPaired ? Self.batchOfTransactions : Self.batchSize
            var last: UUID?
            while true {
                let waiting = try await lines(of: group, choice, after: last, limit: size)
                guard let end = waiting.last else { break }
                last = end.id
                try await take(waiting, of: group, &result)
            }
        }
        result.cut =
            try await database.run(
                """
                select count(*) from cdr.rejected_lines r
                  join cdr.import_files f on f.tenant_id = r.tenant_id and f.id = r.import_file_id
                 where r.tenant_id = \(tenant) and r.state = 'open' and r.is_cut and \(choice.condition)
                """
            ).value(Int.self) ?? 0
        return result
    }

    private func groups(_ choice: RejectChoice) async throws -> [Group] {
        let rows = try await database.run(
            """
            select f.source, f.mapping_digest, f.heading, min(f.mapping::text), min(f.preset)
              from cdr.rejected_lines r
              join cdr.import_files f on f.tenant_id = r.tenant_id and f.id = r.import_file_id
             where r.tenant_id = \(tenant) and r.state = 'open' and not r.is_cut and \(choice.condition)
             group by f.source, f.mapping_digest, f.heading
             order by 1, 2, 3
            """
        ).decode(String.self, String.self, String.self, String.self, String.self)
        return try rows.map { source, digest, heading, json, preset in
            var mapping = CDRMapping()
            try mapping.apply(Data(json.utf8), "the mapping of \(preset)")
            var options = IntakeOptions(preset: preset, mapping: mapping, source: source)
            options.keepsUnknownAccounts = keepsUnknownAccounts
            options.keepsUnknownCarriers = keepsUnknownCarriers
            return Group(source: source, mappingDigest: digest, heading: heading, options: options)
        }
    }

    /// In the order in which they came, which is that of their ids.
    private func lines(
        of group: Group, _ choice: RejectChoice, after last: UUID?, limit: Int
    ) async throws -> [Waiting] {
        try await database.run(
            """
            select r.id, r.line, r.content
              from cdr.rejected_lines r
              join cdr.import_files f on f.tenant_id = r.tenant_id and f.id = r.import_file_id
             where r.tenant_id = \(tenant) and r.state = 'open' and not r.is_cut and \(choice.condition)
               and f.source = \(group.source) and f.mapping_digest = \(group.mappingDigest)
               and f.heading = \(group.heading) and (\(last)::uuid is null or r.id > \(last))
             order by r.id
             limit \(limit)
            """, deadline: .seconds(60)
        ).decode(UUID.self, Int.self, String.self).map { Waiting(id: $0, line: $1, content: $2) }
    }

    private func take(_ waiting: [Waiting], of group: Group, _ result: inout Result) async throws {
        let mapping = group.options.mapping
        let heading = mapping.layout == .json || !mapping.columns.isEmpty ? nil : Array(group.heading.utf8)
        var reader = try IntakeReader(group.options, heading: heading)
        let separator = mapping.delimiter ?? FieldReader.separator(of: heading ?? [])
        let style: RecordSplitter.Style = mapping.layout == .json ? .objects : .delimited(separator)
        var records: [IntakeRecord] = []
        /// Which line each record that was read is of.
        var owners: [Int] = []
        for (index, line) in waiting.enumerated() {
            let splitter = RecordSplitter(ByteFeed(Array(line.content.utf8)), style)
            while let raw = try splitter.next() {
                owners.append(index)
                records += reader.take(raw)
            }
        }
        records += reader.finish()
        var store = StoreIntake(database, tenant: tenant, group.options)
        let stored = try await store(records) { [owners] session, stored in
            let open: [Int: RecordProblem] = Dictionary(
                stored.rejected.flatMap { record, problem in record.parts.map { (owners[$0 - 1], problem) } },
                uniquingKeysWith: { first, _ in first })
            let settled = Set(records.flatMap(\.parts).map { owners[$0 - 1] }).subtracting(open.keys)
            try await settle(settled.map { waiting[$0].id }, session)
            try await update(open.map { (waiting[$0.key].id, $0.value) }, session)
        }
        result.imported += stored.imported
        result.repeated += stored.repeated
        result.rejected += stored.rejected.count
        for (record, problem) in stored.rejected.prefix(max(IntakeResult.kept - result.problems.count, 0)) {
            let line = record.parts.first.map { waiting[owners[$0 - 1]].line } ?? record.line
            result.problems.append(problem.problem(onLine: line))
        }
    }

    private func settle(_ ids: [UUID], _ session: Connection) async throws {
        if ids.isEmpty { return }
        try await session.run(
            """
            update cdr.rejected_lines set state = 'resubmitted', settled_at = now()
             where tenant_id = \(tenant) and id = any (\(ids)) and state = 'open'
            """, deadline: .seconds(60))
    }

    private func update(_ open: [(id: UUID, problem: RecordProblem)], _ session: Connection) async throws {
        if open.isEmpty { return }
        try await session.run(
            """
            update cdr.rejected_lines r
               set column_number = n.column_number, column_name = n.column_name, value = n.value, reason = n.reason
              from unnest(\(open.map(\.id)), \(open.map { Int32($0.problem.column) }),
                          \(open.map { $0.problem.name.forDisplay(200) }),
                          \(open.map { $0.problem.value.forDisplay(200) }),
                          \(open.map { $0.problem.words.forDisplay(1_000) }))
                   n (id, column_number, column_name, value, reason)
             where r.tenant_id = \(tenant) and r.id = n.id and r.state = 'open'
            """, deadline: .seconds(60))
    }
}
