import Postgres
import TestSupport
import Testing

/// Trigger routing.guard_sheet_version: what was published stays as it was.
@Suite(.database) struct GuardSheetVersionTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let itsOwn = "where tenant_id = TENANT and sheet_id = SHEET and version ="

    @Test(arguments: [
        "state = 'open', sealed_at = null", "state = 'draft', sealed_at = null", "row_count = 7", "kind = 'full'",
        "digest = repeat('0', 64)", "sealed_at = now() + interval '1 day'", "version = 9",
        "deck_id = null, rate_plan_id = sheet_id",
    ])
    func `a sealed one does not change`(_ change: String) async throws {
        let sheet = try await db.tenant().sheet(.deck)
        let version = try await sheet.draft()
        try await sheet.publish(version)
        for client in [db.owner, db.app, db.engine] {
            let refusal = try await sheet.refusal(
                "update routing.sheet_versions set \(change) \(Self.itsOwn) \(version)", as: client)
            #expect(refusal == Refusal("23001"))
        }
        try await sheet.run("update routing.sheet_versions set source = 'renamed.csv' \(Self.itsOwn) \(version)")
    }

    @Test func `a draft and an open one do, but not whose they are, and no open one becomes a draft`() async throws {
        let sheet = try await db.tenant().sheet(.plan)
        try await sheet.draft()
        for version in [1, 2] {
            let update = "update routing.sheet_versions set"
            try await sheet.run(
                "\(update) digest = repeat('0', 64), row_count = 7, kind = 'full' \(Self.itsOwn) \(version)",
                as: db.engine)
            for change in ["version = 9", "deck_id = sheet_id, rate_plan_id = null"] {
                #expect(
                    try await sheet.refusal("\(update) \(change) \(Self.itsOwn) \(version)", as: db.app)
                        == Refusal("23001"))
            }
        }
        #expect(
            try await sheet.refusal("update routing.sheet_versions set state = 'draft' \(Self.itsOwn) 1")
                == Refusal("23001"))
    }

    @Test func `one that is sealed for what has not come yet does not change either`() async throws {
        let sheet = try await db.tenant().sheet(.deck)
        try await sheet.draft()
        try await sheet.publish(2, at: "2100-01-01")
        for version in [1, 2] {
            for state in ["open", "draft"] {
                let refusal = try await sheet.refusal(
                    "update routing.sheet_versions set state = '\(state)', sealed_at = null \(Self.itsOwn) \(version)")
                #expect(refusal == Refusal("23001"), "\(version) \(state)")
            }
        }
    }

    @Test(arguments: Sheet.Sort.allCases)
    func `one that held for calls is not deleted while its sheet is there`(_ sort: Sheet.Sort) async throws {
        let sheet = try await db.tenant().sheet(sort)
        for version in 2...4 {
            try await sheet.draft()
            try await sheet.add("1", "0.01", version: version)
        }
        try await sheet.publish(2)
        try await sheet.publish(3, at: "2100-01-01")
        for version in [1, 2] {
            for client in [db.owner, db.app, db.engine] {
                let refusal = try await sheet.refusal(
                    "delete from routing.sheet_versions \(Self.itsOwn) \(version)", as: client)
                #expect(refusal == Refusal("23001"))
            }
        }
        for version in [3, 4] {
            try await sheet.run("delete from routing.sheet_versions \(Self.itsOwn) \(version)", as: db.app)
        }
        #expect(try await sheet.states() == ["1 sealed", "2 sealed"])
        #expect(try await sheet.version(at: "infinity") == 2)
    }
}
