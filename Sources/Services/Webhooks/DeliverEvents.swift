import Foundation
package import Postgres
import Synchronization

/// Delivers events to webhooks: at least once each, under one id, in the order of each key.
package final class DeliverEvents: Sendable {
    private let take: TakeDeliveries
    private let settle: SettleDelivery
    private let send: SendWebhook
    private let report: @Sendable (String) -> Void
    /// How many attempts are under way.
    private let underWay = Mutex<[Subject: Int]>([:])

    /// Whose attempts they are.
    private enum Subject: Hashable {
        case webhook(UUID)
        case tenant(UUID)
    }

    private static let most = 100
    /// Of one operator at once, so that its receivers that hang do not keep those of others waiting.
    private static let mostOfTenant = 40
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
                var due: [DueDelivery] = []
                do {
                    if running < Self.most { due = try await self.due(Self.most - running) }
                } catch {
                    if running == 0 { throw error }
                    report("deliveries could not be taken: \(error)")
                }
                for delivery in due {
                    begin(delivery)
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

    private func due(_ most: Int) async throws -> [DueDelivery] {
        var (webhooks, tenants): ([UUID], [UUID]) = ([], [])
        for (subject, count) in underWay.withLock({ $0 }) {
            switch subject {
            case .webhook(let id): if count >= TakeDeliveries.mostOfOne { webhooks.append(id) }
            case .tenant(let id): if count >= Self.mostOfTenant { tenants.append(id) }
            }
        }
        return try await take(most, busy: webhooks, busyTenants: tenants)
    }

    private var running: Int {
        underWay.withLock { underWay in
            underWay.reduce(0) { sum, one in
                if case .webhook = one.key { sum + one.value } else { sum }
            }
        }
    }

    private func begin(_ delivery: DueDelivery) {
        underWay.withLock { underWay in
            underWay[.webhook(delivery.webhook), default: 0] += 1
            underWay[.tenant(delivery.tenant), default: 0] += 1
        }
    }

    private func end(_ delivery: DueDelivery) {
        underWay.withLock { underWay in
            for subject in [Subject.webhook(delivery.webhook), .tenant(delivery.tenant)] {
                let left = underWay[subject, default: 1] - 1
                underWay[subject] = left > 0 ? left : nil
            }
        }
    }

    private func attempt(_ delivery: DueDelivery) async {
        defer { end(delivery) }
        let result = await send(delivery)
        do {
            try await settle(delivery, result)
        } catch {
            report("an attempt to deliver \(delivery.event.id.text) could not be noted: \(error)")
        }
    }
}
