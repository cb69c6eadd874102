import Postgres
import TestSupport
import Testing

/// Trigger routing.guard_activation: the record of which version held when.
@Suite(.database) struct GuardActivationTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let itsOwn = "where tenant_id = TENANT and sheet_id = SHEET"

    @Test(arguments: Sheet.Sort.allCases)
    func `the past stays, the future is taken back or moved`(_ sort: Sheet.Sort) async throws {
        let sheet = try await db.tenant().sheet(sort)
        for _ in 2...3 { try await sheet.draft() }
        try await sheet.publish(2)
        try await sheet.publish(3, at: "2100-01-01")
        let (delete, move) = ("delete from routing.sheet_activations", "update routing.sheet_activations set")
        for version in [1, 2] {
            for client in [db.owner, db.app, db.engine] {
                let refusal = try await sheet.refusal("\(delete) \(Self.itsOwn) and version = \(version)", as: client)
                #expect(refusal == Refusal("23001"))
            }
            let refusal = try await sheet.refusal(
                "\(move) active_from = '2100-02-01' \(Self.itsOwn) and version = \(version)")
            #expect(refusal == Refusal("23001"))
        }
        #expect(
            try await sheet.refusal("\(move) active_from = '2026-01-01' \(Self.itsOwn) and version = 3")
                == Refusal("23001"))
        try await sheet.run("\(move) active_from = '2100-02-01' \(Self.itsOwn) and version = 3")
        #expect(try await sheet.version(at: "2100-01-31") == 2)
        try await sheet.run("\(delete) \(Self.itsOwn) and active_from > now()", as: db.engine)
        #expect(try await sheet.version(at: "2100-02-01") == 2)
    }

    @Test func `nobody writes the past, or puts a draft in force, without publish_sheet`() async throws {
        let sheet = try await db.tenant().sheet(.deck)
        for _ in 2...3 { try await sheet.draft() }
        try await sheet.publish(2)
        for (version, from) in [
            (1, "2026-01-01"), (2, "2026-01-01"), (3, "2100-01-01"), (1, "now() - interval '1 hour'"),
        ] {
            for client in [db.app, db.engine] {
                let time = from.hasPrefix("now") ? from : "'\(from)'"
                let refusal = try await sheet.refusal(
                    """
                    insert into routing.sheet_activations (tenant_id, sheet_id, active_from, version)
                    values (TENANT, SHEET, \(time), \(version))
                    """, as: client)
                #expect(refusal == Refusal("23001"), "\(version) from \(from)")
            }
        }
    }
}
