package import Postgres
import Synchronization

/// Keeps the routing data current: it is read when the database says that it changed, and looked for every five
/// seconds in case that word was lost. What is held stays in use while the database is away.
package final class RoutingKeeper: Sendable {
    private let database: Database
    private let listening: Database
    private let load: LoadRouting
    private let current = Mutex<RoutingData?>(nil)

    private static let pollInterval = Duration.seconds(5)

    /// - Parameters:
    ///   - database: for reading.
    ///   - listening: for LISTEN; a direct address when the other goes through a pooler.
    package init(_ database: Database, listening: Database, secrets: RoutingSecrets) {
        self.database = database
        self.listening = listening
        load = LoadRouting(database, secrets: secrets)
    }

    /// The routing data in use; `nil` before the first was read.
    package var data: RoutingData? { current.withLock(\.self) }

    /// Reads the data now.
    package func refresh() async throws {
        let fresh = try await load(after: data)
        current.withLock { $0 = fresh }
    }

    /// Keeps it current until the task is cancelled.
    /// - Parameter report: hears of each new version, and of each failure.
    package func run(report: @escaping @Sendable (Event) -> Void) async {
        await withDiscardingTaskGroup { group in
            group.addTask {
                var told: PostgresError?
                await self.listening.listen(to: ["heddle_snapshot"]) { signal in
                    switch signal {
                    case .disconnected(let reason):
                        // Once for each reason: it is tried every few seconds.
                        if reason != told, reason.code != .cancelled { report(.notListening(reason)) }
                        told = reason
                    case .connected, .notified:
                        told = nil
                        await self.refreshIfNewer(report)
                    }
                }
            }
            group.addTask {
                while !Task.isCancelled {
                    await self.refreshIfNewer(report)
                    try? await Task.sleep(for: Self.pollInterval)  // a cancelled sleep ends the loop
                }
            }
        }
    }

    /// What happened to the data.
    package enum Event: Sendable {
        case loaded(RoutingData)
        case failed(any Error)
        /// Changes are not announced to us for this reason; they are found by looking.
        case notListening(PostgresError)
    }

    private func refreshIfNewer(_ report: @Sendable (Event) -> Void) async {
        do {
            let version = try await database.run(
                "select version from core.snapshot_versions where name = 'routing'", deadline: .seconds(5)
            ).value(Int.self)
            if let data, data.version == version { return }
            try await refresh()
            if let data { report(.loaded(data)) }
        } catch {
            report(.failed(error))
        }
    }
}
