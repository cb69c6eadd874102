import Foundation
import Postgres
import Schema
import Services

/// The calls of `heddle seed volume`, made and stored, beside psql that copies the same rows from text files into the
/// same tables: partitions, indexes, keys and checks are the model's in both.
struct SeededVolume: Sendable {
    let bench: Workbench

    private static let template = "volume_template"
    private static let tables = ["cdr.raw_cdr", "cdr.enriched_cdr", "billing.ledger", "tracking.calls"]

    private var plan: VolumePlan {
        var plan = VolumePlan()
        plan.calls = bench.isQuick ? 20_000 : 200_000
        plan.days = 30
        plan.untilDay = VolumePlan.day("2026-11-01")
        return plan
    }

    func run() async throws -> [Measurement] {
        try await makeTemplate()
        let figures = try await medians(rounds: bench.rounds, { try await round() })
        return [
            Measurement(
                "calls of seed volume", figures[0][0], "rows/s", against: "psql \\copy of the same rows, text",
                figures[0][1],
                method: "\(plan.calls) calls with ledger and tracking, \(SeedVolume.usualPiece) a transaction, beside "
                    + "one \\copy a table; median of \(bench.rounds)")
        ]
    }

    private func makeTemplate() async throws {
        try await bench.createDatabase(Self.template)
        let owner = try bench.client(Self.template)
        try await Migrate(owner, migrations: Schema.migrations()).run()
        await owner.close()
    }

    private func round() async throws -> [Double] {
        let mark = UUID().uuidString.prefix(8).lowercased()
        let files = try CopiedTables(bench, Self.tables)
        let made = try await make("volume_\(mark)", plan) { owner, result in
            try await files.write(from: owner, tenant: result.tenantID)
            return Double(result.rowsPerSecond)
        }
        // The operator of a single call has the ids that it has with all of them.
        var single = plan
        single.calls = 1
        let copied = try await make("volume_copy_\(mark)", single) { owner, _ in
            let (rows, seconds) = try await files.copy(into: "volume_copy_\(mark)", owner)
            return Double(rows) / seconds
        }
        return [made, copied]
    }

    /// A database of its own, which is gone at the end.
    private func make(
        _ name: String, _ plan: VolumePlan, _ body: (Database, VolumeResult) async throws -> Double
    ) async throws -> Double {
        let admin = try bench.client("postgres")
        try await admin.lease { session in
            try await session.runScript(
                "create database \(identifier: name) template \(identifier: Self.template)")
        }
        let owner = try bench.client(name)
        let figure = try await body(owner, try await SeedVolume(owner)(plan))
        await owner.close()
        try await admin.lease { try await $0.runScript("drop database \(identifier: name)") }
        await admin.close()
        return figure
    }
}
