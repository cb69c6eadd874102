import ArgumentParser
import Foundation
import Server
import Services

/// How a version of a sheet is tried with the calls of the last days.
struct TrafficOptions: ParsableArguments {
    @Flag(help: "Do not try it with the calls of the last seven days.")
    var noTraffic = false

    @Option(help: ArgumentHelp("Route at most so many of them again, the last ones.", valueName: "number"))
    var calls = 200_000

    @Option(help: ArgumentHelp("Where the codes are listed that have no price any more.", valueName: "file"))
    var unpriced: String?

    func validate() throws {
        guard (1...10_000_000).contains(calls) else { throw ValidationError("--calls is 1 to 10000000") }
    }

    /// What a try came to.
    enum Outcome {
        case tried(ImpactText)
        /// The version is there all the same.
        case failed(String)

        var lines: [String] {
            switch self {
            case .tried(let text): text.lines
            case .failed(let reason): ["", "it could not be tried with the calls of the last days: \(reason)"]
            }
        }

        func write(_ json: inout JSONWriter) {
            switch self {
            case .tried(let text): text.write(&json)
            case .failed(let reason): json.text("traffic_error", reason)
            }
        }
    }

    /// - Parameters:
    ///   - old: the version before; what holds when `nil`.
    ///   - file: where the codes without a price go, unless the command line says it.
    /// - Returns: `nil` when it is not wanted.
    func outcome(
        _ sheet: Sheet, from old: Int? = nil, to new: Int, publishing: Date = Date(), file: String? = nil,
        in databases: Databases
    ) async -> Outcome? {
        if noTraffic { return nil }
        do {
            let impact = try await PreviewSheet(databases.engine)(
                sheet, from: old, to: new, publishing: publishing, most: calls)
            // One of an earlier try says nothing of this one.
            let files = FileManager.default
            if let file, files.fileExists(atPath: file) { try files.removeItem(atPath: file) }
            let path = impact.unpriced.isEmpty ? nil : unpriced ?? file
            if let path {
                let text = UnpricedCodes.Code.csvHeader + impact.unpriced.map(\.csv).joined()
                try Data(text.utf8).write(to: URL(filePath: path))
            }
            return .tried(ImpactText(impact, of: sheet, file: path))
        } catch {
            return .failed("\(error)")
        }
    }
}
