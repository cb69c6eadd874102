import Foundation
import Glibc
import Services

/// Says on standard error how far long work is: in one line of a terminal, or now and then in a log.
final class ProgressMeter {
    private let start = ContinuousClock.now
    private let isTerminal = isatty(FileHandle.standardError.fileDescriptor) == 1
    private var last = ContinuousClock.now
    private var hasLine = false
    private var isOver = false

    func tell(_ progress: ImportProgress) {
        // What comes after the last line takes a while too, and tells nothing of itself.
        let isLast = hasLine && !isOver && progress.bytes == progress.size
        isOver = isOver || isLast
        tell(atOnce: isLast) { Self.text(progress, after: $0) }
    }

    func tell(_ progress: RerateProgress) { tell(atOnce: false) { Self.text(progress, after: $0) } }

    func tell(_ progress: InvoiceRunProgress) { tell(atOnce: false) { Self.text(progress, after: $0) } }

    func tell(_ progress: ArchiveProgress) { tell(atOnce: false) { Self.text(progress, after: $0) } }

    func tell(_ progress: UploadProgress) {
        tell(atOnce: progress.sent == progress.size) { Self.text(progress, after: $0) }
    }

    private func tell(atOnce: Bool, _ text: (Duration) -> String) {
        let now = ContinuousClock.now
        guard atOnce || now - last >= (isTerminal ? .milliseconds(500) : .seconds(10)) else { return }
        last = now
        hasLine = true
        let text = text(now - start)
        write(isTerminal ? "\r\u{1B}[K\(text)" : "\(text)\n")
    }

    /// Takes the line of the terminal away.
    func end() {
        if isTerminal && hasLine { write("\r\u{1B}[K") }
    }

    static func text(_ progress: ImportProgress, after time: Duration) -> String {
        let seconds = seconds(time)
        let share = Double(progress.bytes) / Double(max(progress.size, 1))
        let rate = Int(Double(progress.lines) / seconds)
        guard share < 1 else { return "\(progress.lines) lines, \(rate) rows/s; comparing with what is loaded" }
        let left = share > 0 ? Int((seconds * (1 - share) / share).rounded(.up)) : 0
        return "\(progress.lines) lines, \(Int(share * 100)) %, \(rate) rows/s, \(left) s left"
    }

    static func text(_ progress: RerateProgress, after time: Duration) -> String {
        let rate = Double(progress.done) / seconds(time)
        let left = rate > 0 ? Int((Double(max(progress.total - progress.done, 0)) / rate).rounded(.up)) : 0
        return "\(progress.done.shown) of \(progress.total.shown) calls \(progress.isPosting ? "posted" : "rated"), "
            + "\(Int(rate).shown) calls/s, \(left) s left"
    }

    static func text(_ progress: InvoiceRunProgress, after time: Duration) -> String {
        let rate = Double(progress.done) / seconds(time)
        let left = rate > 0 ? Int((Double(progress.accounts - progress.done) / rate).rounded(.up)) : 0
        return "\(progress.done.shown) of \(progress.accounts.shown) accounts, \(Int(rate).shown) accounts/s, "
            + "\(left) s left"
    }

    static func text(_ progress: ArchiveProgress, after time: Duration) -> String {
        let rate = Double(progress.done) / seconds(time)
        let left = rate > 0 ? Int((Double(progress.rows - progress.done) / rate).rounded(.up)) : 0
        return "\(progress.table): \(progress.done.shown) of \(progress.rows.shown) rows, \(Int(rate).shown) rows/s, "
            + "\(max(left, 0)) s left"
    }

    static func text(_ progress: UploadProgress, after time: Duration) -> String {
        func megabytes(_ bytes: Double) -> String { String(format: "%.1f", bytes / 1_000_000) }
        let size = megabytes(Double(progress.size))
        guard progress.sent < progress.size else { return "\(size) MB sent; waiting for the answer" }
        let rate = Double(progress.sent) / seconds(time)
        let left = rate > 0 ? Int((Double(progress.size - progress.sent) / rate).rounded(.up)) : 0
        return "\(megabytes(Double(progress.sent))) of \(size) MB, \(megabytes(rate)) MB/s, \(left) s left"
    }

    /// Never none, for something is divided by it.
    private static func seconds(_ time: Duration) -> Double {
        max(Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18, 0.001)
    }

    private func write(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))  // where nobody reads, nobody waits
    }
}
