import Foundation

/// The machine, in the words that make a figure worth something.
struct Machine: Sendable {
    let cores: Int
    let memoryGiB: Int
    let processor: String
    /// How many processes wanted to run when the benchmarks began: above 1 somebody else was measured as well.
    let load: String

    static var here: Machine {
        let processors = contents("/proc/cpuinfo").split(separator: "\n")
        let model = processors.first { $0.hasPrefix("model name") }?.split(separator: ":").last ?? "unknown processor"
        return Machine(
            cores: ProcessInfo.processInfo.activeProcessorCount,
            memoryGiB: Int((Double(ProcessInfo.processInfo.physicalMemory) / Double(1 << 30)).rounded()),
            processor: model.trimmingCharacters(in: .whitespaces),
            load: contents("/proc/loadavg").split(separator: " ").first.map(String.init) ?? "unknown")
    }

    private static func contents(_ path: String) -> String {
        (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""  // not Linux: unknown
    }

    var text: String { "\(cores) cores, \(memoryGiB) GiB, \(processor)" }
}

/// Writes results for people and for programs.
struct Report: Sendable {
    let machine: Machine
    private let date: String

    init(machine: Machine) {
        self.machine = machine
        date = Date().formatted(.iso8601.year().month().day())
    }

    var heading: String { "heddle-bench on \(machine.text), load \(machine.load) before the start, \(date)" }

    /// Everything that a reader of one line must know.
    func line(_ measurement: Measurement) -> String {
        var text = "\(measurement.name): \(measurement.value.short) \(measurement.unit)"
        if let against = measurement.against, let ratio = measurement.ratio {
            text += " = \(ratio.rounded(places: 2)) x \(against)"
        }
        return "\(text) | \(machine.text) | \(date) | \(measurement.method)"
    }

    static func json(_ measurements: [Measurement]) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .withoutEscapingSlashes]
        return try encoder.encode(measurements)
    }
}
