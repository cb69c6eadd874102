import Postgres
import TestSupport
import Testing

/// Trigger routing.drop_sheet_rows: rows go with their version, and that with its deck, plan or tenant.
@Suite(.database) struct DropSheetRowsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// A deck or plan of the tenant with rows in a sealed version, in one that is in force, in a scheduled one and in a
    /// draft.
    private func filled(_ sort: Sheet.Sort, of tenant: Tenant) async throws -> Sheet {
        let sheet = try await tenant.sheet(sort)
        for version in 1...4 {
            if version > 1 { try await sheet.draft() }
            for prefix in ["1", "44", "49"] { try await sheet.add(prefix, "0.01", version: version) }
        }
        try await sheet.publish(2)
        try await sheet.publish(3, at: "2100-01-01")
        return sheet
    }

    private func left(_ sheet: Sheet) async throws -> Int? {
        try await sheet.run(
            """
            select (select count(*) from ROWS where tenant_id = TENANT and KEY = SHEET)
                   + (select count(*) from routing.sheet_versions where tenant_id = TENANT and sheet_id = SHEET)
                   + (select count(*) from routing.sheet_activations where tenant_id = TENANT and sheet_id = SHEET)
            """
        ).value(Int.self)
    }

    @Test(arguments: Sheet.Sort.allCases)
    func `a draft takes its rows along, and no others`(_ sort: Sheet.Sort) async throws {
        let sheet = try await filled(sort, of: try await db.tenant())
        for (version, client) in [(4, db.app), (3, db.engine)] {
            try await sheet.run(
                """
                delete from routing.sheet_versions
                 where tenant_id = TENANT and sheet_id = SHEET and version = \(version)
                """, as: client)
            #expect(try await sheet.rows(version) == [])
        }
        for version in 1...2 { #expect(try await sheet.rows(version).count == 3) }
        #expect(try await left(sheet) == 6 + 2 + 2)
    }

    @Test(arguments: Sheet.Sort.allCases)
    func `a deck or plan takes all its versions along`(_ sort: Sheet.Sort) async throws {
        let tenant = try await db.tenant()
        let (gone, kept) = (try await filled(sort, of: tenant), try await filled(sort, of: tenant))
        if sort == .deck {
            try await gone.run("delete from routing.decks where tenant_id = TENANT and id = SHEET", as: db.app)
        } else {
            try await gone.run("delete from billing.rate_plans where tenant_id = TENANT and id = SHEET")
        }
        #expect(try await left(gone) == 0)
        #expect(try await left(kept) == 12 + 4 + 3)
    }

    @Test func `a tenant takes all along, whether it is cleared before or not`() async throws {
        let kept = try await filled(.deck, of: try await db.tenant())
        for isCleared in [true, false] {
            let tenant = try await db.tenant()
            let sheets = [try await filled(.deck, of: tenant), try await filled(.plan, of: tenant)]
            try await tenant.makePurgeable()
            if isCleared {
                while try await db.owner.run("select from core.clear_tenant(\(tenant.id), 2)").first != nil {}
                for sheet in sheets {
                    for version in 1...4 { #expect(try await sheet.rows(version).count <= 2) }
                }
            }
            let rows = try await db.owner.run(
                """
                select ((counts ->> 'routing.rate_deck')::integer + (counts ->> 'billing.voice_rates')::integer)::text
                  from core.purge_tenant(\(tenant.id), 'test') counts
                """
            ).value(String.self)
            #expect(rows == "24")
            for sheet in sheets { #expect(try await left(sheet) == 0) }
        }
        #expect(try await left(kept) == 12 + 4 + 3)
    }
}
