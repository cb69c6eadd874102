import Foundation
import Postgres

/// CDRs by COPY: from our encoder, from psql with a text file, and from a text file that the server reads itself.
struct BinaryCopy: Sendable {
    let bench: Workbench

    private static let database = "copying"
    private static let columns = 29

    private var rows: Int { bench.isQuick ? 30_000 : 300_000 }

    func run() async throws -> [Measurement] {
        let model = try await OperatorDatabase.make(bench, name: Self.database)
        // As wide as a CDR, without indexes and partitions: the COPY is measured, not the table.
        try await model.owner.run("create table public.calls (like cdr.raw_cdr including defaults)")
        let file = "\(bench.server.directory.root)/calls.txt"
        _ = try await copyIn(model.owner)
        try await model.owner.lease { try await $0.runScript("copy public.calls to '\(unescaped: file)'") }
        let figures = try await medians(
            rounds: bench.rounds, { [try await copyIn(model.owner)] }, { [try await psql(model.owner, file)] },
            { [try await server(model.owner, file)] })
        await model.close()
        let method =
            "\(rows) rows of \(Self.columns) columns into a table without indexes, commit included, median of "
            + "\(bench.rounds) in turns"
        return [
            Measurement(
                "copy in, binary", figures[0][0], "rows/s", against: "psql \\copy, text", figures[1][0],
                method: method),
            Measurement(
                "copy in, binary, beside the server", figures[0][0], "rows/s",
                against: "COPY FROM a text file that the server reads", figures[2][0], method: method),
        ]
    }

    private func timed(_ database: Database, _ work: () async throws -> Void) async throws -> Double {
        try await database.lease { try await $0.runScript("truncate public.calls") }
        let start = ContinuousClock.now
        try await work()
        let elapsed = (ContinuousClock.now - start).seconds
        let stored = try await database.run("select count(*) from public.calls").value(Int.self)
        guard stored == rows else { throw BenchError("\(stored ?? 0) of \(rows) rows were stored") }
        return Double(rows) / elapsed
    }

    private func psql(_ database: Database, _ file: String) async throws -> Double {
        try await timed(database) {
            let arguments =
                bench.address + ["-X", "-q", "-d", Self.database, "-c", "\\copy public.calls from '\(file)'"]
            _ = try await bench.run(bench.programs.psql, arguments, limit: .seconds(60))
        }
    }

    private func server(_ database: Database, _ file: String) async throws -> Double {
        try await timed(database) {
            try await database.lease { try await $0.runScript("copy public.calls from '\(unescaped: file)'") }
        }
    }

    private func copyIn(_ database: Database) async throws -> Double {
        let call = SampleCall()
        return try await timed(database) {
            try await database.lease { session in
                _ = try await session.copyIn("public.calls") { writer in
                    for number in 0..<rows { try await call.write(number, to: writer) }
                }
            }
        }
    }
}

/// A believable row of `cdr.raw_cdr`.
private struct SampleCall {
    let ids = (0..<8).map { _ in UUID() }
    let start = Date(timeIntervalSince1970: 1_795_000_000)

    func write(_ number: Int, to writer: CopyWriter) async throws(PostgresError) {
        let started = start.addingTimeInterval(Double(number) / 100)
        let answered = started.addingTimeInterval(3.25)
        let ended = answered.addingTimeInterval(Double(number % 600))
        try await writer.row(
            ids[0], started, UUID(), Int32(1), "edge-1", ids[1], ids[2], ids[3], ids[4], ids[5], ids[6], "outbound",
            "3848276298220188511-\(number)@192.0.2.17", "a73kszlfl", "1410948204", "+12125550100", "+14155550142",
            "192.0.2.17;5060;udp", started.addingTimeInterval(1.1), answered, ended, Int64(number % 600) * 1000,
            Int32(200), "OK", "caller", "0197d3a2-94f1-7c1e-8d3a-2f6f1a2b3c4d:200", Date?.none, String?.none, started,
            started)
    }
}
