import Foundation
import Postgres
import TestSupport
import Testing

/// A cap of a test's campaign, and what can be done with it, as the engine does it.
struct Cap: Sendable {
    let tenant: Tenant
    let id: UUID
}

/// How far a cap is used.
struct CapReading: Sendable, Equatable {
    let used: Amount
    let reserved: Amount
    let remaining: Amount
}

extension Campaign {
    /// Sets a cap on the campaign's target.
    func cap(_ measure: String, _ period: String, most: Amount) async throws -> Cap {
        let cap = UUID()
        try await tenant.database.owner.run(
            """
            insert into tracking.caps (tenant_id, id, account_id, target_id, measure, period, max_value)
            values (\(tenant.id), \(cap), \(id), \(id), \(measure), \(period), \(most))
            """)
        return Cap(tenant: tenant, id: cap)
    }
}

extension Tenant {
    /// Reserves under caps until one o'clock; the caps that are in the way.
    func reserve(
        _ wanted: [(cap: Cap, amount: Amount)], for holder: UUID = UUID(), at time: String = "2026-11-10 12:00:00-05"
    ) async throws -> [UUID] {
        let full = try await database.engine.run(
            """
            select tracking.reserve_caps(\(id), \(holder), \(wanted.map { $0.cap.id }), \(wanted.map { $0.amount }),
                                         '2026-11-10 13:00:00-05', \(time)::timestamptz)
            """
        ).value([UUID].self)
        return try #require(full)
    }

    /// Ends the reservations of a holder and counts; how many were counted.
    func settle(_ holder: UUID, counting counted: [(cap: Cap, amount: Amount)] = []) async throws -> Int? {
        try await database.engine.run(
            """
            select tracking.settle_caps(\(id), \(holder), \(counted.map { $0.cap.id }), \(counted.map { $0.amount }))
            """
        ).value(Int.self)
    }
}

extension Cap {
    func read(at time: String = "2026-11-10 12:00:00-05") async throws -> CapReading? {
        let row = try await tenant.database.engine.run(
            """
            select used, reserved, remaining
              from tracking.read_caps(\(tenant.id), \([id]), \(time)::timestamptz)
            """
        ).first(Amount.self, Amount.self, Amount.self)
        return row.map { CapReading(used: $0.0, reserved: $0.1, remaining: $0.2) }
    }
}
