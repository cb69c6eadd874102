import Testing

@testable import Reactor

@Suite struct TimerQueueTests {
    private let start = ContinuousClock.now

    @Test func `timers come due in order of time, not of insertion`() {
        var queue = TimerQueue()
        let fired = Recorder()
        for (id, delay) in [(1, 30), (2, 10), (3, 20)] {
            queue.insert(id: UInt64(id), due: start + .milliseconds(delay)) { fired.add(id) }
        }
        for work in queue.takeDue(now: start + .milliseconds(25)) { work() }
        #expect(fired.values == [2, 3])
        #expect(queue.count == 1)
        #expect(queue.millisecondsToNext(now: start + .milliseconds(25)) == 6)
    }

    @Test func `a cancelled timer neither fires nor shortens the sleep`() {
        var queue = TimerQueue()
        queue.insert(id: 1, due: start + .milliseconds(10)) {}
        queue.remove(id: 1)
        #expect(queue.millisecondsToNext(now: start) == -1)
        #expect(queue.takeDue(now: start + .seconds(1)).isEmpty)
    }

    @Test func `a thousand timers in random order come out sorted`() {
        var random = SystemRandomNumberGenerator()
        var queue = TimerQueue()
        let fired = Recorder()
        for id in 0..<1000 {
            let delay = Int.random(in: 0..<10_000, using: &random)
            queue.insert(id: UInt64(id), due: start + .milliseconds(delay)) { fired.add(delay) }
        }
        for id in stride(from: 0, to: 1000, by: 3) { queue.remove(id: UInt64(id)) }
        for work in queue.takeDue(now: start + .seconds(11)) { work() }
        #expect(fired.values == fired.values.sorted())
        #expect(fired.values.count == 666)
    }
}
