import Foundation
import Glibc
import Services

extension VolumeResult {
    /// What was done, and each table with its rows.
    var text: String {
        var table = Table(["TABLE", "ROWS"], rightAligned: [1])
        for line in tables { table.add([line.name, String(line.rows)]) }
        return "\(sentence)\n\n\(table.text)"
    }

    private var sentence: String {
        let tenant = "the tenant \"\(plan.tenant)\""
        guard outcome != .found else { return "\(tenant) is there already, made with \(plan.options)" }
        let verb = outcome == .made ? "was made" : "was continued and is whole"
        return "\(tenant) \(verb) in \(VolumeMeter.clock(seconds)): \(calls) calls in "
            + "\(VolumeMeter.clock(callSeconds)), \(callsPerSecond) calls/s and \(rowsPerSecond) rows/s; "
            + "summed up in \(VolumeMeter.clock(rollUpSeconds))"
    }

    var json: String {
        func milliseconds(_ seconds: Double) -> Int { Int((seconds * 1000).rounded()) }
        return JSONWriter.object { json in
            json.text("tenant", plan.tenant)
            json.text("tenant_id", tenantID.text)
            json.text("outcome", outcome.rawValue)
            json.text("options", plan.options)
            json.number("duration_ms", milliseconds(seconds))
            json.number("calls", calls)
            json.number("calls_ms", milliseconds(callSeconds))
            json.number("calls_per_s", callsPerSecond)
            json.number("rows_per_s", rowsPerSecond)
            json.number("roll_up_ms", milliseconds(rollUpSeconds))
            json.object("tables") { json in
                for table in tables { json.number(table.name, table.rows) }
            }
        }
    }
}

/// Says on standard error how far a volume is: in one line of a terminal, or in plain lines now and then.
final class VolumeMeter {
    private let isTerminal = isatty(FileHandle.standardError.fileDescriptor) == 1
    private var lastStep: VolumeProgress.Step?
    private var last = ContinuousClock.now
    private var hasLine = false

    func tell(_ progress: VolumeProgress) {
        let now = ContinuousClock.now
        let isDue = now - last >= (isTerminal ? .milliseconds(200) : .seconds(10))
        guard isDue || progress.step != lastStep || progress.done == progress.total else { return }
        if isTerminal && lastStep != nil && progress.step != lastStep { write("\n") }
        last = now
        lastStep = progress.step
        hasLine = true
        write(isTerminal ? "\r\u{1B}[K\(Self.text(progress))" : "\(Self.text(progress))\n")
    }

    /// Goes on behind the line of the terminal.
    func end() {
        if isTerminal && hasLine { write("\n") }
    }

    static func text(_ progress: VolumeProgress) -> String {
        guard progress.total > 0 else { return progress.step.rawValue }
        let percent = Int(100 * Double(progress.done) / Double(progress.total))
        var text = "\(progress.step.rawValue): \(progress.done) of \(progress.total), \(percent) %"
        if let rate = progress.rate { text += ", \(Int(rate)) a second" }
        if let left = progress.secondsLeft, progress.done < progress.total { text += ", \(clock(left)) left" }
        return text
    }

    /// `8.2 s`, `3 min 20 s`, `2 h 5 min`.
    static func clock(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded())
        switch whole {
        case ..<60: return "\((seconds * 10).rounded() / 10) s"
        case ..<3600: return "\(whole / 60) min \(whole % 60) s"
        default: return "\(whole / 3600) h \(whole % 3600 / 60) min"
        }
    }

    private func write(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))  // where nobody reads, nobody waits
    }
}
