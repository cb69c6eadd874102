extension Database {
    /// What a listener learns.
    package enum Signal: Sendable, Hashable {
        /// The session is up, for the first time or again: whatever was announced meanwhile was missed, so look.
        case connected
        case notified(Notification)
        /// The session was lost or could not be opened, and why; it is tried again.
        case disconnected(PostgresError)
    }

    /// Pauses between attempts: each twice the one before, until a session is up.
    private static let firstPause = Duration.milliseconds(300)
    private static let longestPause = Duration.seconds(5)

    /// Listens on channels until the task is cancelled, reconnecting whenever the session is lost.
    ///
    /// Not possible behind a pooler in transaction mode: give a direct address (`DATABASE_DIRECT_URL`).
    package func listen(to channels: [String], _ handle: (Signal) async -> Void) async {
        var pause = Self.firstPause
        while !Task.isCancelled {
            let (signals, continuation) = AsyncStream.makeStream(
                of: Signal.self, bufferingPolicy: .bufferingNewest(1024))
            var options = leasedOptions
            options.onClose = { continuation.finish() }
            let connection = Connection(options: options, reactor: reactor)
            let reason: PostgresError
            do throws(PostgresError) {
                try await connection.connect()
                await connection.receiveNotifications { continuation.yield(.notified($0)) }
                for channel in channels { try await connection.run("listen \(identifier: channel)") }
                continuation.yield(.connected)
                pause = Self.firstPause
                for await signal in signals { await handle(signal) }
                reason = await connection.failure ?? PostgresError(.cancelled, "the task was cancelled")
            } catch {
                reason = error
            }
            await connection.close()
            await handle(.disconnected(reason))
            try? await Task.sleep(for: pause)  // a cancelled sleep ends the loop
            pause = min(pause * 2, Self.longestPause)
        }
    }
}

extension Connection {
    func receiveNotifications(_ handle: @escaping @Sendable (Notification) -> Void) {
        onNotification = handle
    }
}
