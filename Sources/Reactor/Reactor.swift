import CPosix
import Foundation
import Synchronization

/// One thread that never ends: it runs jobs, watches file descriptors and keeps timers.
///
/// Actors that own a descriptor (a database connection, a child process) use it as their executor, so that a readiness
/// event, the state that it changes and the task that it wakes all live on one thread: the hop between threads is the
/// dearest part of a short query (docs/decisions/0002-postgres-client.md).
package final class Reactor: SerialExecutor, TaskExecutor, Sendable {
    /// Called on the reactor's thread when a watched descriptor is ready.
    package typealias ReadinessHandler = @Sendable (_ readable: Bool, _ writable: Bool) -> Void

    private let epoll: Int32
    private let wakeUp: Int32
    private let state = Mutex(State())
    private let thread = Atomic<UInt>(0)

    /// The token of `wakeUp` in the epoll set; watchers count from 1.
    private static let wakeUpToken: UInt64 = 0
    /// How often queued work is done before the descriptors get their turn.
    private static let roundsBetweenPolls = 16

    /// Starts the thread.
    /// - Parameters:
    ///   - name: what `top -H` and a debugger show.
    ///   - isPrompt: whether somebody waits for what it does; not where it computes for long.
    package init(name: String, isPrompt: Bool = true) {
        epoll = cposix_epoll_create()
        wakeUp = cposix_eventfd()
        precondition(epoll >= 0 && wakeUp >= 0, "the system has no file descriptors left")
        _ = cposix_epoll_set(epoll, wakeUp, Self.wakeUpToken, true, false, true)
        let thread = Thread { [self] in
            if isPrompt { Scheduling.askForShortSlices() }
            run()
        }
        thread.name = name
        thread.start()
    }

    // MARK: Executor

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        add { $0.jobs.append(.task(job)) }
    }

    /// Runs a closure on the reactor's thread, after what is queued already.
    package func submit(_ work: @escaping @Sendable () -> Void) {
        add { $0.jobs.append(.closure(work)) }
    }

    package func isIsolatingCurrentContext() -> Bool? { isCurrentThread }

    package func checkIsolated() {
        precondition(isCurrentThread, "not on the reactor's thread")
    }

    private var isCurrentThread: Bool { thread.load(ordering: .relaxed) == pthread_self() }

    private func add(_ change: (inout State) -> Void) {
        let wasAsleep = state.withLock { state in
            change(&state)
            defer { state.asleep = false }
            return state.asleep
        }
        if wasAsleep { cposix_eventfd_signal(wakeUp) }
    }

    // MARK: Descriptors

    /// Identifies a watched descriptor.
    package struct Watch: Sendable, Hashable {
        fileprivate let token: UInt64
        fileprivate let descriptor: Int32
    }

    /// Watches a descriptor, level-triggered: the handler is called as long as it stays ready.
    package func watch(_ descriptor: Int32, read: Bool, write: Bool, _ handler: @escaping ReadinessHandler) -> Watch {
        let token = state.withLock { state in
            state.lastToken += 1
            state.handlers[state.lastToken] = handler
            return state.lastToken
        }
        let result = cposix_epoll_set(epoll, descriptor, token, read, write, true)
        precondition(result == 0, "descriptor \(descriptor) cannot be watched (errno \(errno))")
        return Watch(token: token, descriptor: descriptor)
    }

    /// Changes what a watch waits for.
    package func update(_ watch: Watch, read: Bool, write: Bool) {
        _ = cposix_epoll_set(epoll, watch.descriptor, watch.token, read, write, false)
    }

    /// Ends a watch; call it before the descriptor is closed.
    package func remove(_ watch: Watch) {
        _ = cposix_epoll_remove(epoll, watch.descriptor)
        state.withLock { _ = $0.handlers.removeValue(forKey: watch.token) }
    }

    // MARK: Timers

    /// Identifies a timer.
    package struct Timer: Sendable, Hashable {
        fileprivate let id: UInt64
    }

    /// Runs a closure on the reactor's thread once `delay` has passed, unless it is cancelled before.
    package func schedule(after delay: Duration, _ work: @escaping @Sendable () -> Void) -> Timer {
        let due = ContinuousClock.now + delay
        var timer = Timer(id: 0)
        add { state in
            state.lastToken += 1
            timer = Timer(id: state.lastToken)
            state.timers.insert(id: timer.id, due: due, work: work)
        }
        return timer
    }

    /// Forgets a timer; nothing happens when it has fired already.
    package func cancel(_ timer: Timer) {
        state.withLock { $0.timers.remove(id: timer.id) }
    }

    // MARK: The thread

    private func run() {
        thread.store(pthread_self(), ordering: .relaxed)
        var events = [cposix_event](repeating: cposix_event(), count: 64)
        var rounds = 0
        while true {
            let (jobs, due, timeout) = state.withLock { $0.takeWork(now: .now) }
            for job in jobs { perform(job) }
            for work in due { work() }
            let didWork = !jobs.isEmpty || !due.isEmpty
            // A task that hops between actors here queues its next step: that comes before the descriptors, or every
            // hop would cost a system call.
            rounds += 1
            if didWork && rounds < Self.roundsBetweenPolls { continue }
            rounds = 0
            let wait = didWork ? 0 : timeout
            let count = unsafe cposix_epoll_wait(epoll, &events, Int32(events.count), wait)
            state.withLock { $0.asleep = false }
            for event in events.prefix(Int(max(count, 0))) { dispatch(event) }
        }
    }

    private func perform(_ job: Job) {
        switch job {
        case .task(let job):
            unsafe job.runSynchronously(
                isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
        case .closure(let work):
            work()
        }
    }

    private func dispatch(_ event: cposix_event) {
        if event.token == Self.wakeUpToken {
            cposix_eventfd_drain(wakeUp)
            return
        }
        let handler = state.withLock { $0.handlers[event.token] }
        handler?(event.readable, event.writable)
    }

    private enum Job {
        case task(UnownedJob)
        case closure(@Sendable () -> Void)
    }

    private struct State {
        var jobs: [Job] = []
        var handlers: [UInt64: ReadinessHandler] = [:]
        var timers = TimerQueue()
        var lastToken: UInt64 = 0
        /// The thread is in epoll_wait, or about to be: whoever adds work must signal.
        var asleep = false

        /// All that can be done now, and otherwise how long to sleep, in milliseconds (-1: for ever).
        mutating func takeWork(now: ContinuousClock.Instant) -> ([Job], [@Sendable () -> Void], Int32) {
            let taken = jobs
            jobs.removeAll(keepingCapacity: true)
            let due = timers.takeDue(now: now)
            guard taken.isEmpty && due.isEmpty else { return (taken, due, 0) }
            asleep = true
            return ([], [], timers.millisecondsToNext(now: now))
        }
    }
}
