import Foundation
import Postgres
import Telecom

/// What the plans and decks of a batch of calls say beside their prices. Where none says anything, this is one short
/// statement for the whole batch.
struct UsedExtras: Sendable {
    /// A plan or a deck.
    struct List: Sendable, Hashable {
        let tenantID: UUID
        let list: ExtrasKey.List
    }

    private struct Place: Hashable {
        let tenantID: UUID
        let list: ExtrasKey.List
        let isInbound: Bool
    }

    private var tables: [Place: ExtrasTable] = [:]

    /// None at all.
    init() {}

    /// Reads what may hold for some of these.
    init(_ session: Connection, for keys: [ExtrasKey]) async throws {
        let times = keys.map(\.at)
        guard let first = times.min(), let last = times.max() else {
            self.init()
            return
        }
        let lists = Set(keys.map { List(tenantID: $0.tenantID, list: $0.list) })
        try await self.init(session, of: lists, from: first, to: last)
    }

    /// Reads what these lists say of calls that are answered between two instants.
    init(_ session: Connection, of lists: Set<List>, from first: Date, to last: Date) async throws {
        if lists.isEmpty { return }
        let headers = try await Self.headers(session, lists, from: first, to: last)
        if headers.isEmpty { return }
        let steps = try await ExtrasSteps(session, of: headers)
        let clocks = try await ExtrasClocks(session, of: headers, from: first, to: last)
        for row in headers {
            guard let (place, prefix, extras) = try Self.read(row, steps, clocks) else { continue }
            let validity = Validity(try row.column(6), try row.column(7, as: Date?.self))
            tables[place, default: ExtrasTable()].add(extras, prefix, validity)
        }
    }

    /// Whether no list says anything.
    var isEmpty: Bool { tables.isEmpty }

    /// What holds for a call; nil for nothing.
    subscript(key: ExtrasKey) -> RateExtras? { match(key)?.extras }

    /// The same, with the prefix that it is said of.
    func match(_ key: ExtrasKey) -> ExtrasTable.Match? {
        if tables.isEmpty { return nil }
        return table(of: key.tenantID, key.list, isInbound: key.isInbound)?.match(key.number, at: key.at.microseconds)
    }

    /// All that a list says of a direction.
    func table(of tenant: UUID, _ list: ExtrasKey.List, isInbound: Bool) -> ExtrasTable? {
        tables[Place(tenantID: tenant, list: list, isInbound: isInbound)]
    }

    private static func headers(
        _ session: Connection, _ lists: Set<List>, from first: Date, to last: Date
    ) async throws -> Rows {
        var plans: [TenantKey] = []
        var decks: [TenantKey] = []
        for list in lists {
            switch list.list {
            case .plan(let id): plans.append(TenantKey(list.tenantID, id))
            case .deck(let id): decks.append(TenantKey(list.tenantID, id))
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
    ) throws -> (Place, DigitPrefix, RateExtras)? {
        let (tenant, id, plan, deck, isInbound, digits) = try row.decode(
            UUID.self, UUID.self, UUID?.self, UUID?.self, Bool.self, String.self)
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
        return (place, prefix, extras)
    }
}
