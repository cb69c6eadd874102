/// Wakes one loop; raised many times before it looks, it wakes it once.
struct Signal: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func raise() { continuation.yield() }

    /// Runs `body` after each raise, until the task is cancelled.
    func forEach(_ body: () async -> Void) async {
        for await _ in stream { await body() }
    }
}
