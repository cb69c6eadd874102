import CPosix
import Foundation
package import Reactor
import Synchronization

/// A process that runs on this machine, started by us or adopted.
///
/// It is held by a pidfd, and signals go there: none can reach another process that got the same number later.
package final class RunningProcess: Sendable {
    package let pid: Int32
    private let descriptor: Int32
    private let reactor: Reactor
    private let status = Mutex<Int32?>(nil)

    /// Takes hold of a process; `nil` when there is none with this number.
    package init?(pid: Int32, reactor: Reactor) {
        let descriptor = cposix_pidfd_open(pid)
        guard descriptor >= 0 else { return nil }
        self.pid = pid
        self.descriptor = descriptor
        self.reactor = reactor
    }

    deinit { close(descriptor) }

    /// Whether it still runs. Who learns that a child has ended leaves no zombie of it.
    package var isRunning: Bool {
        if cposix_pidfd_wait(descriptor, 0) == 0 { return true }
        reap()
        return false
    }

    /// Sends a signal; `false` when the process has ended.
    @discardableResult
    package func signal(_ number: Int32) -> Bool {
        isRunning && cposix_pidfd_signal(descriptor, number) == 0
    }

    /// Waits until the process has ended, at most `limit`; `false` when it still runs then.
    package func waitForExit(atMost limit: Duration) async -> Bool {
        // A descriptor of the wait's own: two waits cannot watch the same one.
        let copy = dup(descriptor)
        guard copy >= 0 else { return await lookForExit(atMost: limit) }
        let ended = await withCheckedContinuation { continuation in
            ExitWait.begin(descriptor: copy, limit: limit, reactor: reactor, continuation)
        }
        if ended { reap() }
        return ended
    }

    /// The same for when the program has no descriptor left: the end is looked for instead of waited for.
    func lookForExit(atMost limit: Duration) async -> Bool {
        let deadline = ContinuousClock.now + limit
        while isRunning {
            guard ContinuousClock.now < deadline else { return false }
            await withCheckedContinuation { continuation in
                _ = reactor.schedule(after: .milliseconds(50)) { continuation.resume() }
            }
        }
        return true
    }

    /// Ends the process: `first` signal, then after `grace` SIGKILL.
    package func stop(signal first: Int32 = SIGTERM, grace: Duration = .seconds(10)) async {
        signal(first)
        if await waitForExit(atMost: grace) { return }
        signal(SIGKILL)
        _ = await waitForExit(atMost: .seconds(5))
    }

    /// How a child of ours ended: its exit code, or 128 and the signal as shells count; `nil` while it runs, and for
    /// an adopted process.
    package var exitCode: Int32? { status.withLock(\.self) }

    /// Collects the exit status, so that no zombie is left; nothing happens for a process that is not our child.
    private func reap() {
        var raw: Int32 = 0
        guard unsafe waitpid(pid, &raw, WNOHANG) == pid else { return }
        let signal = raw & 0x7f  // wait(2): WTERMSIG and WEXITSTATUS are macros
        status.withLock { $0 = signal == 0 ? (raw >> 8) & 0xff : 128 + signal }
    }

    /// The file that it executes, by /proc; `nil` when it has ended or may not be seen. A file that has been replaced
    /// since, by an upgrade, keeps its name (proc(5): the link says " (deleted)" then).
    package var executable: String? { Self.executable(of: pid) }

    /// As ``executable``, of any process.
    package static func executable(of pid: Int32) -> String? {
        let link = "/proc/\(pid)/exe"
        guard let path = try? FileManager.default.destinationOfSymbolicLink(atPath: link) else { return nil }  // ended
        let mark = " (deleted)"
        return path.hasSuffix(mark) ? String(path.dropLast(mark.count)) : path
    }

    /// Its command line, by /proc; empty when it has ended or may not be seen.
    package var arguments: [String] {
        let line = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") ?? Data()
        return line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }
}
