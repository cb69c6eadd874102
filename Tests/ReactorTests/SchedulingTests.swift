import Glibc
import Testing

@testable import Reactor

@Suite struct SchedulingTests {
    @Test func `a thread may ask for short slices, and keeps its niceness`() async {
        let reactor = Reactor(name: "test-prompt", isPrompt: false)
        let (wasTaken, before, after) = await withCheckedContinuation { done in
            reactor.submit {
                let before = niceness()
                let wasTaken = Scheduling.askForShortSlices()
                done.resume(returning: (wasTaken, before, niceness()))
            }
        }
        #expect(wasTaken)
        #expect(before == after)
    }

    private func niceness() -> Int32 { getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0) }
}
