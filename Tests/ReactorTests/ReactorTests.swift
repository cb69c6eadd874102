import Foundation
import Glibc
import Synchronization
import Testing

@testable import Reactor

/// Collects what happened, in order, from any thread.
final class Recorder: Sendable {
    private let state = Mutex<[Int]>([])
    var values: [Int] { state.withLock(\.self) }
    func add(_ value: Int) { state.withLock { $0.append(value) } }
}

/// An actor that lives on a reactor, to see that isolation is told right.
actor Resident {
    nonisolated let reactor: Reactor
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe reactor.asUnownedSerialExecutor() }
    private var count = 0

    init(_ reactor: Reactor) { self.reactor = reactor }

    func step() -> Int {
        count += 1
        return count
    }

    /// What a readiness handler does: it is on the thread already, and enters the actor without an await.
    nonisolated func stepFromThread() -> Int { assumeIsolated { $0.step() } }
}

@Suite struct ReactorTests {
    let reactor = Reactor(name: "test-reactor")

    @Test func `closures run in the order they were given`() async {
        let recorder = Recorder()
        await withCheckedContinuation { done in
            for value in 0..<100 { reactor.submit { recorder.add(value) } }
            reactor.submit { done.resume() }
        }
        #expect(recorder.values == Array(0..<100))
    }

    @Test func `a timer fires once, after its delay`() async {
        let start = ContinuousClock.now
        await withCheckedContinuation { done in
            _ = reactor.schedule(after: .milliseconds(30)) { done.resume() }
        }
        #expect(ContinuousClock.now - start >= .milliseconds(30))
    }

    @Test func `an actor on the reactor can be entered from its thread`() async {
        let resident = Resident(reactor)
        #expect(await resident.step() == 1)
        let second = await withCheckedContinuation { done in
            reactor.submit { done.resume(returning: resident.stepFromThread()) }
        }
        #expect(second == 2)
    }

    @Test func `tasks that prefer the reactor run there and are not lost under load`() async {
        let resident = Resident(reactor)
        await withTaskExecutorPreference(reactor) {
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<1000 { group.addTask { _ = await resident.step() } }
            }
        }
        #expect(await resident.step() == 1001)
    }

    @Test func `a timer that is cancelled does not fire`() async {
        let recorder = Recorder()
        await withCheckedContinuation { done in
            let first = reactor.schedule(after: .milliseconds(20)) { recorder.add(1) }
            _ = reactor.schedule(after: .milliseconds(40)) {
                recorder.add(2)
                done.resume()
            }
            reactor.cancel(first)
        }
        #expect(recorder.values == [2])
    }

    @Test func `a descriptor is reported for as long as it is readable, and no more once its watch ended`() async throws
    {
        var ends: [Int32] = [0, 0]
        try #require(unsafe pipe(&ends) == 0)
        let (input, output) = (ends[0], ends[1])
        defer { for end in [input, output] { close(end) } }
        let recorder = Recorder()
        let watch = Mutex<Reactor.Watch?>(nil)
        await withCheckedContinuation { done in
            reactor.submit { [reactor] in
                let began = reactor.watch(input, read: true, write: false) { readable, writable in
                    // The byte stays in the pipe: it is reported again and again.
                    recorder.add(readable && !writable ? 1 : -1)
                    guard recorder.values.count == 3 else { return }
                    watch.withLock { $0.map(reactor.remove) }
                    done.resume()
                }
                watch.withLock { $0 = began }
            }
            _ = unsafe write(output, "x", 1)
        }
        // Another round of the thread, in which a watch that is still there would be heard.
        await withCheckedContinuation { done in
            _ = reactor.schedule(after: .milliseconds(20)) { done.resume() }
        }
        #expect(recorder.values == [1, 1, 1])
    }
}
