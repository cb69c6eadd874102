import Glibc
import Reactor
import Synchronization

/// One wait for the end of a process: whichever comes first, the pidfd or the limit, answers; the other is cancelled.
final class ExitWait: Sendable {
    typealias Continuation = CheckedContinuation<Bool, Never>

    private struct State {
        var continuation: Continuation?
        var watch: Reactor.Watch?
        var timer: Reactor.Timer?
    }

    private let descriptor: Int32
    private let reactor: Reactor
    private let state: Mutex<State>

    private init(descriptor: Int32, reactor: Reactor, continuation: Continuation) {
        self.descriptor = descriptor
        self.reactor = reactor
        state = Mutex(State(continuation: continuation))
    }

    /// - Parameter descriptor: a pidfd of its own, closed at the end of the wait.
    static func begin(descriptor: Int32, limit: Duration, reactor: Reactor, _ continuation: Continuation) {
        let wait = ExitWait(descriptor: descriptor, reactor: reactor, continuation: continuation)
        // On the reactor's thread, so that neither event can come before both are noted.
        reactor.submit {
            let watch = reactor.watch(descriptor, read: true, write: false) { _, _ in wait.finish(ended: true) }
            let timer = reactor.schedule(after: limit) { wait.finish(ended: false) }
            wait.state.withLock {
                $0.watch = watch
                $0.timer = timer
            }
        }
    }

    private func finish(ended: Bool) {
        let finished = state.withLock { state in
            defer { state.continuation = nil }
            return state
        }
        guard let continuation = finished.continuation else { return }
        if let watch = finished.watch { reactor.remove(watch) }
        if let timer = finished.timer { reactor.cancel(timer) }
        close(descriptor)
        continuation.resume(returning: ended)
    }
}
