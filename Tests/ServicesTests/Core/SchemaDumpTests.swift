import Foundation
import Postgres
import TestSupport
import Testing

/// `db/schema.sql` is the whole model as one text, so that a change of a function shows as a diff.
@Suite(.database) struct SchemaDumpTests {
    private var file: URL {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "db/schema.sql")
    }

    @Test func `db/schema.sql is what the migrations make`() async throws {
        let database = try TestDatabase.suite
        let dump =
            "-- Made by `make schema` from db/migrations; do not edit.\n"
            + (try database.cluster.schemaDump(of: database.name))
        if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] != nil {
            try dump.write(to: file, atomically: true, encoding: .utf8)
        }
        let committed = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        #expect(
            committed == dump,
            "db/schema.sql is stale: run `make schema`, look at the diff, and commit it with the migration")
    }
}
