import Foundation
import Glibc
import Services

/// Says on standard error how far an invoice run is: in one line of a terminal, or now and then in a log.
final class InvoiceMeter {
    private let start = ContinuousClock.now
    private let isTerminal = isatty(FileHandle.standardError.fileDescriptor) == 1
    private var last = ContinuousClock.now
    private var hasLine = false

    func tell(_ progress: InvoiceRunProgress) {
        let now = ContinuousClock.now
        guard now - last >= (isTerminal ? .milliseconds(500) : .seconds(10)) else { return }
        last = now
        hasLine = true
        let text = Self.text(progress, after: now - start)
        write(isTerminal ? "\r\u{1B}[K\(text)" : "\(text)\n")
    }

    /// Takes the line of the terminal away.
    func end() {
        if isTerminal && hasLine { write("\r\u{1B}[K") }
    }

    static func text(_ progress: InvoiceRunProgress, after time: Duration) -> String {
        let seconds = max(Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18, 0.001)
        let rate = Double(progress.done) / seconds
        let left = rate > 0 ? Int((Double(progress.accounts - progress.done) / rate).rounded(.up)) : 0
        return "\(progress.done.shown) of \(progress.accounts.shown) accounts, \(Int(rate).shown) accounts/s, "
            + "\(left) s left"
    }

    private func write(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))  // where nobody reads, nobody waits
    }
}
