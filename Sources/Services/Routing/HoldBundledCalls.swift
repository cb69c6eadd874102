import Foundation
import Postgres
import Telecom

/// Stores charged calls of which some may use seconds that their plans include, and holds for each the seconds that are
/// left and the money for the rest, in one transaction.
///
/// The counters are locked before any balance, as by whoever rates calls (`AccountUse`). Seconds that are held go to
/// no other call; they are free again when the call is rated, or an hour after its longest end.
struct HoldBundledCalls: Sendable {
    private let database: Database
    private let deadline: Duration

    /// How long after the longest end of a call its record may come.
    private static let recordLimit = 3600.0

    /// - Parameter deadline: of each statement.
    init(_ database: Database, deadline: Duration) {
        self.database = database
        self.deadline = deadline
    }

    /// What each routing id was granted.
    func callAsFunction(_ calls: [CallRecord.Charged]) async throws(PostgresError) -> [UUID: OpenCalls.Held] {
        do {
            return try await database.transaction(statementTimeout: deadline) { session in
                let calls = try await keepBack(calls, session)
                var held = try CallRecord.held(await session.run(CallRecord.holdSQL(calls), deadline: deadline))
                var refused: [(UUID, UUID)] = []
                for call in calls where call.includedSeconds > 0 {
                    let id = call.record.routingID
                    if case .money(let money, _)? = held[id] {
                        held[id] = .money(money, included: call.includedSeconds)
                    } else {
                        refused.append((call.record.tenantID, id))
                    }
                }
                try await BundleHolds.release(refused, session)
                return held
            }
        } catch let error as PostgresError {
            throw error
        } catch {
            throw PostgresError(.cancelled, "the call was not held: \(error)")
        }
    }

    /// The calls with the seconds that were left for them, in their order.
    private func keepBack(
        _ calls: [CallRecord.Charged], _ session: Connection
    ) async throws -> [CallRecord.Charged] {
        let wishes = calls.indices.flatMap { position in calls[position].bundleWishes.map { (position, $0) } }
        let keys = try await BundleCounters.keys(wishes.map(\.1), session)
        var counters = BundleCounters()
        try await counters.lock(Set(keys), session)
        var included = Array(repeating: Int64(0), count: calls.count)
        for ((position, _), key) in zip(wishes, keys) {
            let wanted = calls[position].charge.bundledSeconds - included[position]
            let seconds = min(wanted, counters.left(key))
            if seconds <= 0 { continue }
            counters.hold(seconds, of: key, for: calls[position].record.routingID)
            included[position] += seconds
        }
        let held = zip(calls, included).map { call, seconds in seconds > 0 ? call.including(seconds) : call }
        let ends = held.map {
            Date(microseconds: $0.record.identity.receivedMicroseconds + $0.maximumSeconds * 1_000_000)
        }
        let last = ends.max() ?? Date()
        try await counters.storeHolds(session, until: last.addingTimeInterval(Self.recordLimit))
        return held
    }
}

extension CallRecord.Charged {
    fileprivate var bundleWishes: [BundleCounters.Wish] {
        charge.bundles.map { bundle in
            BundleCounters.Wish(
                tenantID: record.tenantID, accountID: record.decision.accountID, bundleID: bundle,
                at: Date(microseconds: record.identity.receivedMicroseconds))
        }
    }
}
