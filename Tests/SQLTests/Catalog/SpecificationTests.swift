import Foundation
import Postgres
import TestSupport
import Testing

/// A row of a table in docs/reference/specification.md.
struct SpecificationRow: Sendable {
    let line: Int
    /// The heading that it stands under.
    let section: String
    /// What the specification calls it.
    let name: String
    /// What stands between backticks in the column "ours".
    let references: [String]
    let saysNotYet: Bool
}

/// docs/reference/specification.md says where each name of the two specifications is, and keeps its word.
@Suite(.database) struct SpecificationTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `every reference leads somewhere`() async throws {
        let catalog: Set<String> = try await catalog()
        let targets: Set<String> = try makeTargets()
        var missing: [String] = []
        for row in try rows() {
            for reference in row.references where !isThere(reference, catalog: catalog, targets: targets) {
                missing.append("line \(row.line): \(reference)")
            }
        }
        #expect(missing == [], "not in the catalog or the repository, or in none of the forms that the page explains")
    }

    @Test func `a row without a reference says that it is not there yet`() throws {
        let rows: [SpecificationRow] = try rows()
        #expect(rows.count > 300)
        let empty: [SpecificationRow] = rows.filter { $0.references.isEmpty && !$0.saysNotYet }
        #expect(empty.map { "line \($0.line): \($0.name)" } == [], "name what is ours, or say \"not yet\"")
    }

    /// A row that says of something that there is one of it names an index that sees to it.
    @Test func `what is named as unique is`() async throws {
        let catalog: Set<String> = try await catalog()
        let rows: [SpecificationRow] = try rows().filter { row in
            ["UK:", "PK:", "Unique", "Primary key", "||--||", "One-to-One"].contains { row.name.contains($0) }
        }
        #expect(rows.count > 14)
        var wrong: [String] = []
        for row in rows {
            for index in row.references where index.hasPrefix("index ") && !catalog.contains("unique \(index)") {
                wrong.append("line \(row.line): \(index) lets two rows have the same")
            }
            let isNamed: Bool = row.references.contains { $0.hasPrefix("index ") }
            let isDiagram: Bool = row.name.contains("||--||") || row.name.contains("One-to-One")
            if !isNamed && !isDiagram { wrong.append("line \(row.line): \(row.name) names no index") }
        }
        #expect(wrong == [])
    }

    @Test func `every name of the specifications has its row`() throws {
        let rows: [SpecificationRow] = try rows()
        let found: [String] = rows.map { "\($0.section) | \($0.name)" }
        let sections: [String: [String]] = SpecificationNames.sections
        let wanted: [String] = sections.flatMap { section, names in names.map { "\(section) | \($0)" } }
        #expect(Set(wanted).subtracting(found).sorted() == [], "the page has no row for them")
        #expect(Set(found).subtracting(wanted).sorted() == [], "add them to SpecificationNames")
        let twice: [String] = Dictionary(grouping: found, by: \.self).filter { $0.value.count > 1 }.keys.sorted()
        #expect(twice == [], "one row is enough")
    }
}

// MARK: - What the page says

extension SpecificationTests {
    private static var root: URL {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
    }

    /// The rows of all tables of three columns, without their heads.
    private func rows() throws -> [SpecificationRow] {
        let file: URL = Self.root.appending(path: "docs/reference/specification.md")
        let text: String = try String(contentsOf: file, encoding: .utf8)
        let lines: [String] = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var rows: [SpecificationRow] = []
        var section: String = ""
        for (index, line) in lines.enumerated() {
            if line.hasPrefix("#") { section = String(line.drop { $0 == "#" || $0 == " " }) }
            guard line.hasPrefix("|"), !line.hasPrefix("|-") else { continue }
            let cells: [String] = Self.cells(of: line)
            try #require(cells.count == 3, "line \(index + 1) has \(cells.count) columns")
            let name: String = cells[0].filter { $0 != "`" }
            guard name != "in the specification" else { continue }
            rows.append(
                SpecificationRow(
                    line: index + 1, section: section, name: name, references: Self.references(in: cells[1]),
                    saysNotYet: cells[1].contains("not yet")))
        }
        return rows
    }

    /// The texts between the bars of a line; a bar that belongs to the text is written `\|`.
    private static func cells(of line: String) -> [String] {
        let mark: String = "\u{1}"
        let pieces: [String] = line.replacingOccurrences(of: "\\|", with: mark).components(separatedBy: "|")
        return pieces.dropFirst().dropLast().map { piece in
            piece.replacingOccurrences(of: mark, with: "|").trimmingCharacters(in: .whitespaces)
        }
    }

    private static func references(in cell: String) -> [String] {
        let pieces: [String] = cell.components(separatedBy: "`")
        return pieces.enumerated().filter { !$0.offset.isMultiple(of: 2) }.map(\.element)
    }
}

// MARK: - What there is

extension SpecificationTests {
    private func isThere(_ reference: String, catalog: Set<String>, targets: Set<String>) -> Bool {
        let words: [String] = reference.components(separatedBy: " ")
        let rest: String = words.dropFirst().joined(separator: " ")
        switch words[0] {
        case "file": return FileManager.default.fileExists(atPath: Self.root.appending(path: rest).path)
        case "command": return rest.hasPrefix("heddle ")  // whether it can be typed is for HeddleTests, which has them
        case "make": return targets.contains(rest)
        case "key": return false  // no form of the page, only of the catalog below
        default: break
        }
        guard words.count > 3, words[1] == "=" else { return catalog.contains(reference) }
        let columns: String = words.dropFirst(3).joined(separator: " ")
        return catalog.contains("key \(words[0]) \(columns)") && catalog.contains("key \(words[2]) \(columns)")
    }

    private func makeTargets() throws -> Set<String> {
        let text: String = try String(contentsOf: Self.root.appending(path: "Makefile"), encoding: .utf8)
        let lines: [String] = text.components(separatedBy: "\n")
        let targets: [String] = lines.compactMap { line in
            let name: String = String(line.prefix { $0.isLetter })
            return !name.isEmpty && line.hasPrefix("\(name):") ? name : nil
        }
        return Set(targets)
    }

    /// All that a reference can name, spelled as the page spells it; and `key schema.table (columns)` for primary keys.
    private func catalog() async throws -> Set<String> {
        let relations: [String] = try await db.owner.run(Self.relations).decode(String.self)
        let keys: [String] = try await db.owner.run(Self.keys).decode(String.self)
        let others: [String] = try await db.owner.run(Self.others).decode(String.self)
        return Set(relations + keys + others)
    }

    /// Tables, their columns and triggers, views, indexes; none of partitions.
    private static let relations: SQL =
        """
        with named as (
            select c.oid, c.relkind::text as kind, format('%s.%s', n.nspname, c.relname) as name
              from pg_class c join pg_namespace n on n.oid = c.relnamespace
             where not c.relispartition and n.nspname !~ '^pg_'
        )
        select name from named where kind in ('r', 'p')
        union all
        select 'partitioned ' || name from named where kind = 'p'
        union all
        select 'view ' || name from named where kind in ('v', 'm')
        union all
        select 'index ' || name from named where kind in ('i', 'I')
        union all
        select 'unique index ' || n.name
          from named n join pg_index i on i.indexrelid = n.oid
         where (i.indisunique or i.indisexclusion) and i.indisvalid
        union all
        select format('%s.%s', r.name, a.attname)
          from named r join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
         where r.kind in ('r', 'p')
        union all
        select format('trigger %s.%s', r.name, t.tgname)
          from named r join pg_trigger t on t.tgrelid = r.oid and not t.tgisinternal
        """

    /// Foreign keys, which contain the tenant unless what they point at has none; and primary keys.
    private static let keys: SQL =
        """
        with named as (
            select c.oid, format('%s.%s', n.nspname, c.relname) as name,
                   (select a.attnum from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id') as tenant
              from pg_class c join pg_namespace n on n.oid = c.relnamespace
             where c.relkind in ('r', 'p') and not c.relispartition and n.nspname !~ '^pg_'
        )
        select format('%s.%s -> %s', r.name, a.attname, f.name)
          from pg_constraint k
          join named r on r.oid = k.conrelid
          join named f on f.oid = k.confrelid
          join pg_attribute a on a.attrelid = r.oid and a.attnum = any (k.conkey)
         where k.contype = 'f' and k.conparentid = 0 and (f.tenant is null or r.tenant = any (k.conkey))
        union
        select format('key %s (%s)', r.name, string_agg(a.attname, ', ' order by u.place))
          from pg_constraint k
          join named r on r.oid = k.conrelid
         cross join unnest(k.conkey) with ordinality u (number, place)
          join pg_attribute a on a.attrelid = r.oid and a.attnum = u.number
         where k.contype = 'p'
         group by r.name
        """

    /// Functions, domains and roles.
    private static let others: SQL =
        """
        select format('%s.%s()', n.nspname, p.proname)
          from pg_proc p join pg_namespace n on n.oid = p.pronamespace
         where n.nspname !~ '^pg_'
        union
        select format('domain %s.%s', n.nspname, t.typname)
          from pg_type t join pg_namespace n on n.oid = t.typnamespace
         where t.typtype = 'd' and n.nspname !~ '^pg_'
        union
        select format('role %s', rolname) from pg_roles where rolname !~ '^pg_'
        """
}
