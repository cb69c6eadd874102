import Postgres
import TestSupport
import Testing

/// routing.withdraw_sheet: what was scheduled is as it was before.
///
/// One test at a time: a publication that is not committed yet holds up all others, also in the sessions that tests
/// share.
@Suite(.database, .serialized) struct WithdrawSheetTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func withdraw(_ sheet: Sheet, as client: Database? = nil) async throws -> [String] {
        try await sheet.read("select v::text from routing.withdraw_sheet(TENANT, SHEET) v", as: client)
    }

    @Test(arguments: Sheet.Sort.allCases)
    func `a version that never held is a draft again, and the first one open`(_ sort: Sheet.Sort) async throws {
        let sheet = try await db.tenant().sheet(sort)
        try await sheet.add("1", "0.01")
        try await sheet.draft()
        try await sheet.add("1", "0.02", version: 2)
        try await sheet.publish(2, at: "2100-01-01")
        #expect(try await withdraw(sheet, as: sort == .deck ? db.app : db.engine) == ["2"])
        #expect(try await sheet.states() == ["1 open", "2 draft"])
        #expect(try await sheet.version(at: "infinity") == 1)
        // Both change again, and the other may be published again as it is then.
        try await sheet.add("44", "0.03")
        try await sheet.add("44", "0.04", version: 2)
        try await sheet.publish(2)
        #expect(try await sheet.rows(2) == ["1 0.02 2026-01-01..", "44 0.04 2026-01-01.."])
        #expect(try await sheet.states() == ["1 sealed", "2 sealed"])
    }

    @Test func `what has held stays sealed, and what is withdrawn comes by time`() async throws {
        let sheet = try await db.tenant().sheet(.deck)
        for _ in 2...4 { try await sheet.draft() }
        try await sheet.publish(2)
        try await sheet.publish(4, at: "2100-01-01")
        try await sheet.publish(1, at: "2100-02-01")
        try await sheet.publish(3, at: "2100-03-01")
        #expect(try await withdraw(sheet) == ["4", "1", "3"])
        #expect(try await sheet.states() == ["1 sealed", "2 sealed", "3 draft", "4 draft"])
        #expect(try await sheet.version(at: "infinity") == 2)
    }

    @Test func `readers read a version again that changed after it was withdrawn, and are told`() async throws {
        let sheet = try await db.tenant().sheet(.deck)
        try await sheet.draft()
        try await sheet.publish(2, at: "2100-01-01")
        let edition = "select edition::text from routing.sheet_versions where tenant_id = TENANT and version = 2"
        let snapshot = "select sum(version)::text from core.snapshot_versions"
        let (read, told) = (try await sheet.read(edition), try await sheet.read(snapshot))
        #expect(try await withdraw(sheet) == ["2"])
        #expect(try await sheet.read(edition) != read)
        #expect(try await sheet.read(snapshot) != told)
    }

    @Test func `nothing where nothing is scheduled, and not another tenant's`() async throws {
        let (sheet, other) = (try await db.tenant().sheet(.plan), try await db.tenant().sheet(.deck))
        try await sheet.draft()
        try await sheet.publish(2)
        #expect(try await withdraw(sheet) == [])
        #expect(try await sheet.states() == ["1 sealed", "2 sealed"])
        try await other.draft()
        try await other.publish(2, at: "2100-01-01")
        for arguments in ["TENANT, '\(other.id)'", "'\(other.tenant.id)', '\(other.id)'"] {
            let taken = try await sheet.read(
                "select v::text from routing.withdraw_sheet(\(arguments)) v", as: db.app)
            #expect(taken == [], "\(arguments)")
        }
        #expect(try await other.version(at: "infinity") == 2)
    }
}
