import Testing

@testable import Jobs

/// What every loop does when its work fails, and when it is told to stop.
@Suite struct RoundsTests {
    private struct Away: Error, CustomStringConvertible {
        let description = "the database is away"
    }

    /// Lives on when its round fails; a sleep of an hour ends at once when the task is cancelled.
    @Test(.timeLimit(.minutes(1))) func `what fails is told and tried again, until the task is cancelled`() async {
        let log = RecordingLog()
        let rounds = Rounds(pause: .seconds(3600), pauseAfterFailure: .milliseconds(1), logger: log.logger)
        let (done, arrived) = AsyncStream.makeStream(of: Void.self)
        await withTaskGroup { group in
            group.addTask {
                await rounds.run("it did not work") {
                    if log.warnings.count < 2 { throw Away() }
                    arrived.finish()
                }
            }
            for await _ in done {}  // ends with the third try
            group.cancelAll()
        }
        #expect(log.warnings == Array(repeating: "it did not work: the database is away", count: 2))
    }

    @Test(.timeLimit(.minutes(1))) func `a round that is cancelled warns of nothing`() async {
        let log = RecordingLog()
        let (begun, begins) = AsyncStream.makeStream(of: Void.self)
        await withTaskGroup { group in
            group.addTask {
                await Rounds(pause: .seconds(3600), logger: log.logger).run("it did not work") {
                    begins.finish()
                    try await Task.sleep(for: .seconds(3600))
                }
            }
            for await _ in begun {}  // ends when the work has begun
            group.cancelAll()
        }
        #expect(log.warnings == [])
    }
}
