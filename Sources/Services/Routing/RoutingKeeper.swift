import Foundation
package import Postgres
import Synchronization

/// Keeps the routing data current: it is read when the database says that it changed, looked for every five seconds in
/// case that word was lost, and read when a scheduled version begins. What is held stays in use while the database is
/// away.
package final class RoutingKeeper: Sendable {
    private let database: Database
    private let listening: Database
    private let load: LoadRouting
    private let loader: (any TaskExecutor)?
    private let current = Mutex<RoutingData?>(nil)
    /// What was in use before. Who lets go of it last gives back the memory of all that has changed, which takes
    /// milliseconds; so that this is never a call, it is kept until the next look.
    private let retired = Mutex<RoutingData?>(nil)

    private static let pollInterval = Duration.seconds(5)

    /// - Parameters:
    ///   - database: for reading.
    ///   - listening: for LISTEN; a direct address when the other goes through a pooler.
    ///   - loader: where tables are made, which takes seconds of a processor: a thread of its own, so that calls need
    ///     not wait.
    package init(
        _ database: Database, listening: Database, secrets: RoutingSecrets, loader: (any TaskExecutor)? = nil
    ) {
        self.loader = loader
        self.database = database
        self.listening = listening
        load = LoadRouting(database, secrets: secrets)
    }

    /// The routing data in use; `nil` before the first was read.
    package var data: RoutingData? { current.withLock(\.self) }

    /// Reads the data now.
    package func refresh() async throws {
        let fresh = try await withTaskExecutorPreference(loader) { try await load(after: data) }
        let old = current.withLock { current -> RoutingData? in
            // Two may read at once, and what was read first may be ready last.
            if let current, fresh.isOlder(than: current) { return fresh }
            defer { current = fresh }
            return current
        }
        retired.withLock { $0 = old }
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
                    let due = self.data?.nextChange.map { Duration.seconds($0.timeIntervalSinceNow) }
                    // A cancelled sleep ends the loop.
                    try? await Task.sleep(for: max(.milliseconds(1), min(due ?? Self.pollInterval, Self.pollInterval)))
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
        // Calls that were decided from it have been answered long since.
        retired.withLock { $0 = nil }
        do {
            let versions = try await database.run(
                """
                select name, version from core.snapshot_versions
                 where name in ('routing', 'reference', 'route_health')
                """, deadline: .seconds(5)
            ).decode(String.self, Int.self)
            if let data, !data.isOver {
                let newer = versions.filter { data.version(of: $0.0) != $0.1 }.map(\.0)
                if newer.isEmpty { return }
                if newer == ["route_health"] { return try await refreshHealth(of: data) }
            }
            try await refresh()
            if let data { report(.loaded(data)) }
        } catch {
            report(.failed(error))
        }
    }

    /// Changes every few seconds while carriers fail, and nothing else is read for it.
    private func refreshHealth(of data: RoutingData) async throws {
        let fresh = try await load.healthOnly(of: data)
        // What was read anew meanwhile has its own.
        current.withLock { if $0?.snapshot === data.snapshot { $0 = fresh } }
    }
}

extension RoutingData {
    fileprivate func version(of name: String) -> Int {
        switch name {
        case "reference": places?.version ?? 0
        case "route_health": healthVersion
        default: version
        }
    }

    fileprivate func isOlder(than other: RoutingData) -> Bool {
        version < other.version || (places?.version ?? 0) < (other.places?.version ?? 0)
    }

    /// Whether a scheduled version has begun since.
    fileprivate var isOver: Bool { nextChange.map { $0 <= Date() } ?? false }
}
