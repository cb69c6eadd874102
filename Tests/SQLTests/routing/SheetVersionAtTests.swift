import Postgres
import TestSupport
import Testing

/// routing.sheet_version_at: which version holds at an instant.
@Suite(.database) struct SheetVersionAtTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test(arguments: Sheet.Sort.allCases)
    func `that which was last put in force`(_ sort: Sheet.Sort) async throws {
        let sheet = try await db.tenant().sheet(sort)
        for _ in 2...4 { try await sheet.draft() }  // the last of them is never published
        try await sheet.publish(2, at: "2100-01-01Z")
        try await sheet.publish(3, at: "2100-03-01Z")
        try await sheet.publish(1, at: "2100-02-01Z")  // in between, and back
        try await sheet.publish(2, at: "2100-04-01Z")
        for (instant, version) in [
            ("-infinity", 1), ("now", 1), ("2099-12-31 23:59:59.999999Z", 1), ("2100-01-01Z", 2), ("2100-01-31Z", 2),
            ("2100-02-01Z", 1), ("2100-02-28 23:59Z", 1), ("2100-03-01Z", 3), ("2100-04-01Z", 2), ("infinity", 2),
        ] {
            #expect(try await sheet.version(at: instant) == version, "\(instant)")
        }
    }

    @Test func `none of a sheet that is not there, or another tenant's`() async throws {
        let (mine, other) = (try await db.tenant().sheet(.plan), try await db.tenant().sheet(.plan))
        for client in [db.owner, db.engine] {
            let version = try await client.run("select routing.sheet_version_at(\(mine.tenant.id), \(other.id))")
            #expect(try version.value(Int?.self) == .some(nil))
        }
        let version = try await mine.run(
            "select routing.sheet_version_at('\(other.tenant.id)', '\(other.id)')", as: db.app)
        #expect(try version.value(Int?.self) == .some(nil))
    }
}
