import Postgres
import TestSupport
import Testing

/// routing.publish_sheet: a version of a deck or plan is put in force, and nothing of it changes any more.
///
/// One test at a time: a publication that is not committed yet holds up all others, also in the sessions that tests
/// share.
@Suite(.database, .serialized) struct PublishSheetTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test(arguments: Sheet.Sort.allCases)
    func `seals the draft and what held before, and wakes the router`(_ sort: Sheet.Sort) async throws {
        let sheet = try await db.tenant().sheet(sort)
        for _ in 2...3 { try await sheet.draft() }
        let snapshot = "select sum(version)::text from core.snapshot_versions"
        let before = try await sheet.read(snapshot)
        try await sheet.run("select routing.publish_sheet(TENANT, SHEET, 3)", as: sort == .deck ? db.app : db.engine)
        #expect(try await sheet.states() == ["1 sealed", "2 draft", "3 sealed"])
        #expect(try await sheet.version() == 3)
        #expect(try await sheet.read(snapshot) != before)
    }

    @Test func `holds from the instant it returns`() async throws {
        let sheet = try await db.tenant().sheet(.deck)
        try await sheet.draft()
        // The clock moves on within the transaction, and a publication is not dated back to its start.
        let answer = try await db.engine.transaction { session in
            try await session.run("select pg_sleep(0.01)")
            return try await session.run(
                sheet.statement(
                    """
                    select p.at > now() and p.at <= clock_timestamp()
                           and routing.sheet_version_at(TENANT, SHEET, p.at) is not null
                      from routing.publish_sheet(TENANT, SHEET, 2) p (at)
                    """)
            ).value(Bool.self)
        }
        #expect(answer == true)
        let held = try await sheet.read(
            """
            select routing.sheet_version_at(TENANT, SHEET, active_from) || ' '
                   || routing.sheet_version_at(TENANT, SHEET, active_from - interval '1 microsecond')
              from routing.sheet_activations where tenant_id = TENANT and sheet_id = SHEET and version = 2
            """)
        #expect(held == ["2 1"])
    }

    @Test func `never dates back`() async throws {
        let sheet = try await db.tenant().sheet(.deck)
        try await sheet.draft()
        for instant in ["-infinity", "2026-01-01", "now() - interval '61 seconds'"] {
            let time = instant.hasPrefix("now") ? instant : "'\(instant)'"
            let refusal = try await sheet.refusal("select routing.publish_sheet(TENANT, SHEET, 2, \(time))")
            #expect(refusal == .badParameter, "\(instant)")
        }
        #expect(try await sheet.states() == ["1 open", "2 draft"])
        // Whoever is a moment late gets now.
        let late = try await sheet.run(
            """
            select p.at >= now()
              from routing.publish_sheet(TENANT, SHEET, 2, clock_timestamp() - interval '10 seconds') p (at)
            """
        ).value(Bool.self)
        #expect(late == true)
    }

    @Test func `not what is not there, nor another tenant's, nor two at one instant`() async throws {
        let (sheet, other) = (try await db.tenant().sheet(.deck), try await db.tenant().sheet(.deck))
        let publish = "select routing.publish_sheet"
        for client in [db.app, db.engine] {
            #expect(try await sheet.refusal("\(publish)(TENANT, SHEET, 2)", as: client) == Refusal("23503"))
            #expect(try await sheet.refusal("\(publish)(TENANT, '\(other.id)', 1)", as: client) == Refusal("23503"))
        }
        #expect(
            try await sheet.refusal("\(publish)('\(other.tenant.id)', '\(other.id)', 1)", as: db.app)
                == Refusal("23503"))
        #expect(try await other.states() == ["1 open"])
        for _ in 2...3 { try await sheet.draft() }
        try await sheet.publish(2, at: "2100-01-01")
        #expect(
            try await sheet.refusal("\(publish)(TENANT, SHEET, 3, '2100-01-01')")
                == Refusal("23505", "sheet_activations_pkey"))
        #expect(try await sheet.states() == ["1 sealed", "2 sealed", "3 draft"])
    }

    @Test(arguments: Sheet.Sort.allCases)
    func `what is scheduled holds later, seals what holds until then, and can be taken back`(
        _ sort: Sheet.Sort
    ) async throws {
        let sheet = try await db.tenant().sheet(sort)
        try await sheet.add("1", "0.01")
        for version in 2...3 {
            try await sheet.draft()
            try await sheet.add("1", "0.0\(version)", version: version)
        }
        try await sheet.publish(2, at: "2100-01-01")
        #expect(try await sheet.version() == 1)
        #expect(try await sheet.version(at: "2100-01-01") == 2)
        #expect(try await sheet.states() == ["1 sealed", "2 sealed", "3 draft"])
        let retreat =
            "delete from routing.sheet_activations where tenant_id = TENANT and sheet_id = SHEET and version = 2"
        try await sheet.run(retreat, as: db.app)
        #expect(try await sheet.version(at: "infinity") == 1)
        try await sheet.publish(3)
        try await sheet.publish(2)
        #expect(try await sheet.refusal(retreat, as: db.app) == Refusal("23001"))
        #expect(try await sheet.version() == 2)
    }

    @Test(arguments: Sheet.Sort.allCases)
    func `a roll back brings back the very rows`(_ sort: Sheet.Sort) async throws {
        let sheet = try await db.tenant().sheet(sort)
        try await sheet.add("1", "0.01")
        try await sheet.add("1212", "0.02", to: "2100-01-01")
        let inForce = """
            select md5(string_agg(r::text, ' ' order by r.id)) from ROWS r
             where tenant_id = TENANT and KEY = SHEET and VERSION = routing.sheet_version_at(TENANT, SHEET)
            """
        let before = try await sheet.read(inForce)
        try await sheet.draft()
        try await sheet.add("1", "0.03", version: 2)
        try await sheet.publish(2)
        #expect(try await sheet.read(inForce) != before)
        #expect(try await sheet.refusal(sheet.insertion("44", "0.05")) == Refusal("23001"))
        try await sheet.publish(1)
        #expect(try await sheet.read(inForce) == before)
    }

    @Test func `two at once come one after the other`() async throws {
        let sheet = try await db.tenant().sheet(.plan)
        for _ in 2...3 { try await sheet.draft() }
        try await sheet.behind("select routing.publish_sheet(TENANT, SHEET, 3)") {
            _ = try await sheet.run("select routing.publish_sheet(TENANT, SHEET, 2)", as: db.engine)
        }
        let order = try await sheet.read(
            """
            select version::text from routing.sheet_activations where tenant_id = TENANT and sheet_id = SHEET
             order by active_from
            """)
        #expect(order == ["1", "3", "2"])
        #expect(try await sheet.states() == ["1 sealed", "2 sealed", "3 sealed"])
    }

    /// What a version holds once it is sealed is all it will ever hold.
    @Test(arguments: [1, 2])
    func `waits for rows that are under way, and lets no more in`(_ version: Int) async throws {
        let sheet = try await db.tenant().sheet(.deck)
        try await sheet.draft()
        try await sheet.behind(sheet.insertion("1", "0.01", version: version)) {
            _ = try await sheet.run("select routing.publish_sheet(TENANT, SHEET, \(version))", as: db.engine)
        }
        #expect(try await sheet.rows(version) == ["1 0.01 2026-01-01.."])
        try await sheet.draft()
        let refusal = try await sheet.behind("select routing.publish_sheet(TENANT, SHEET, 3)") {
            try await sheet.refusal(sheet.insertion("1", "0.02", version: 3), as: db.engine)
        }
        #expect(refusal == Refusal("23001"))
        #expect(try await sheet.rows(3) == [])
    }
}
