import Foundation
import Postgres
import TestSupport
import Testing

/// routing.compare_sheets: what a version changes, before it is published.
@Suite(.database) struct CompareSheetsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    struct Change: CustomTestStringConvertible {
        /// Members of the row of the prefix 1; nil where the version has none.
        let old: String?
        let new: String?
        /// nil when nothing that counts has changed.
        let kind: String?
        var policy = "own"
        var testDescription: String { "\(old ?? "-") → \(new ?? "-") \(policy)" }

        init(_ old: String?, _ new: String?, _ kind: String?, policy: String = "own") {
            (self.old, self.new, self.kind, self.policy) = (old, new, kind, policy)
        }
    }

    private static let changes = [
        Change(nil, #""rate": 1"#, "new"),
        Change(#""rate": 1"#, nil, "dropped"),
        Change(#""rate": 1"#, #""rate": 1"#, nil),
        Change(#""rate": 1"#, #""rate": 1, "destination": "other""#, nil),
        Change(#""rate": 1"#, #""rate": 1.00000001"#, "raised"),
        Change(#""rate": 1"#, #""rate": 0.99999999"#, "lowered"),
        // What is blocked is as if it were not there.
        Change(#""rate": 1"#, #""blocked": true"#, "blocked"),
        Change(#""blocked": true"#, #""rate": 1"#, "new"),
        Change(#""blocked": true"#, nil, nil),
        Change(nil, #""blocked": true"#, nil),
        Change(#""blocked": true"#, #""blocked": true, "destination": "other""#, nil),
        // What is disabled is not there.
        Change(#""rate": 1"#, #""rate": 1, "disabled": true"#, "disabled"),
        Change(#""disabled": true"#, #""rate": 1"#, "new"),
        Change(#""rate": 1, "disabled": true"#, #""rate": 2, "disabled": true"#, nil),
        Change(nil, #""disabled": true"#, nil),
        Change(#""disabled": true"#, nil, nil),
        // Without a shorter prefix nobody loses or regains anything by a block.
        Change(#""disabled": true"#, #""blocked": true"#, nil),
        Change(#""blocked": true"#, #""disabled": true"#, nil),
        // Fees and increments.
        Change(#""rate": 1"#, #""rate": 1, "connect_fee": 0.1"#, "raised"),
        Change(#""rate": 1, "connect_fee": 0.1"#, #""rate": 1"#, "lowered"),
        Change(#""rate": 1"#, #""rate": 1, "initial_increment_s": 60"#, "raised"),
        Change(#""rate": 1"#, #""rate": 1, "next_increment_s": 1"#, "lowered"),
        // Whatever else is lower, what is higher is told.
        Change(#""rate": 1"#, #""rate": 0.5, "next_increment_s": 60"#, "raised"),
        Change(#""rate": 1, "connect_fee": 0.1"#, #""rate": 2"#, "raised"),
        // Prices of a jurisdiction, also where the row takes them from elsewhere.
        Change(#""rate": 1"#, #""rate": 1, "rate_interstate": 1, "rate_intrastate": 1"#, nil),
        Change(#""rate": 1"#, #""rate": 1, "rate_interstate": 2"#, "raised"),
        Change(#""rate": 1"#, #""rate": 1, "rate_intrastate": 0.5"#, "lowered"),
        Change(#""rate": 1, "rate_intrastate": 2"#, #""rate": 1, "rate_intrastate": 2, "rate_local": 1"#, "lowered"),
        Change(#""rate": 1"#, #""rate": 1, "rate_indeterminate": 2"#, "raised"),
        Change(#""rate": 1"#, #""rate": 1, "rate_interstate": 0.5, "rate_intrastate": 2"#, "raised"),
        // Without a price for the rest of the world its calls take that between states.
        Change(
            #""rate_interstate": 1, "rate_intrastate": 2"#,
            #""rate": 3, "rate_interstate": 1, "rate_intrastate": 2"#, "raised"),
        Change(
            #""rate_interstate": 1, "rate_intrastate": 2"#,
            #""rate": 1, "rate_interstate": 1, "rate_intrastate": 2"#, nil),
        // A price that the sheet's policy never takes does not count.
        Change(#""rate": 1"#, #""rate": 1, "rate_indeterminate": 2"#, nil, policy: "interstate"),
        Change(
            #""rate": 1, "rate_intrastate": 3"#, #""rate": 2, "rate_intrastate": 3"#, "raised", policy: "highest"),
    ]

    @Test(arguments: Sheet.Sort.allCases)
    func `each kind of change has its name`(_ sort: Sheet.Sort) async throws {
        let tenant = try await db.tenant()
        for change in Self.changes {
            let sheet = try await tenant.sheet(sort)
            try await sheet.draft()
            let table = sort == .deck ? "routing.decks" : "billing.rate_plans"
            try await sheet.run(
                "update \(table) set indeterminate_policy = '\(change.policy)' where tenant_id = TENANT and id = SHEET")
            if let old = change.old { try await store(old, 1, sheet) }
            if let new = change.new { try await store(new, 2, sheet) }
            let kinds = try await sheet.read(
                "select direction || ' ' || prefix || ' ' || change from routing.compare_sheets(TENANT, SHEET, 1, 2)",
                as: db.app)
            #expect(kinds == (change.kind.map { ["outbound 1 \($0)"] } ?? []), "\(change.testDescription)")
        }
    }

    private func store(_ members: String, _ version: Int, _ sheet: Sheet, prefix: String = "1") async throws {
        let direction = sheet.sort == .plan ? #""direction": "outbound","# : ""
        try await sheet.run(
            """
            insert into ROWS
            select (jsonb_populate_record(null::ROWS, jsonb_build_object(
                        'tenant_id', TENANT, 'id', core.uuid_v7(), 'KEY', SHEET, 'VERSION', \(version),
                        'created_at', now(), 'updated_at', now())
                    || '{\(direction) "prefix": "\(prefix)", "destination": "x", "initial_increment_s": 6,
                         "next_increment_s": 6, "connect_fee": 0, "blocked": false, "disabled": false,
                         "valid_from": "2026-01-01Z"}'
                    || '{\(members)}')).*
            """)
    }

    @Test func `tells the prices that apply, before and after, and from when`() async throws {
        let sheet = try await db.tenant().sheet(.deck)
        try await sheet.draft()
        try await store(#""rate": 1, "rate_intrastate": 2, "next_increment_s": 1"#, 1, sheet)
        try await store(
            #""destination": "", "rate_interstate": 3, "rate_intrastate": 4, "connect_fee": 5, "#
                + #""valid_from": "2026-05-01Z""#, 2, sheet)
        let row = try await sheet.read(
            """
            select concat_ws(' ', destination, change, to_char(begins at time zone 'UTC', 'YYYY-MM-DD'),
                             coalesce(trim_scale(old_rate)::text, '-'), coalesce(trim_scale(new_rate)::text, '-'),
                             trim_scale(old_interstate), trim_scale(new_interstate), trim_scale(old_intrastate),
                             trim_scale(new_intrastate), trim_scale(old_local), trim_scale(new_local),
                             trim_scale(old_indeterminate), trim_scale(new_indeterminate), trim_scale(old_fee),
                             trim_scale(new_fee), old_increments, new_increments)
              from routing.compare_sheets(TENANT, SHEET, 1, 2)
            """, as: db.engine)
        #expect(row == ["x raised 2026-05-01 1 - 1 3 2 4 2 4 2 4 0 5 6/1 6/6"])
    }

    @Test func `each prefix is what it comes to, and each direction for itself`() async throws {
        let sheet = try await db.tenant().sheet(.plan)
        try await sheet.draft()
        // An offer that ends leaves what was before; of what does not end the last one counts.
        try await sheet.add("1", "1")
        try await sheet.add("1", "9", from: "2026-02-01", to: "2100-01-01")
        try await sheet.add("1", "1", version: 2, from: "2026-01-01")
        try await sheet.add("44", "1")
        try await sheet.add("44", "1", version: 2)
        try await sheet.add("44", "2", version: 2, from: "2100-01-01")
        // What is over is not there; what will end, with nothing after it, is.
        try await sheet.add("49", "1", to: "2026-01-02")
        try await sheet.add("49", "1", version: 2, from: "2026-01-01", to: "2100-01-01")
        try await sheet.add("33", "1")
        try await sheet.add("33", "1", version: 2)
        try await sheet.run(
            "update ROWS set direction = 'inbound' where tenant_id = TENANT and prefix = '33' "
                + "and VERSION = 2")
        let changes = try await sheet.read(
            """
            select concat_ws(' ', direction, prefix, change) from routing.compare_sheets(TENANT, SHEET, 1, 2) order by 1
            """)
        #expect(changes == ["inbound 33 new", "outbound 33 dropped", "outbound 44 raised", "outbound 49 new"])
        for (old, new) in [(1, 1), (2, 2), (7, 8)] {
            let same = try await sheet.read("select change from routing.compare_sheets(TENANT, SHEET, \(old), \(new))")
            #expect(same == [])
        }
    }

    @Test func `a disabled row is what a prefix comes to where no other stays`() async throws {
        let sheet = try await db.tenant().sheet(.deck)
        try await sheet.draft()
        for prefix in ["1", "44"] { try await sheet.add(prefix, "1") }
        try await sheet.add("1", "1", version: 2, to: "2100-01-01")
        try await sheet.add("44", "2", version: 2)
        for prefix in ["1", "44"] {
            try await store(#""disabled": true, "valid_from": "2100-01-01Z""#, 2, sheet, prefix: prefix)
        }
        let changes = try await sheet.read(
            "select concat_ws(' ', prefix, change) from routing.compare_sheets(TENANT, SHEET, 1, 2) order by 1")
        #expect(changes == ["1 disabled", "44 raised"])
    }

    /// What rows of a prefix are: a block or a disabled row has no price.
    private enum Kind: String, CaseIterable { case priced, blocked, disabled }

    /// Sheets over two digits, with nested prefixes, against the calls to numbers that have no longer one.
    @Test(arguments: Sheet.Sort.allCases)
    func `what a block takes away or gives back is what calls lose or regain`(_ sort: Sheet.Sort) async throws {
        let tenant = try await db.tenant()
        var generator = SeededGenerator(seed: 57)
        var seen: Set<String> = []
        for turn in 0..<30 {
            let sheet = try await tenant.sheet(sort)
            try await sheet.draft()
            var versions: [[String: Kind]] = []
            for version in 1...2 {
                let rows = Self.someRows(&generator)
                let values = rows.map { prefix, kind in
                    """
                    (TENANT, SHEET, \(version), '\(prefix)', 1, \(kind == .blocked), \(kind == .disabled),
                     '2026-01-01')
                    """
                }
                try await sheet.run(
                    """
                    insert into ROWS (tenant_id, KEY, VERSION, prefix, rate, blocked, disabled, valid_from)
                    values \(values.joined(separator: ", "))
                    """)
                versions.append(rows)
            }
            let expected = Set(versions[0].keys).union(versions[1].keys).sorted().compactMap { prefix in
                Self.change(of: prefix, from: versions[0], to: versions[1]).map { "\(prefix) \($0)" }
            }
            let told = try await sheet.read(
                "select concat_ws(' ', prefix, change) from routing.compare_sheets(TENANT, SHEET, 1, 2) order by prefix"
            )
            try #require(told == expected, "turn \(turn): \(versions)")
            seen.formUnion(told.compactMap { $0.split(separator: " ").last.map(String.init) })
        }
        #expect(seen == ["new", "dropped", "blocked", "opened", "disabled"])
    }

    private static func someRows(_ generator: inout SeededGenerator) -> [String: Kind] {
        var rows: [String: Kind] = ["9": .priced]
        for _ in 0..<Int.random(in: 1...8, using: &generator) {
            let digits = (0..<Int.random(in: 1...4, using: &generator)).map { _ in Bool.random(using: &generator) }
            rows[digits.map { $0 ? "2" : "3" }.joined()] = Kind.allCases.randomElement(using: &generator)
        }
        return rows
    }

    /// By calls to a number that begins with the prefix and with no longer one.
    private static func change(of prefix: String, from old: [String: Kind], to new: [String: Kind]) -> String? {
        func goes(_ rows: [String: Kind]) -> Bool {
            for length in stride(from: prefix.count, to: 0, by: -1) {
                let kind = rows[String(prefix.prefix(length))] ?? .disabled
                if kind != .disabled { return kind == .priced }
            }
            return false
        }
        switch (old[prefix], new[prefix]) {
        case (.priced, .priced): return nil
        case (_, .priced): return "new"
        case (.priced, let kind): return kind?.rawValue ?? "dropped"
        case (.blocked, .blocked): return nil
        case (_, .blocked): return goes(old) ? "blocked" : nil
        case (.blocked, _): return goes(new) ? "opened" : nil
        default: return nil
        }
    }

    @Test func `nothing of what is not there, or another tenant's`() async throws {
        let (mine, other) = (try await db.tenant().sheet(.deck), try await db.tenant().sheet(.deck))
        try await other.draft()
        try await other.add("1", "1", version: 2)
        for arguments in ["TENANT, '\(other.id)'", "TENANT, '\(UUID())'", "'\(other.tenant.id)', '\(other.id)'"] {
            let rows = try await mine.read(
                "select change from routing.compare_sheets(\(arguments), 1, 2)", as: db.app)
            #expect(rows == [], "\(arguments)")
        }
    }

    /// What a call costs in each jurisdiction, as rating has it, says what has become dearer or cheaper.
    @Test func `agrees with what calls cost`() async throws {
        let sheet = try await db.tenant().sheet(.deck)
        try await sheet.draft()
        var generator = SeededGenerator(seed: 57)
        for prefix in 100..<300 {
            for version in 1...2 where Int.random(in: 0..<10, using: &generator) > 0 {
                let names = ["rate", "rate_interstate", "rate_intrastate", "rate_local", "rate_indeterminate"]
                var prices = names.filter { _ in Bool.random(using: &generator) }
                if !prices.contains("rate") { prices += ["rate_interstate", "rate_intrastate"] }
                var members = Set(prices).sorted().map { "\"\($0)\": \(Int.random(in: 1...2, using: &generator))" }
                members.append("\"connect_fee\": \(Int.random(in: 0...5, using: &generator) / 5)")
                members.append("\"blocked\": \(Int.random(in: 0..<10, using: &generator) == 0)")
                try await store(members.joined(separator: ", "), version, sheet, prefix: "\(prefix)")
            }
        }
        for policy in ["own", "intrastate", "highest", "interstate"] {
            try await sheet.run(
                "update routing.decks set indeterminate_policy = '\(policy)' where tenant_id = TENANT and id = SHEET")
            let wrong = try await sheet.read(
                """
                with costs as (
                    select r.prefix::text, r.deck_version as version, r.blocked, p.j, p.cost
                      from ROWS r
                     cross join lateral (
                           select j, routing.jurisdiction_rate(j, '\(policy)', r.rate, r.rate_interstate,
                                         r.rate_intrastate, r.rate_local, r.rate_indeterminate) as cost
                             from unnest(array['interstate', 'intrastate', 'local', 'indeterminate', 'international',
                                               'toll_free']) j
                            union all select 'fee', r.connect_fee) p
                     where r.tenant_id = TENANT and r.KEY = SHEET
                ), expected as (
                    select prefix, case when bool_or(o.j is null) then 'new' when bool_or(n.j is null) then 'dropped'
                                        when bool_or(n.blocked) then 'blocked'
                                        when bool_or(n.cost > o.cost) then 'raised'
                                        when bool_or(n.cost < o.cost) then 'lowered' end as change
                      from (select * from costs where version = 1 and not blocked) o
                      full join (select * from costs n where version = 2
                                    and (not blocked or exists (select from costs o where o.prefix = n.prefix
                                                                 and o.version = 1 and not o.blocked))) n
                     using (prefix, j)
                     group by prefix
                )
                select concat_ws(' ', prefix, e.change, '-', c.change)
                  from (select * from expected where change is not null) e
                  full join routing.compare_sheets(TENANT, SHEET, 1, 2) c using (prefix)
                 where e.change is distinct from c.change
                """)
            #expect(wrong == [], "\(policy)")
        }
    }
}
