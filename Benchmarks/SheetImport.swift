import Foundation
import Postgres
import Reactor
import Services
import Synchronization
import Telecom

/// A carrier's new sheet from file to force: read, checked, stored as a draft, compared with the one that holds, and
/// published; beside psql that copies the same rows into a table of the same indexes. Then the router takes it, while
/// another thread decides calls.
struct SheetImport: Sendable {
    let bench: Workbench

    private static let database = "sheets"

    private var rows: Int { bench.isQuick ? 20_000 : 650_000 }

    func run() async throws -> [Measurement] {
        let model = try await OperatorDatabase.make(bench, name: Self.database)
        let routing = try await model.routing()
        let sheet = try await FindSheet(model.engine)("Palisade domestic", .deck, of: SeedDemo.tenant)
        let files = try (0...2).map { month in
            let path = "\(bench.root)/sheet-\(month).csv"
            try WriteDeck(rows: rows, month: month)(to: path)
            return path
        }
        _ = try await publish(files[0], sheet, model)
        try await routing.refresh()
        let steps = try await publish(files[1], sheet, model)
        let copied = try await copy(sheet, model)
        let first = try await timed { try await routing.refresh() }
        let unchanged = try await timed { try await routing.refresh() }
        var swaps: [Swap] = []
        for round in 0..<bench.rounds { swaps.append(try await swap(files[2 - round % 2], sheet, model, routing)) }
        swaps.sort { $0.slowest < $1.slowest }
        await model.close()
        return measurements(steps, copied, first, unchanged, swaps)
    }

    private struct Steps {
        let reading: Double
        let comparing: Double
        let publishing: Double
        var total: Double { reading + comparing + publishing }
    }

    private func publish(_ path: String, _ sheet: Sheet, _ model: OperatorDatabase) async throws -> Steps {
        var version = 0
        var base = 0
        let reading = try await timed {
            let result = try await ImportSheet(model.engine)(path, into: sheet)
            guard let made = result.version, let from = result.base else {
                throw BenchError("the sheet was refused: \(result.problems.prefix(3))")
            }
            (version, base) = (made, from)
        }
        let comparing = try await timed {
            _ = try await CompareSheet(model.engine)(sheet, from: base, to: version)
        }
        let publishing = try await timed { _ = try await PublishSheet(model.engine)(sheet, version: version) }
        return Steps(reading: reading, comparing: comparing, publishing: publishing)
    }

    /// The same rows by psql, into a table with the same columns, checks and indexes.
    private func copy(_ sheet: Sheet, _ model: OperatorDatabase) async throws -> Double {
        let file = "\(bench.server.directory.root)/rows.txt"
        try await model.owner.run("create table public.sheet (like routing.rate_deck including all)")
        try await model.owner.lease { session in
            try await session.runScript(
                """
                copy (select * from routing.rate_deck where deck_id = '\(unescaped: sheet.id.uuidString)'
                         and deck_version = (select max(deck_version) from routing.rate_deck
                                              where deck_id = '\(unescaped: sheet.id.uuidString)'))
                  to '\(unescaped: file)'
                """)
        }
        return try await timed {
            let arguments =
                bench.address + ["-X", "-q", "-d", Self.database, "-c", "\\copy public.sheet from '\(file)'"]
            _ = try await bench.run(bench.programs.psql, arguments, limit: .seconds(300))
        }
    }

    private struct Swap {
        /// Seconds of decisions, ascending.
        let meanwhile: [Double]
        let alone: [Double]
        /// Seconds.
        let reading: Double
        var slowest: Double { meanwhile[meanwhile.count - 1] }
    }

    /// Decisions while the router reads a new version and takes it, and for as long with nothing beside them: what the
    /// machine itself does to them.
    private func swap(
        _ path: String, _ sheet: Sheet, _ model: OperatorDatabase, _ routing: RoutingKeeper
    ) async throws -> Swap {
        _ = try await publish(path, sheet, model)
        var reading = 0.0
        let meanwhile = try await decide(routing) { reading = try await timed { try await routing.refresh() } }
        let alone = try await decide(routing) { try await Task.sleep(for: .seconds(reading)) }
        return Swap(meanwhile: meanwhile, alone: alone, reading: reading)
    }

    /// Seconds until decisions were made that are due every 100 µs, as many as a busy router has, by a thread that
    /// sleeps between them as the router's does; ascending.
    private func decide(_ routing: RoutingKeeper, _ work: () async throws -> Void) async throws -> [Double] {
        let end = End()
        let call = try Self.call()
        return try await withThrowingTaskGroup(of: [Double].self) { group in
            group.addTask {
                Scheduling.askForShortSlices()
                // Memory that the system gives while it is measured would be measured too.
                var times = [Double](repeating: 0, count: 1_000_000)
                var count = 0
                let clock = ContinuousClock()
                var due = clock.now
                while !end.isReached.load(ordering: .relaxed), count < times.count {
                    due = due + .microseconds(100)
                    let pause = due - clock.now
                    if pause > .zero { usleep(UInt32(pause.seconds * 1e6)) }
                    guard let snapshot = routing.data?.snapshot else { continue }
                    let decision = snapshot.decide(call, at: Int64(Date().timeIntervalSince1970 * 1e6))
                    guard decision.routeCount > 0 else { throw BenchError("a call had no route") }
                    times[count] = (clock.now - due).seconds
                    count += 1
                }
                return times.prefix(count).sorted()
            }
            try await work()
            end.isReached.store(true, ordering: .relaxed)
            let times = try await group.next() ?? []
            guard !times.isEmpty else { throw BenchError("no call was decided meanwhile") }
            return times
        }
    }

    /// Until when the other thread goes on.
    private final class End: Sendable {
        let isReached = Atomic(false)
    }

    private static func call() throws -> CallRequest {
        guard let source = IPAddress("127.0.0.9") else { throw BenchError("no address") }
        return CallRequest(
            source: source, dialled: "+14155550142", caller: PresentedCaller(fromUser: "+12125550100"))
    }

    private func timed(_ work: () async throws -> Void) async throws -> Double {
        let start = ContinuousClock.now
        try await work()
        return (ContinuousClock.now - start).seconds
    }

    private func measurements(
        _ steps: Steps, _ copied: Double, _ first: Double, _ unchanged: Double,
        _ swaps: [Swap]
    ) -> [Measurement] {
        let size = "\(rows) codes with four prices each"
        let swap = swaps[swaps.count / 2]
        let all = swaps.map { ($0.slowest * 1000).short }.joined(separator: ", ")
        let parts =
            "read and store \(steps.reading.short) s, compare \(steps.comparing.short) s, "
            + "publish \(steps.publishing.short) s"
        return [
            Measurement(
                "sheet from file to force", steps.total, "s", against: "psql \\copy of the same rows and indexes, s",
                copied, method: "\(size), 5 % changed; \(parts)"),
            Measurement(
                "router reads a new version", first, "s",
                method: "\(size) and everything else, from the publication to the swap"),
            Measurement(
                "router reads what has not changed", unchanged * 1000, "ms", method: "\(size) stay as they are"),
            Measurement(
                "slowest decision during a swap", swap.slowest * 1000, "ms",
                against: "slowest with nothing beside it, ms", swap.alone[swap.alone.count - 1] * 1000,
                method: "10000 decisions/s by one thread, each from when it is due, until it is made (p99 "
                    + "\(p99(swap.meanwhile)) ms, alone \(p99(swap.alone)) ms), while \(size) are read in "
                    + "\(swap.reading.short) s, PostgreSQL beside it; median of \(all)"),
        ]
    }

    private func p99(_ times: [Double]) -> String { (times[times.count * 99 / 100] * 1e3).short }
}
