import Foundation
import Glibc
import Services

/// Says on standard error how far an import is: in one line of a terminal, or now and then in a log.
final class ProgressMeter {
    private let start = ContinuousClock.now
    private let isTerminal = isatty(FileHandle.standardError.fileDescriptor) == 1
    private var last = ContinuousClock.now
    private var hasLine = false
    private var isOver = false

    func tell(_ progress: ImportProgress) {
        let now = ContinuousClock.now
        // What comes after the last line takes a while too, and tells nothing of itself.
        let isLast = hasLine && !isOver && progress.bytes == progress.size
        guard isLast || now - last >= (isTerminal ? .milliseconds(500) : .seconds(10)) else { return }
        last = now
        isOver = isOver || isLast
        hasLine = true
        let text = Self.text(progress, after: now - start)
        write(isTerminal ? "\r\u{1B}[K\(text)" : "\(text)\n")
    }

    /// Takes the line of the terminal away.
    func end() {
        if isTerminal && hasLine { write("\r\u{1B}[K") }
    }

    static func text(_ progress: ImportProgress, after time: Duration) -> String {
        let seconds = max(Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18, 0.001)
        let share = Double(progress.bytes) / Double(max(progress.size, 1))
        let rate = Int(Double(progress.lines) / seconds)
        guard share < 1 else { return "\(progress.lines) lines, \(rate) rows/s; comparing with what is loaded" }
        let left = share > 0 ? Int((seconds * (1 - share) / share).rounded(.up)) : 0
        return "\(progress.lines) lines, \(Int(share * 100)) %, \(rate) rows/s, \(left) s left"
    }

    private func write(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))  // where nobody reads, nobody waits
    }
}
