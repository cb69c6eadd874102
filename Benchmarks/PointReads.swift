import Postgres

/// One row by its key, over and over: what a short query costs in our client and in pgbench.
struct PointReads: Sendable {
    let bench: Workbench

    func run() async throws -> [Measurement] {
        let pgbench = try await Pgbench.prepare(bench)
        let database = try bench.client(pgbench.database)
        var measurements: [Measurement] = []
        for tasks in [1, 8, 32] {
            let readers = Readers(database: database, tasks: tasks, batch: 1)
            let figures = try await medians(
                rounds: bench.rounds, { try await readers.rate(seconds: bench.seconds) },
                { try await pgbench.reads(clients: tasks) })
            let against = "pgbench -S -M prepared -c \(tasks) -j \(min(tasks, 2))"
            let method =
                "select abalance by aid from 1 M rows, 2 shared pipelined sessions, tasks on the reactor, "
                + bench.roundsText
            measurements.append(
                Measurement(
                    "point reads, \(tasks) tasks", figures[0][0], "reads/s", against: against, figures[1][0],
                    method: method))
            measurements.append(
                Measurement(
                    "point reads, \(tasks) tasks, client's processor time", figures[0][1], "us/read", against: against,
                    figures[1][1], method: method))
        }
        await database.close()
        return measurements
    }
}
