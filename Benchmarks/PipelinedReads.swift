import Postgres

/// Several statements in one round trip, against pgbench's own pipelining.
struct PipelinedReads: Sendable {
    let bench: Workbench

    private static let size = 10

    func run() async throws -> [Measurement] {
        let pgbench = try await Pgbench.prepare(bench)
        let database = try bench.client(pgbench.database)
        var measurements: [Measurement] = []
        for tasks in [1, 8] {
            let readers = Readers(database: database, tasks: tasks, batch: Self.size)
            let figures = try await medians(
                rounds: bench.rounds, { try await readers.rate(seconds: bench.seconds) },
                { try await pgbench.pipelinedReads(clients: tasks, size: Self.size) })
            measurements.append(
                Measurement(
                    "pipelined reads, \(tasks) tasks", figures[0][0], "reads/s",
                    against: "pgbench \\startpipeline of \(Self.size), -c \(tasks) -j \(min(tasks, 2))", figures[1][0],
                    method: "\(Self.size) selects in one batch with one Sync, 2 shared pipelined sessions, "
                        + bench.roundsText))
        }
        await database.close()
        return measurements
    }
}
