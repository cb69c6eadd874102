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
        let dump = try await dump()
        if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] != nil {
            try dump.write(to: file, atomically: true, encoding: .utf8)
        }
        let committed = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        #expect(
            committed == dump,
            "db/schema.sql is stale: run `make schema`, look at the diff, and commit it with the migration")
    }

    private func dump() async throws -> String {
        let database = try TestDatabase.suite
        let process = Process()
        process.executableURL = URL(filePath: try PostgresPrograms.find().dump)
        process.arguments = ["--schema-only", "--no-owner", database.cluster.address(database.name)]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return stable(String(decoding: data, as: UTF8.self))
    }

    /// Without what differs from day to day: versions, random tokens, the partitions of these months.
    private func stable(_ dump: String) -> String {
        var blocks: [String] = []
        for block in dump.components(separatedBy: "\n\n\n") where !isOfMonth(block) { blocks.append(block) }
        let lines = blocks.joined(separator: "\n\n").split(separator: "\n", omittingEmptySubsequences: false)
        let kept = lines.filter { line in
            !line.hasPrefix("-- Dumped ") && !line.hasPrefix("\\restrict") && !line.hasPrefix("\\unrestrict")
                && !(line == "--")
        }
        return "-- Made by `make schema` from db/migrations; do not edit.\n" + kept.joined(separator: "\n") + "\n"
    }

    private func isOfMonth(_ block: String) -> Bool {
        block.firstMatch(of: /_p?20[0-9]{2}_?[0-9]{2}\b|_p?20[0-9]{2}_?[0-9]{2}_/) != nil
    }
}
