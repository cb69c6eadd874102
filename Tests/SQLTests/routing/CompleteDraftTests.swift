import Foundation
import Postgres
import TestSupport
import Testing

/// routing.complete_draft: what a version needs besides the rows of its file.
@Suite(.database) struct CompleteDraftTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// Completes a draft for a publication on 1 July 2026; how many rows were added.
    private func complete(_ sheet: Sheet, _ version: Int = 2, missing: String = "block") async throws -> Int? {
        try await sheet.run(
            "select routing.complete_draft(TENANT, SHEET, \(version), '2026-07-01Z', '\(missing)')", as: db.engine
        ).value(Int.self)
    }

    /// What held and what is to come, of a carrier that has two countries and parts of one.
    private func sheet(_ sort: Sheet.Sort, _ kind: String) async throws -> Sheet {
        let sheet = try await db.tenant().sheet(sort)
        try await sheet.add("1", "0.01", to: "2026-06-01Z")  // over
        try await sheet.add("1", "0.02", from: "2026-06-01Z")
        try await sheet.add("1212", "0.03")
        try await sheet.add("44", "0.04", to: "2026-09-01Z")
        try await sheet.add("44", "0.05", from: "2026-09-01Z")
        try await sheet.add("49", "0.06", from: "2026-08-01Z")
        try await sheet.draft(kind)
        return sheet
    }

    @Test(arguments: Sheet.Sort.allCases)
    func `of a file of changes all that it does not name stays`(_ sort: Sheet.Sort) async throws {
        let sheet = try await sheet(sort, "delta")
        try await sheet.add("1", "0.07", version: 2, from: "2026-07-01Z")
        try await sheet.add("44", "0.08", version: 2, from: "2026-08-15Z")
        #expect(try await complete(sheet) == 3)
        #expect(
            try await sheet.rows(2) == [
                "1 0.07 2026-07-01..", "1212 0.03 2026-01-01..", "44 0.04 2026-01-01..2026-08-15",
                "44 0.08 2026-08-15..", "49 0.06 2026-08-01..",
            ])
        let count = "select row_count::text from routing.sheet_versions where tenant_id = TENANT and version = 2"
        #expect(try await sheet.read(count) == ["5"])
        // Once more adds nothing.
        #expect(try await complete(sheet) == 0)
        #expect(try await sheet.read(count) == ["5"])
    }

    @Test(arguments: Sheet.Sort.allCases)
    func `a full file that lacks a prefix blocks it where a shorter one would price it`(
        _ sort: Sheet.Sort
    ) async throws {
        for missing in ["block", "drop"] {
            let sheet = try await sheet(sort, "full")
            try await sheet.add("1", "0.07", version: 2, from: "2026-07-15Z")
            try await sheet.add("49", "0.08", version: 2, from: "2026-07-01Z")
            let kept = ["1 0.02 2026-06-01..2026-07-15", "1 0.07 2026-07-15..", "49 0.08 2026-07-01.."]
            let blocked = missing == "block" ? ["1212 blocked 2026-07-01.."] : []
            #expect(try await complete(sheet, missing: missing) == 1 + blocked.count)
            #expect(try await sheet.rows(2) == (kept + blocked).sorted())
            #expect(try await complete(sheet, missing: missing) == 0)
            // The next file lacks it as well: it stays blocked.
            guard missing == "block" else { continue }
            try await sheet.publish(2)
            try await sheet.run("select routing.draft_sheet(TENANT, SHEET, 'full')")
            try await sheet.add("1", "0.09", version: 3, from: "2026-06-01Z")
            #expect(try await complete(sheet, 3) == 1)
            #expect(try await sheet.rows(3) == ["1 0.09 2026-06-01..", "1212 blocked 2026-07-01.."])
        }
    }

    @Test(arguments: ["full", "delta"])
    func `a disabled row of the file ends what stood before it, and blocks nothing`(_ kind: String) async throws {
        let sheet = try await sheet(.deck, kind)
        try await sheet.add("1", "0.07", version: 2, from: "2026-06-15Z")
        try await sheet.add("44", "0.08", version: 2, from: "2026-07-01Z")
        for (prefix, from) in [("1212", "2026-08-01Z"), ("44", "2026-10-01Z"), ("49", "2026-07-01Z")] {
            try await sheet.run(
                """
                insert into ROWS (tenant_id, KEY, VERSION, prefix, disabled, valid_from)
                values (TENANT, SHEET, 2, '\(prefix)', true, '\(from)')
                """)
        }
        #expect(try await complete(sheet) == 1)
        #expect(
            try await sheet.rows(2) == [
                "1 0.07 2026-06-15..", "1212 0.03 2026-01-01..2026-08-01", "1212 disabled 2026-08-01..",
                "44 0.08 2026-07-01..2026-10-01", "44 disabled 2026-10-01..", "49 disabled 2026-07-01..",
            ])
    }

    @Test func `what is carried over keeps all its prices`() async throws {
        let sheet = try await db.tenant().sheet(.plan)
        let columns = """
            direction, prefix, destination, rate, rate_interstate, rate_intrastate, rate_local, rate_indeterminate,
            initial_increment_s, next_increment_s, connect_fee, blocked, disabled, valid_from, valid_to
            """
        try await sheet.run(
            """
            insert into ROWS (tenant_id, KEY, \(columns)) values
                (TENANT, SHEET, 'inbound', '1', 'x', 1, 2, 3, 4, 5, 60, 30, 6, true, false, '2026-01-01', '2100-01-01'),
                (TENANT, SHEET, 'outbound', '1', 'y', 7, 8, 9, 10, 11, 1, 1, 12, false, true, '2026-01-02', null)
            """)
        try await sheet.draft("delta")
        #expect(try await complete(sheet) == 2)
        let different = try await sheet.read(
            """
            select prefix::text from (
                select \(columns), count(*) over (partition by \(columns)) as copies from ROWS
                 where tenant_id = TENANT and KEY = SHEET) r
             where copies <> 2
            """)
        #expect(different == [])
    }

    @Test(arguments: ["full", "delta"])
    func `with nothing before, the file is all there is`(_ kind: String) async throws {
        let sheet = try await db.tenant().sheet(.deck)
        try await sheet.draft(kind)
        try await sheet.add("1", "0.01", version: 2, from: "2027-01-01Z")
        #expect(try await complete(sheet) == 0)
        #expect(try await complete(sheet) == 0)
        #expect(try await sheet.rows(2) == ["1 0.01 2027-01-01.."])
    }

    @Test func `only of a draft that is there, with its base, and in a way that there is`() async throws {
        let (sheet, other) = (try await db.tenant().sheet(.deck), try await db.tenant().sheet(.deck))
        for each in [sheet, other] {
            try await each.draft("delta")
            try await each.run("select routing.draft_sheet(TENANT, SHEET, 'delta', p_base => 2)")
        }
        let call = "select routing.complete_draft"
        for (arguments, refused) in [
            ("TENANT, SHEET, 1", Refusal("23503")), ("TENANT, SHEET, 9", Refusal("23503")),
            ("TENANT, '\(other.id)', 2", Refusal("23503")), ("TENANT, SHEET, 2, now(), 'keep'", .badParameter),
            ("TENANT, SHEET, 2, now(), null", .badParameter),
        ] {
            #expect(try await sheet.refusal("\(call)(\(arguments))", as: db.engine) == refused, "\(arguments)")
        }
        #expect(
            try await sheet.refusal("\(call)('\(other.tenant.id)', '\(other.id)', 2)", as: db.app)
                == Refusal("23503"))
        try await sheet.run("delete from routing.sheet_versions where tenant_id = TENANT and version = 2")
        #expect(try await sheet.refusal("\(call)(TENANT, SHEET, 3)") == Refusal("23503"))
        try await other.publish(2)
        #expect(try await other.refusal("\(call)(TENANT, SHEET, 2)") == Refusal("23503"))
    }

    /// For every number and every day from the publication on, the version says what the oracle says.
    @Test(arguments: Sheet.Sort.allCases)
    func `every number costs what the file and what was before say`(_ sort: Sheet.Sort) async throws {
        let tenant = try await db.tenant()
        var random = RandomSheets(SeededGenerator(seed: 20_260_701), hasDirections: sort == .plan)
        for turn in 0..<25 {
            let sheet = try await tenant.sheet(sort)
            let oracle = DraftOracle(
                base: random.sheet(), file: random.sheet(), isDelta: Bool.random(using: &random.generator),
                blocksMissing: Bool.random(using: &random.generator),
                from: Int.random(in: 0...14, using: &random.generator))
            try await store(oracle.base, 1, sheet)
            try await sheet.draft(oracle.isDelta ? "delta" : "full")
            try await store(oracle.file, 2, sheet)
            let missing = oracle.blocksMissing ? "block" : "drop"
            try await sheet.run(
                """
                select routing.complete_draft(TENANT, SHEET, 2, '2026-01-01Z'::timestamptz
                                              + interval '\(oracle.from) days', '\(missing)')
                """, as: db.engine)
            let made = try await stored(2, sheet)
            let found = DraftOracle(base: made, file: [], isDelta: true, blocksMissing: false, from: 0)
            for number in Self.numbers {
                for day in oracle.from...26 {
                    for isInbound in sort == .plan ? [false, true] : [false] {
                        let expected = oracle.price(of: number, isInbound: isInbound, on: day)
                        let price = found.price(of: number, isInbound: isInbound, on: day)
                        try #require(price == expected, "turn \(turn), \(number) on \(day): \(oracle) made \(made)")
                    }
                }
            }
        }
    }

    /// All numbers of four digits that the random sheets have prefixes of.
    private static let numbers = (0..<16).map { bits in
        (0..<4).map { bits >> $0 & 1 == 0 ? "2" : "3" }.joined()
    }

    private func store(_ prices: [DatedPrice], _ version: Int, _ sheet: Sheet) async throws {
        let direction = sheet.sort == .plan ? "direction, " : ""
        let time = "'2026-01-01Z'::timestamptz + make_interval(days => "
        for price in prices {
            let way = direction == "" ? "" : price.isInbound ? "'inbound', " : "'outbound', "
            let ends = price.ends.map { "\(time)\($0))" } ?? "null"
            try await sheet.run(
                """
                insert into ROWS (tenant_id, KEY, VERSION, \(direction)prefix, rate, blocked, disabled, valid_from,
                                  valid_to)
                values (TENANT, SHEET, \(version), \(way)'\(price.prefix)', \(price.price), \(price.isBlocked),
                        \(price.isDisabled), \(time)\(price.begins)), \(ends))
                """)
        }
    }

    private func stored(_ version: Int, _ sheet: Sheet) async throws -> [DatedPrice] {
        let direction = sheet.sort == .plan ? "direction" : "'outbound'"
        let day = "/ 86400 - 20454)::bigint"  // 1 January 2026
        let rows = try await sheet.run(
            """
            select \(direction) = 'inbound', prefix::text, coalesce(rate, 0)::bigint, blocked, disabled,
                   (extract(epoch from valid_from) \(day), (extract(epoch from valid_to) \(day)
              from ROWS where tenant_id = TENANT and KEY = SHEET and VERSION = \(version)
            """)
        return try rows.decode(Bool.self, String.self, Int.self, Bool.self, Bool.self, Int.self, Int?.self).map {
            DatedPrice(
                isInbound: $0.0, prefix: $0.1, price: $0.2, isBlocked: $0.3, isDisabled: $0.4, begins: $0.5, ends: $0.6)
        }
    }
}
