import Foundation
import Postgres
import Telecom

/// What the plans and decks of a batch of calls say beside their prices. Where none says anything, this is one short
/// statement for the whole batch.
struct UsedExtras: Sendable {
    /// Extras with the time that they hold.
    private struct Dated: Sendable {
        let validity: Validity
        let extras: RateExtras
    }

    private struct Place: Hashable {
        let tenantID: UUID
        let list: ExtrasKey.List
        let isInbound: Bool
    }

    /// By list and prefix, the one that begins last first.
    private var rows: [Place: [DigitPrefix: [Dated]]] = [:]

    /// Reads what may hold for some of these.
    init(_ session: Connection, for keys: [ExtrasKey]) async throws {
        let times = keys.map(\.at)
        guard let first = times.min(), let last = times.max() else { return }
        let headers = try await Self.headers(session, keys, from: first, to: last)
        if headers.isEmpty { return }
        let steps = try await ExtrasSteps(session, of: headers)
        let clocks = try await ExtrasClocks(session, of: headers, from: first, to: last)
        for row in headers {
            guard let (place, prefix, dated) = try Self.read(row, steps, clocks) else { continue }
            rows[place, default: [:]][prefix, default: []].append(dated)
        }
    }

    /// What holds for a call; nil for nothing. The longest prefix decides alone, and of its rows the one that begins
    /// last.
    subscript(key: ExtrasKey) -> RateExtras? {
        guard let prefixes = rows[Place(tenantID: key.tenantID, list: key.list, isInbound: key.isInbound)] else {
            return nil
        }
        let instant = key.at.microseconds
        for count in stride(from: key.number.digitCount, through: 0, by: -1) {
            if let found = prefixes[DigitPrefix(key.number, count: count)]?.first(where: {
                $0.validity.contains(instant)
            }) {
                return found.extras
            }
        }
        return nil
    }

    private static func headers(
        _ session: Connection, _ keys: [ExtrasKey], from first: Date, to last: Date
    ) async throws -> Rows {
        var plans: Set<TenantKey> = []
        var decks: Set<TenantKey> = []
        for key in keys {
            switch key.list {
            case .plan(let id): plans.insert(TenantKey(key.tenantID, id))
            case .deck(let id): decks.insert(TenantKey(key.tenantID, id))
            }
        }
        return try await session.run(
            """
            with lists as (
                select e.* from unnest(\(plans.map(\.tenantID)), \(plans.map(\.id))) as p (tenant_id, id)
                  join billing.rate_extras e on e.tenant_id = p.tenant_id and e.rate_plan_id = p.id
                 union all
                select e.* from unnest(\(decks.map(\.tenantID)), \(decks.map(\.id))) as d (tenant_id, id)
                  join billing.rate_extras e on e.tenant_id = d.tenant_id and e.deck_id = d.id
            )
            select l.tenant_id, l.id, l.rate_plan_id, l.deck_id, l.direction = 'inbound', coalesce(l.prefix, ''),
                   l.valid_from, l.valid_to, l.attempt_fee, l.attempt_fee_for::text[], l.free_s,
                   l.free_is_all_or_nothing, l.minimum_s, l.minimum_amount, l.short_call_s, l.short_call_fee,
                   l.cap_amount, l.usage_splits_call, l.time_zone,
                   array(select (h - '1970-01-01'::date)::text from unnest(l.holidays) as h)
              from lists l
             where l.valid_from <= \(last) and (l.valid_to > \(first) or l.valid_to is null)
             order by l.valid_from desc, l.id
            """, deadline: .seconds(60))
    }

    private static func read(
        _ row: Row, _ steps: ExtrasSteps, _ clocks: ExtrasClocks
    ) throws -> (Place, DigitPrefix, Dated)? {
        let (tenant, id, plan, deck, isInbound, digits, from, to) = try row.decode(
            UUID.self, UUID.self, UUID?.self, UUID?.self, Bool.self, String.self, Date.self, Date?.self)
        // The checks of the table let nothing else in.
        guard let list = plan.map(ExtrasKey.List.plan) ?? deck.map(ExtrasKey.List.deck),
            let prefix = digits.isEmpty ? .everything : DigitPrefix(digits)
        else { return nil }
        let key = TenantKey(tenant, id)
        let extras = try RateExtras(
            id: id, attemptFee: try row.column(8),
            chargedOutcomes: try row.column(9, as: [String].self).compactMap { CallOutcome(rawValue: $0) },
            freeSeconds: try row.column(10), isFreeAllOrNothing: try row.column(11),
            minimumSeconds: try row.column(12), minimumAmount: try row.column(13),
            shortCallSeconds: try row.column(14), shortCallFee: try row.column(15), cap: try row.column(16),
            talkSteps: steps.talk[key] ?? [], usageSteps: steps.usage[key] ?? [],
            usageSplitsCall: try row.column(17),
            clock: clocks.clock(
                of: key, timeZone: try row.column(18),
                holidays: try row.column(19, as: [String].self).compactMap { Int($0) }))
        let place = Place(tenantID: tenant, list: list, isInbound: isInbound)
        return (place, prefix, Dated(validity: Validity(from, to), extras: extras))
    }
}
