import Postgres
import TestSupport
import Testing

/// Trigger routing.open_sheet: a deck or plan begins with a version that people fill by hand.
@Suite(.database) struct OpenSheetTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test(arguments: Sheet.Sort.allCases)
    func `a new one has a first version, open and in force for all time`(_ sort: Sheet.Sort) async throws {
        let sheet = try await db.tenant().sheet(sort)
        let first = try await sheet.read(
            """
            select concat_ws(' ', v.version, v.state, v.kind, v.deck_id = SHEET, v.rate_plan_id = SHEET, v.base_version,
                             a.active_from)
              from routing.sheet_versions v join routing.sheet_activations a using (tenant_id, sheet_id, version)
             where v.tenant_id = TENANT and v.sheet_id = SHEET
            """)
        #expect(first == ["1 open manual t -infinity"])
        for instant in ["-infinity", "1900-01-01", "now", "infinity"] {
            #expect(try await sheet.version(at: instant) == 1, "\(instant)")
        }
    }

    @Test func `also of one that the API makes`() async throws {
        let sheet = try await db.tenant().sheet(.deck)
        try await sheet.run(
            """
            insert into routing.decks (tenant_id, carrier_trunk_id, name)
            values (TENANT, SHEET, 'a'), (TENANT, SHEET, 'b')
            """, as: db.app)
        try await sheet.run("insert into billing.rate_plans (tenant_id, name) values (TENANT, 'c')", as: db.app)
        let count = try await sheet.run("select count(*) from routing.sheet_versions where tenant_id = TENANT")
        #expect(try count.value(Int.self) == 4)
    }
}
