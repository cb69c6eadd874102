import Logging

/// Does one thing over and over until the task is cancelled. What fails (the database may be away) is told and tried
/// again soon.
struct Rounds: Sendable {
    let pause: Duration
    var pauseAfterFailure = Duration.seconds(60)
    let logger: Logger

    /// - Parameter failure: what to say when the work fails; the error comes behind it.
    func run(_ failure: String, _ work: () async throws -> Void) async {
        while !Task.isCancelled {
            var pause = pause
            do {
                try await work()
            } catch {
                if !Task.isCancelled { logger.warning("\(failure): \(error)") }
                pause = min(pause, pauseAfterFailure)
            }
            try? await Task.sleep(for: pause)  // a cancelled sleep ends the loop
        }
    }
}
