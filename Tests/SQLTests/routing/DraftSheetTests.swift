import Foundation
import Postgres
import TestSupport
import Testing

/// routing.draft_sheet: the next version of a deck or plan, which holds for no call yet.
@Suite(.database) struct DraftSheetTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func drafts(of sheet: Sheet) async throws -> [String] {
        try await sheet.read(
            """
            select concat_ws(' ', version, state, kind, base_version, deck_id = SHEET, rate_plan_id = SHEET, source)
              from routing.sheet_versions where tenant_id = TENANT and sheet_id = SHEET and version > 1
             order by version
            """)
    }

    @Test(arguments: Sheet.Sort.allCases)
    func `is numbered, based on what holds, and changes nothing`(_ sort: Sheet.Sort) async throws {
        let sheet = try await db.tenant().sheet(sort)
        try await sheet.run("select routing.draft_sheet(TENANT, SHEET, 'full', 'march.csv')", as: db.engine)
        try await sheet.run("select routing.draft_sheet(TENANT, SHEET)", as: db.app)
        #expect(try await sheet.version() == 1)
        try await sheet.publish(2)
        #expect(try await sheet.draft("delta") == 4)
        try await sheet.run("select routing.draft_sheet(TENANT, SHEET, 'delta', p_base => 3)")
        #expect(
            try await drafts(of: sheet) == [
                "2 sealed full 1 t march.csv", "3 draft manual 1 t ", "4 draft delta 2 t ", "5 draft delta 3 t ",
            ])
        #expect(try await sheet.version() == 2)
    }

    @Test func `not of what is not there, on what is not before it, of an unknown kind`() async throws {
        let (sheet, other) = (try await db.tenant().sheet(.deck), try await db.tenant().sheet(.deck))
        for (call, refused) in [
            ("'\(UUID())'", Refusal("23503")), ("'\(other.id)'", Refusal("23503")),
            ("SHEET, 'manual', '', 2", Refusal("23514", "sheet_version_above_its_base")),
            ("SHEET, 'manual', '', 0", Refusal("23514", "sheet_version_above_its_base")),
            ("SHEET, 'partial'", Refusal("23514", "sheet_kind_is_known")),
        ] {
            for client in [db.app, db.engine] {
                let refusal = try await sheet.refusal("select routing.draft_sheet(TENANT, \(call))", as: client)
                #expect(refusal == refused, "\(call)")
            }
        }
        #expect(try await sheet.states() == ["1 open"])
    }

    @Test func `two at once get two numbers`() async throws {
        let sheet = try await db.tenant().sheet(.plan)
        let second = try await sheet.behind("select routing.draft_sheet(TENANT, SHEET)") {
            try await sheet.run("select routing.draft_sheet(TENANT, SHEET)", as: db.engine).value(Int.self)
        }
        #expect(second == 3)
        #expect(try await sheet.states() == ["1 open", "2 draft", "3 draft"])
    }
}
