import ArgumentParser
import Foundation
import UnixSignals

/// Measures heddle against the tools that everybody knows, on the same machine and in the same run.
@main
struct HeddleBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "heddle-bench",
        abstract: "Measure the database client, the holds, the router and the edge.",
        discussion: """
            Everything runs on a PostgreSQL of its own, on loopback addresses and free ports, and is taken away at the \
            end. Build it with --configuration release: `make bench` does.
            """)

    @Option(help: "Write the results to this file as JSON: a list of name, value, unit, against, ratio.")
    var json: String?

    @Flag(help: "A short form of each, to see that they work; the figures mean little.")
    var quick = false

    @Option(help: "Only this one, by its name; may be given several times.")
    var only: [String] = []

    @Option(help: "Where the database and the edge keep their files while it lasts.")
    var directory = "/var/tmp"

    func validate() throws {
        let names = Suite.all.map(\.name)
        for name in only where !names.contains(name) {
            throw ValidationError("--only is \"\(name)\", expected one of \(names.joined(separator: ", "))")
        }
    }

    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        // Kamailio outlives whoever started it, so a signal must lead to the orderly end too.
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await measure()
                return true
            }
            group.addTask {
                for await _ in signals { return false }
                return false
            }
            let isDone = try await group.next() ?? false
            group.cancelAll()
            guard isDone else { throw BenchError("stopped by a signal") }
        }
    }

    private func measure() async throws {
        let report = Report(machine: .here)
        print(report.heading)
        let bench = try await Workbench.open(in: directory, isQuick: quick)
        var measurements: [Measurement] = []
        do {
            for benchmark in Suite.all where only.isEmpty || only.contains(benchmark.name) {
                try Task.checkCancellation()
                for measurement in try await benchmark.run(bench) {
                    print(report.line(measurement))
                    fflush(nil)  // whoever follows a file sees how far it is
                    measurements.append(measurement)
                }
            }
        } catch {
            await bench.close()
            throw error
        }
        await bench.close()
        guard let json else { return }
        try Report.json(measurements).write(to: URL(filePath: json))
        print("written to \(json)")
    }
}

/// The benchmarks, in the order in which they run.
struct Suite: Sendable {
    let name: String
    let run: @Sendable (Workbench) async throws -> [Measurement]

    static let all = [
        Suite(name: "reads") { try await PointReads(bench: $0).run() },
        Suite(name: "pipelining") { try await PipelinedReads(bench: $0).run() },
        Suite(name: "copy") { try await BinaryCopy(bench: $0).run() },
        Suite(name: "volume") { try await SeededVolume(bench: $0).run() },
        Suite(name: "holds") { try await GatheredHolds(bench: $0).run() },
        Suite(name: "pipeline") { try await RatedCalls(bench: $0).run() },
        Suite(name: "audit") { try await AuditCost(bench: $0).run() },
        Suite(name: "decisions") { try await Decisions(bench: $0).run() },
        Suite(name: "rating") { try await CallRating(bench: $0).run() },
        Suite(name: "sheets") { try await SheetImport(bench: $0).run() },
        Suite(name: "invoices") { try await InvoiceRuns(bench: $0).run() },
        Suite(name: "api") { try await APIRequests(bench: $0).run() },
        Suite(name: "router") { try await RouterAlone(bench: $0).run() },
        Suite(name: "edge") { try await EdgeCalls(bench: $0).run() },
    ]
}

/// Why a benchmark could not be run, or why its figure would be wrong.
struct BenchError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
