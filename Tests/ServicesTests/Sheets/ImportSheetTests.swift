import Foundation
import Postgres
import Telecom
import TestSupport
import Testing

@testable import Services

/// Price sheets on their way into the database, and into force.
@Suite(.database) struct ImportSheetTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func deck() async throws -> Sheet {
        let id = UUID()
        for statement: SQL in [
            """
            insert into core.tenants (id, slug, name)
            values (\(id), 'sheet-' || left(\(id.uuidString.lowercased()), 8), 'x')
            """,
            "insert into routing.carriers (tenant_id, id, name) values (\(id), \(id), 'x')",
            """
            insert into routing.carrier_trunks (tenant_id, id, carrier_id, name, host)
            values (\(id), \(id), \(id), 'x', 'x.example')
            """,
            "insert into routing.decks (tenant_id, id, carrier_trunk_id, name) values (\(id), \(id), \(id), 'A deck')",
        ] { try await db.owner.run(statement) }
        return try await FindSheet(db.engine)("A deck", .deck, of: id)
    }

    @discardableResult
    private func take(
        _ text: String, into sheet: Sheet, publishing: Date? = nil, _ change: (inout SheetOptions) -> Void = { _ in }
    ) async throws -> ImportSheet.Result {
        let scratch = try ScratchFile(text)
        defer { scratch.remove() }
        var options = SheetOptions()
        options.effective = Date(timeIntervalSince1970: 1_700_000_000)
        change(&options)
        return try await ImportSheet(db.engine)(scratch.path, into: sheet, options, publishing: publishing)
    }

    private func rows(_ sheet: Sheet, _ version: Int) async throws -> [String] {
        try await db.owner.run(
            """
            select concat_ws(' ', prefix, trim_scale(rate), case when blocked then 'blocked' end,
                             case when disabled then 'disabled' end, 'until ' || (valid_to at time zone 'UTC')::date)
              from routing.rate_deck
             where tenant_id = \(sheet.tenantID) and deck_id = \(sheet.id) and deck_version = \(version)
             order by prefix, valid_from
            """
        ).values()
    }

    private func inForce(_ sheet: Sheet) async throws -> Int? {
        try await db.owner.run("select routing.sheet_version_at(\(sheet.tenantID), \(sheet.id))").value(Int?.self)
            ?? nil
    }

    @Test func `a file makes a draft, which is published, followed and rolled back to`() async throws {
        let sheet = try await deck()
        let first = try await take("Prefix,Rate\n44,0.01\n4420,0.02\n49,0.03\n", into: sheet)
        #expect(first.version == 2)
        #expect(try await inForce(sheet) == 1)
        _ = try await PublishSheet(db.engine)(sheet, version: 2)
        #expect(try await inForce(sheet) == 2)

        // A full file: 4420 would fall to 44, 49 to nothing.
        let second = try await take("Prefix,Rate\n44,0.015\n", into: sheet)
        #expect(second.version == 3)
        #expect(second.added == 1)
        #expect(try await rows(sheet, 3) == ["44 0.015", "4420 blocked"])
        let summary = try await CompareSheet(db.engine)(sheet, from: 2, to: 3)
        #expect(summary.counts == [.raised: 1, .blocked: 1, .dropped: 1])
        #expect(summary.shortNotice == 1)
        #expect(summary.differences.first.map { "\($0.prefix) \($0.share ?? 0)" } == "44 0.5")
        _ = try await PublishSheet(db.engine)(sheet, version: 3)

        let delta = try await take("Prefix,Rate,Status\n49,0.04,new\n44,0.012,decrease\n", into: sheet) {
            $0.isDelta = true
        }
        #expect(try await rows(sheet, delta.version ?? 0) == ["44 0.012", "4420 blocked", "49 0.04"])
        #expect(try await ListVersions(db.engine).previous(of: sheet) == 2)
        _ = try await PublishSheet(db.engine)(sheet, version: 2)
        #expect(try await inForce(sheet) == 2)
        #expect(try await rows(sheet, 2) == ["44 0.01", "4420 0.02", "49 0.03"])
        #expect(try await ListVersions(db.engine)(sheet).map(\.state) == ["draft", "sealed", "sealed", "sealed"])
    }

    @Test func `what holds until a raised price begins is kept, and the notice is counted`() async throws {
        let sheet = try await deck()
        try await take("Prefix,Rate\n44,0.01\n", into: sheet)
        _ = try await PublishSheet(db.engine)(sheet, version: 2)
        let later = try await take("Prefix,Rate,Effective Date\n44,0.02,2099-01-01\n", into: sheet)
        #expect(try await rows(sheet, later.version ?? 0) == ["44 0.01 until 2099-01-01", "44 0.02"])
        let summary = try await CompareSheet(db.engine)(sheet, from: 2, to: 3)
        #expect(summary.counts == [.raised: 1])
        #expect(summary.shortNotice == 0)
    }

    @Test func `a scheduled version can be withdrawn, a draft discarded`() async throws {
        let sheet = try await deck()
        try await take("Prefix,Rate\n44,0.01\n", into: sheet)
        let time = Date(timeIntervalSinceNow: 3_600)
        _ = try await PublishSheet(db.engine)(sheet, version: 2, from: time)
        #expect(try await inForce(sheet) == 1)
        #expect(try await PublishSheet(db.engine).discard(sheet, version: 2) == false, "it is published")
        #expect(try await PublishSheet(db.engine).withdraw(sheet) == [2])
        #expect(try await PublishSheet(db.engine).withdraw(sheet) == [])
        #expect(try await ListVersions(db.engine)(sheet).map(\.state) == ["draft", "open"])
        #expect(try await PublishSheet(db.engine).discard(sheet, version: 2))
        #expect(try await rows(sheet, 2) == [])
    }

    @Test func `what is disabled is left to the shorter code, and what a version closes and opens is told`()
        async throws
    {
        let sheet = try await deck()
        try await take("Prefix,Rate,Status\n44,0.01,new\n4420,0.02,new\n4430,0.03,new\n4440,,blocked\n", into: sheet)
        _ = try await PublishSheet(db.engine)(sheet, version: 2)
        let text = "Prefix,Rate,Status\n44,0.01,\n4420,0.02,disabled\n4430,,blocked\n4450,,blocked\n4460,,disabled\n"
        try await take(text, into: sheet) { $0.blocksMissing = false }
        #expect(
            try await rows(sheet, 3)
                == ["44 0.01", "4420 0.02 disabled", "4430 blocked", "4450 blocked", "4460 disabled"])
        let summary = try await CompareSheet(db.engine)(sheet, from: 2, to: 3)
        #expect(summary.counts == [.disabled: 1, .blocked: 2, .opened: 1])
        #expect(
            summary.differences.map { "\($0.change) \($0.prefix) \($0.old?.description ?? "-")" }
                == ["blocked 4430 0.03", "blocked 4450 -", "disabled 4420 0.02", "opened 4440 -"])
        #expect(summary.differences.allSatisfy { $0.new == nil && $0.share == nil })
    }

    @Test func `a deck by company and area becomes rows of exchanges and blocks`() async throws {
        let sheet = try await deck()
        let text = "OCN,LATA,Inter,Intra\n9206,132,0.01,0.02\n075F,132,0.03,0.04\n"
        let failure = await #expect(throws: ImportFailure.self) { try await take(text, into: sheet) }
        #expect(failure?.description.contains("no block of numbers is known") == true)
        try await db.owner.run(
            """
            insert into ref.npa_nxx_blocks (npa, nxx, block, source, ocn, lata) values
                ('212', '771', 'A', 'lerg', '9206', '132'), ('212', '772', 'A', 'lerg', '9206', '13201'),
                ('212', '772', '4', 'lerg', '075F', '132'), ('310', '771', 'A', 'lerg', '9206', '730')
            """)
        let result = try await take(text, into: sheet)
        #expect(result.rows == 11)
        #expect(result.leftOut == 0)
        let prices = try await db.owner.run(
            """
            select trim_scale(rate_interstate) || ': ' || string_agg(prefix, ' ' order by prefix)
              from routing.rate_deck
             where tenant_id = \(sheet.tenantID) and deck_version = \(result.version)
             group by rate_interstate order by 1
            """
        ).values(String.self)
        #expect(
            prices == [
                "0.01: 1212771 12127720 12127721 12127722 12127723 12127725 12127726 12127727 12127728 12127729",
                "0.03: 12127724",
            ])

        // A company twice is one problem, of the line that has it again; one that has no numbers can be left out.
        let twice = try await take("OCN,Rate\n9206,0.01\n9206,0.02\n", into: sheet)
        #expect(twice.problems.map { "\($0.line) \($0.field) \($0.value)" } == ["3 OCN 9206"])
        let unknown = try await take("OCN,Rate\n9206,0.01\n1234,0.02\n", into: sheet) { $0.skipsUnknown = true }
        #expect(unknown.leftOut == 1)
        #expect(unknown.version == 3)
        try await db.owner.run("delete from ref.npa_nxx_blocks where nxx in ('771', '772')")
    }

    static let bad: [(name: String, text: String, errors: [String])] = [
        (
            "negative, NaN, formula", "Prefix,Rate\n44,-1\n45,NaN\n46,=1+1\n47,0.01\n",
            [
                "2,2,Rate,-1,0 to 200000", "3,2,Rate,NaN,\"a number with a decimal point, like 0.0045\"",
                "4,2,Rate,'=1+1,a number; this is a formula: export values",
            ]
        ),
        (
            "a code twice", "Prefix,Rate\n44,0.01\n45;44,0.02\n",
            ["3,1,Prefix,44,each code once for a date; line 2 has it too"]
        ),
        (
            "a short line", "Prefix,Destination,Rate\n44\n",
            ["2,3,Rate,,\"a price, or both interstate and intrastate, or a status that says it is gone\""]
        ),
    ]

    @Test(arguments: bad) func `one bad line changes nothing, and all are listed`(
        name: String, text: String, errors: [String]
    ) async throws {
        let sheet = try await deck()
        let scratch = try ScratchFile(text)
        defer { scratch.remove() }
        let result = try await ImportSheet(db.engine)(scratch.path, into: sheet)
        #expect(result.version == nil)
        #expect(try scratch.errors().dropFirst() == errors[...])
        #expect(try await ListVersions(db.engine)(sheet).map(\.number) == [1])
    }

    static let hostile: [(name: String, bytes: [UInt8], reason: String)] = [
        ("UTF-16", [0xFF, 0xFE, 0x50, 0x00], "is UTF-16; save it as UTF-8"), ("nothing", [], "no header was found"),
        ("a header alone", Array("Prefix,Rate\n".utf8), "has a header and no rows"),
        ("a missing column", Array("Prefix,Destination\n44,UK\n".utf8), "no header was found"),
        ("zeros", [UInt8](repeating: 0, count: 5_000), "no header was found"),
        (
            "an endless field", Array("Prefix,Rate\n\"44".utf8) + [UInt8](repeating: 0x30, count: 2_000_000),
            "do not end"
        ),
    ]

    @Test(arguments: hostile) func `a file that is none is refused in a sentence`(
        name: String, bytes: [UInt8], reason: String
    ) async throws {
        let sheet = try await deck()
        let scratch = try ScratchFile(bytes)
        defer { scratch.remove() }
        let failure = await #expect(throws: ImportFailure.self) {
            try await ImportSheet(db.engine)(scratch.path, into: sheet)
        }
        #expect(failure?.description.contains(reason) == true, "\(failure?.description ?? "")")
        #expect(try await ListVersions(db.engine)(sheet).map(\.number) == [1])
    }

    @Test func `bytes that are no UTF-8 are read as Latin-1`() async throws {
        let sheet = try await deck()
        let scratch = try ScratchFile(Array("Prefix,Destination,Rate\n225,C".utf8) + [0xF4] + Array("te,0.1\n".utf8))
        defer { scratch.remove() }
        let result = try await ImportSheet(db.engine)(scratch.path, into: sheet)
        let name = try await db.owner.run(
            """
            select destination from routing.rate_deck
             where tenant_id = \(sheet.tenantID) and deck_version = \(result.version)
            """
        ).value(String.self)
        #expect(name == "Côte")
    }

    @Test func `customers' plans are imported the same way, by direction`() async throws {
        let sheet = try await deck()
        let id = UUID()
        try await db.owner.run(
            "insert into billing.rate_plans (tenant_id, id, name) values (\(sheet.tenantID), \(id), 'Retail')")
        let plan = try await FindSheet(db.engine)(id.uuidString, .plan, of: sheet.tenantID)
        let result = try await take("Prefix,Rate\n44,0.05\n", into: plan) { $0.isInbound = true }
        let stored = try await db.owner.run(
            """
            select direction || ' ' || prefix from billing.voice_rates
             where tenant_id = \(plan.tenantID) and rate_plan_id = \(plan.id) and plan_version = \(result.version)
            """
        ).decode(String.self)
        #expect(stored == ["inbound 44"])
    }

    @Test func `an unknown deck is told with those that there are`() async throws {
        let sheet = try await deck()
        await #expect(throws: ImportFailure("no deck is called \"B deck\": there are A deck")) {
            try await FindSheet(db.engine)("B deck", .deck, of: sheet.tenantID)
        }
    }
}
