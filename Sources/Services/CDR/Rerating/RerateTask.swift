import Foundation
import Postgres
import Telecom

/// What a run does, as it was written down.
struct RerateTask: Sendable {
    let id: UUID
    let tenantID: UUID
    let window: Range<Date>
    let accountID: UUID?
    let carrierID: UUID?
    /// The version that takes the place of those that held.
    let sheet: SheetHistory.Version?
    let asOf: Date?
    let side: RerateChoice.Side
    /// The last call that was looked at.
    let position: (at: Date, id: UUID)?

    /// Reads and locks a run that has not rated all; nil when it has, or there is none.
    static func lock(_ id: UUID, of tenant: UUID, _ session: Connection) async throws -> RerateTask? {
        let rows = try await session.run(
            """
            select window_from, window_to, account_id, carrier_id, coalesce(rate_plan_id, deck_id), deck_id is null,
                   sheet_version, sheet_edition, as_of, side, position_at, position_id
              from billing.rerate_runs
             where tenant_id = \(tenant) and id = \(id) and state = 'rating'
               for no key update
            """)
        guard let row = rows.first else { return nil }
        let from = try row.column(0, as: Date.self)
        var sheet: SheetHistory.Version?
        if let key = try row.column(4, as: UUID?.self) {
            sheet = SheetHistory.Version(
                kind: try row.column(5) ? .plan : .deck, sheet: TenantKey(tenant, key), version: try row.column(6),
                edition: try row.column(7))
        }
        var position: (at: Date, id: UUID)?
        if let at = try row.column(10, as: Date?.self) { position = (at, try row.column(11)) }
        return RerateTask(
            id: id, tenantID: tenant, window: from..<(try row.column(1)), accountID: try row.column(2),
            carrierID: try row.column(3), sheet: sheet, asOf: try row.column(8),
            side: RerateChoice.Side(rawValue: try row.column(9)) ?? .both, position: position)
    }

    /// When the prices of a call are looked up: a router decides when it comes, everybody else knows when it was
    /// answered, and resellers are charged by then for both.
    func priceTime(of old: OldCall) -> Date {
        let isOfRouter = old.raw.routingID != nil && old.level == nil
        return asOf ?? (isOfRouter ? nil : old.raw.answeredAt) ?? old.raw.startedAt
    }
}
