import Synchronization
import TestSupport
import Testing

@testable import HTTPAPI

/// Answers that are good for a moment.
@Suite struct RecentAnswerTests {
    private final class Count: Sendable {
        private let number = Mutex(0)
        func next() -> Int {
            number.withLock {
                $0 += 1
                return $0
            }
        }
        var value: Int { number.withLock(\.self) }
    }

    @Test func `many who ask at once, and soon again, are answered with one`() async throws {
        let asked = Count()
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let answer = RecentAnswer(for: .seconds(3_600)) {
            let number = asked.next()
            for await _ in gate { break }
            return number
        }
        let values = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<50 { group.addTask { await answer.value } }
            group.addTask {
                open.yield()
                return 1
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(values == Array(repeating: 1, count: 51))
        #expect(await answer.value == 1 && asked.value == 1)
    }

    @Test func `an answer that is too old is asked for again`() async throws {
        let asked = Count()
        let answer = RecentAnswer(for: .zero) { asked.next() }
        #expect(await answer.value == 1)
        #expect(await answer.value == 2)
    }
}
