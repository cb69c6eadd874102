import Postgres
import TestSupport
import Testing

@testable import Server

/// What is looked at before calls are served. Serialized: one test lends a function to another owner for a while.
@Suite(.database, .serialized) struct DatabaseChecksTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func databases(engine: Database) -> Databases {
        Databases(
            owner: db.owner, engine: engine, app: db.app, direct: engine, work: engine, report: nil, embedded: nil,
            address: "")
    }

    @Test func `roles that see all tenants may serve`() async throws {
        try await databases(engine: db.engine).requireAllRows()
    }

    @Test func `an engine that row policies bind is told, with the command that mends it`() async throws {
        let error = await #expect(throws: RowsHidden.self) {
            try await databases(engine: db.app).requireAllRows()
        }
        #expect(error?.bound.map(\.role) == ["heddle_app"])
        #expect(error?.description.contains("without_bypassrls.sql") == true)
        #expect(error?.description.hasSuffix("alter role heddle_app bypassrls;") == true)
    }

    /// What moves money, what keeps the trail, and a view that runs as its owner.
    @Test(arguments: [
        "function billing.top_up(uuid, uuid, uuid, numeric, text)", "function audit.record_change()",
        "view reporting.freshness",
    ])
    func `so is the owner of what runs as its owner`(object: String) async throws {
        let weak = "weak_\(UInt32.random(in: 0..<(.max)))"
        try await db.owner.run("create role \(unescaped: weak) nologin nobypassrls")
        try await db.owner.run("alter \(unescaped: object) owner to \(unescaped: weak)")
        let error = await #expect(throws: RowsHidden.self) {
            try await databases(engine: db.engine).requireAllRows()
        }
        #expect(error?.bound.map(\.role) == [weak])
        try await db.owner.run("alter \(unescaped: object) owner to current_user")
        try await db.owner.run("drop role \(unescaped: weak)")
    }

    /// `heddle status` tells what the default partitions caught.
    @Test func `rows outside every month are counted`() async throws {
        let read = ReadState(databases(engine: db.engine))
        #expect(try await read().strayRows == 0)
        try await db.owner.run(
            """
            insert into cdr.raw_cdr (tenant_id, started_at, id, edge_id, sip_code)
            values (core.unattributed_tenant(), '2001-01-01', gen_random_uuid(), 'x', 200)
            """)
        #expect(try await read().strayRows == 1)
        try await db.owner.run("delete from cdr.raw_cdr")
    }
}
