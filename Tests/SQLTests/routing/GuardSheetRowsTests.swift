import Foundation
import Postgres
import TestSupport
import Testing

/// Trigger routing.guard_sheet_rows: rows are of a version of their own tenant that there is and that is not sealed.
@Suite(.database) struct GuardSheetRowsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let sealed = Refusal("23001")
    private static let missing = Refusal("23503")

    /// A sheet of which 1 is sealed, 2 a draft, and another of which 1 is open; each version with a row.
    private func sheets(_ sort: Sheet.Sort) async throws -> (sheet: Sheet, open: Sheet) {
        let tenant = try await db.tenant()
        let (sheet, open) = (try await tenant.sheet(sort), try await tenant.sheet(sort))
        for one in [sheet, open] { try await one.add("1", "0.01") }
        try await sheet.add("49", "0.01", from: "2026-02-01")
        for version in 2...3 {
            try await sheet.draft()
            try await sheet.add("1", "0.01", version: version)
        }
        try await sheet.publish(3)
        return (sheet, open)
    }

    private func edition(_ sheet: Sheet, _ version: Int = 1) async throws -> String? {
        try await sheet.read(
            """
            select edition::text from routing.sheet_versions
             where tenant_id = TENANT and sheet_id = SHEET and version = \(version)
            """
        ).first
    }

    @Test(arguments: Sheet.Sort.allCases)
    func `a sealed version takes, changes and loses no row, a draft and an open one do`(
        _ sort: Sheet.Sort
    ) async throws {
        let (sheet, open) = try await sheets(sort)
        let itsOwn = "where tenant_id = TENANT and KEY = SHEET and VERSION ="
        for client in [db.owner, db.app, db.engine] {
            for (one, version, refused) in [(sheet, 1, Self.sealed), (sheet, 2, nil), (open, 1, nil)] {
                for statement in [
                    one.insertion("49", "0.02", version: version),
                    "update ROWS set rate = rate * 2 \(itsOwn) \(version) and prefix = '1'",
                    "delete from ROWS \(itsOwn) \(version) and prefix = '49'",
                ] {
                    #expect(try await one.refusal(statement, as: client) == refused, "\(statement)")
                }
            }
        }
        #expect(try await sheet.rows(1) == ["1 0.01 2026-01-01..", "49 0.01 2026-02-01.."])
        #expect(try await sheet.rows(2) == ["1 0.08 2026-01-01.."])
        #expect(try await open.rows() == ["1 0.08 2026-01-01.."])
        // Nor does a row leave a sealed version, or get into one.
        for (from, to) in [(1, 2), (2, 1)] {
            #expect(
                try await sheet.refusal("update ROWS set VERSION = \(to), prefix = '7' \(itsOwn) \(from)")
                    == Self.sealed)
        }
    }

    @Test(arguments: Sheet.Sort.allCases)
    func `a row needs a version, and one of its tenant`(_ sort: Sheet.Sort) async throws {
        let (sheet, _) = try await sheets(sort)
        let stranger = try await db.tenant().sheet(sort)
        let wrong = try await sheet.tenant.sheet(sort == .deck ? .plan : .deck)
        for client in [db.owner, db.app, db.engine] {
            let unknown = try await sheet.refusal(sheet.insertion("44", "0.02", version: 9), as: client)
            #expect(unknown == Self.missing)
            // The tenant's own id with a sheet of another tenant, of the other sort, and of nobody.
            for id in [stranger.id, wrong.id, UUID()] {
                let statement = sheet.insertion("44", "0.02").replacing("SHEET", with: "'\(id)'")
                #expect(try await sheet.refusal(statement, as: client) == Self.missing)
            }
            let moved = try await sheet.refusal(
                "update ROWS set KEY = '\(stranger.id)' where tenant_id = TENANT and VERSION = 2", as: client)
            #expect(moved == Self.missing)
        }
        let foreign = sheet.insertion("44", "0.02").replacing("TENANT", with: "'\(stranger.tenant.id)'")
            .replacing("SHEET", with: "'\(stranger.id)'")
        #expect(try await sheet.refusal(foreign, as: db.app) == .rowPolicy)
        #expect(try await stranger.rows() == [])
    }

    @Test func `so does a COPY`() async throws {
        let (sheet, open) = try await sheets(.deck)
        func copy(into version: Int, of sheet: Sheet, tenant: UUID) async throws -> Refusal? {
            try await Refusal.of {
                _ = try await db.engine.lease { session in
                    try await session.copyIn(
                        "routing.rate_deck (tenant_id, deck_id, deck_version, prefix, rate, valid_from)"
                    ) { writer in
                        for prefix in ["44", "49"] {
                            try await writer.row(
                                tenant, sheet.id, Int32(version), prefix, Numeric(units: 1, scale: 2),
                                Date(timeIntervalSince1970: 1_767_225_600))
                        }
                    }
                }
            }
        }
        let before = try #require(try await edition(open).flatMap { Int($0) })
        let tenant = sheet.tenant.id
        #expect(try await copy(into: 1, of: sheet, tenant: tenant) == Self.sealed)
        #expect(try await copy(into: 9, of: sheet, tenant: tenant) == Self.missing)
        #expect(try await copy(into: 1, of: open, tenant: try await db.tenant().id) == Self.missing)
        #expect(try await copy(into: 2, of: sheet, tenant: tenant) == nil)
        #expect(try await copy(into: 1, of: open, tenant: tenant) == nil)
        #expect(try await sheet.rows(2).count == 3)
        #expect(try await open.rows().count == 3)
        #expect(try await edition(open) == "\(before + 1)")
    }

    @Test(arguments: Sheet.Sort.allCases)
    func `the edition of an open version rises with a statement, that of a draft does not`(
        _ sort: Sheet.Sort
    ) async throws {
        let (sheet, open) = try await sheets(sort)
        let all = "where tenant_id = TENANT and KEY in (SHEET, '\(sheet.id)') and VERSION in (1, 2)"
        let kept = try await edition(sheet, 2)
        #expect(try await edition(open) == "2")
        try await open.run(
            """
            insert into ROWS (tenant_id, KEY, VERSION, prefix, rate, valid_from)
            select TENANT, s, v, p, 1, '2026-01-01'
              from (values (SHEET, 1), ('\(sheet.id)'::uuid, 2)) as versions (s, v), unnest(array['44', '49']) p
            """, as: db.app)
        #expect(try await edition(open) == "3")
        try await open.run("update ROWS set rate = 2 \(all) and KEY = SHEET", as: db.app)
        try await open.run("update ROWS set rate = 2 \(all) and prefix = 'x'", as: db.app)  // of none
        #expect(try await edition(open) == "4")
        try await open.run("delete from ROWS \(all) and prefix = '44'", as: db.app)
        #expect(try await edition(open) == "5")
        #expect(try await edition(sheet, 2) == kept)
    }

    /// One after the other counts its change; no two wait for each other.
    @Test func `many write into one version at once`() async throws {
        let (_, open) = try await sheets(.deck)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 10..<30 {
                group.addTask { try await open.run(open.insertion("\(number)", "0.02"), as: db.engine) }
            }
            try await group.waitForAll()
        }
        #expect(try await open.rows().count == 21)
        #expect(try await edition(open) == "22")
    }
}
