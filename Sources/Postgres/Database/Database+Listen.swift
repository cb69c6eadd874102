extension Database {
    /// What a listener learns.
    package enum Signal: Sendable, Hashable {
        /// The session is up, for the first time or again: whatever was announced meanwhile was missed, so look.
        case connected
        case notified(Notification)
        /// The session was lost; it is being opened again.
        case disconnected
    }

    /// Listens on channels until the task is cancelled, reconnecting whenever the session is lost.
    ///
    /// Not possible behind a pooler in transaction mode: give a direct address (`DATABASE_DIRECT_URL`).
    package func listen(to channels: [String], _ handle: (Signal) async -> Void) async {
        while !Task.isCancelled {
            let (signals, continuation) = AsyncStream.makeStream(
                of: Signal.self, bufferingPolicy: .bufferingNewest(1024))
            var options = configuration.connectionOptions(leased: true)
            options.onClose = { continuation.finish() }
            let connection = Connection(options: options, reactor: reactor)
            do {
                try await connection.connect()
                await connection.receiveNotifications { continuation.yield(.notified($0)) }
                for channel in channels { try await connection.run("listen \(identifier: channel)") }
                continuation.yield(.connected)
                for await signal in signals { await handle(signal) }
            } catch {
                // The reason does not matter here: the database is away, and it is tried again.
            }
            await connection.close()
            await handle(.disconnected)
            try? await Task.sleep(for: .milliseconds(300))  // a cancelled sleep ends the loop
        }
    }
}

extension Connection {
    func receiveNotifications(_ handle: @escaping @Sendable (Notification) -> Void) {
        onNotification = handle
    }
}
