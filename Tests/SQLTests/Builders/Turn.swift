import Synchronization
import Testing

/// Lets only a few suites run at a time. Each holds sessions of its own, and the roles and the cluster have a limit;
/// more would not be faster either.
struct TurnTrait: SuiteTrait, TestScoping {
    private static let turns = Turns(free: 4)

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        await Self.turns.take()
        do {
            try await function()
            await Self.turns.giveBack()
        } catch {
            await Self.turns.giveBack()
            throw error
        }
    }
}

extension Trait where Self == TurnTrait {
    /// Waits until few enough suites run: write it before `.database`.
    static var inTurn: Self { TurnTrait() }
}

/// A counting semaphore for tasks, first come, first served.
private actor Turns {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(free: Int) { self.free = free }

    func take() async {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    func giveBack() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}
