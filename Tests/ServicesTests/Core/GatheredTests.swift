import Postgres
import Synchronization
import Testing

@testable import Services

/// Work that is asked for at the same time is done in batches.
struct GatheredTests {
    /// Notes the batches, and holds them back until it is told.
    private final class Batches: Sendable {
        private let state = Mutex<(sizes: [Int], underWay: Int, mostUnderWay: Int)>(([], 0, 0))

        var sizes: [Int] { state.withLock { $0.sizes } }
        var mostUnderWay: Int { state.withLock { $0.mostUnderWay } }

        func work(_ items: [Int]) async throws -> [String] {
            state.withLock { state in
                state.sizes.append(items.count)
                state.underWay += 1
                state.mostUnderWay = max(state.mostUnderWay, state.underWay)
            }
            try? await Task.sleep(for: .milliseconds(5))
            state.withLock { $0.underWay -= 1 }
            if items.contains(13) { throw CancellationError() }
            if items.contains(14) { throw PostgresError(.unavailable, "away") }
            return items.map { "\($0)" }
        }
    }

    @Test func `each gets its own answer, and no more are under way than may be`() async {
        let batches = Batches()
        let gathered = Gathered<Int, Int, String>(lanes: 2, full: 1, most: 10) { try await batches.work($0) }
        let answers = await withTaskGroup(of: (Int, String?).self, returning: [Int: String?].self) { group in
            for number in 100..<300 { group.addTask { (number, await gathered(number, of: number % 2)) } }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        #expect(answers.count == 200)
        for (number, answer) in answers { #expect(answer == "\(number)") }
        #expect(batches.sizes.reduce(0, +) == 200 && batches.sizes.max() ?? 0 <= 10)
        #expect(batches.mostUnderWay <= 4, "two of each of two groups")
        #expect(batches.sizes.count < 200, "some went together")
    }

    @Test func `a second batch is under way only while both are large`() async {
        let batches = Batches()
        let gathered = Gathered<Int, Int, String>(lanes: 2, full: 8, most: 16) { try await batches.work($0) }
        await withTaskGroup(of: Void.self) { group in
            for number in 100..<106 { group.addTask { #expect(await gathered(number, of: 0) == "\(number)") } }
        }
        #expect(batches.mostUnderWay == 1, "six are no large batch")
        await withTaskGroup(of: Void.self) { group in
            for number in 100..<300 { group.addTask { #expect(await gathered(number, of: 0) == "\(number)") } }
        }
        #expect(batches.mostUnderWay == 2)
        #expect(batches.sizes.reduce(0, +) == 206 && batches.sizes.max() ?? 0 <= 16)
        #expect(await gathered(7, of: 0) == "7", "no lane is lost")
    }

    @Test func `one alone waits for nobody`() async {
        let batches = Batches()
        let gathered = Gathered<Int, Int, String>(lanes: 1, full: 1, most: 10) { try await batches.work($0) }
        for number in 0..<3 { #expect(await gathered(number, of: 0) == "\(number)") }
        #expect(batches.sizes == [1, 1, 1])
    }

    @Test func `a batch that fails is nobody's answer, and the next ones are done`() async {
        let batches = Batches()
        let gathered = Gathered<Int, Int, String>(lanes: 1, full: 1, most: 5) { try await batches.work($0) }
        let answers = await withTaskGroup(of: String?.self, returning: [String?].self) { group in
            for number in 0..<40 { group.addTask { await gathered(number, of: 0) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let failed = answers.count { $0 == nil }
        #expect(answers.count == 40 && (1...5).contains(failed))
        #expect(await gathered(99, of: 0) == "99")
    }

    @Test func `when the database is away, nobody waits for it in turns`() async {
        let batches = Batches()
        let gathered = Gathered<Int, Int, String>(lanes: 1, full: 1, most: 1) { try await batches.work($0) }
        let answers = await withTaskGroup(of: String?.self, returning: [String?].self) { group in
            for _ in 0..<40 { group.addTask { await gathered(14, of: 0) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers == Array(repeating: nil, count: 40))
        #expect(batches.sizes.count < 40, "some were let go")
        #expect(await gathered(99, of: 0) == "99")
    }

    @Test func `above the bound nobody waits`() async {
        let batches = Batches()
        let gathered = Gathered<Int, Int, String>(lanes: 1, full: 1, most: 5, mostWaiting: 10) {
            try await batches.work($0)
        }
        let answers = await withTaskGroup(of: String?.self, returning: [String?].self) { group in
            for number in 100..<160 { group.addTask { await gathered(number, of: 0) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.count == 60)
        #expect(batches.sizes.reduce(0, +) == answers.count { $0 != nil })
        #expect(batches.sizes.allSatisfy { $0 <= 5 })
    }
}
