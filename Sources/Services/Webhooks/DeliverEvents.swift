import Foundation
package import Postgres
import Synchronization

/// Delivers events to webhooks: at least once each, under one id, in the order of each key.
package final class DeliverEvents: Sendable {
    private let take: TakeDeliveries
    private let settle: SettleDelivery
    private let send: SendWebhook
    private let report: @Sendable (String) -> Void
    /// How many attempts of a webhook are under way.
    private let underWay = Mutex<[UUID: Int]>([:])

    private static let most = 100
    private static let pause = Duration.milliseconds(200)

    /// - Parameters:
    ///   - database: as the engine.
    ///   - report: hears of attempts that could not be noted: they are made again.
    package init(_ database: Database, _ send: SendWebhook, report: @escaping @Sendable (String) -> Void) {
        take = TakeDeliveries(database)
        settle = SettleDelivery(database)
        self.send = send
        self.report = report
    }

    /// Delivers what is due, until nothing is. What comes meanwhile does not wait for a receiver that hangs.
    /// - Returns: how many attempts were made.
    @discardableResult
    package func callAsFunction() async throws -> Int {
        try await withThrowingDiscardingTaskGroup { group in
            var made = 0
            while !Task.isCancelled {
                let running = running
                let due = running < Self.most ? try await take(Self.most - running, busy: busy) : []
                for delivery in due {
                    begin(delivery.webhook)
                    group.addTask { await self.attempt(delivery) }
                }
                made += due.count
                if due.isEmpty {
                    if running == 0 { return made }
                    try await Task.sleep(for: Self.pause)
                }
            }
            return made
        }
    }

    private var running: Int { underWay.withLock { $0.values.reduce(0, +) } }

    private var busy: [UUID] {
        underWay.withLock { $0.filter { $0.value >= TakeDeliveries.mostOfOne }.map(\.key) }
    }

    private func begin(_ webhook: UUID) { underWay.withLock { $0[webhook, default: 0] += 1 } }

    private func end(_ webhook: UUID) {
        underWay.withLock { underWay in
            let left = underWay[webhook, default: 1] - 1
            underWay[webhook] = left > 0 ? left : nil
        }
    }

    private func attempt(_ delivery: DueDelivery) async {
        defer { end(delivery.webhook) }
        let result = await send(delivery)
        do {
            try await settle(delivery, result)
        } catch {
            report("an attempt to deliver \(delivery.event.id.text) could not be noted: \(error)")
        }
    }
}
