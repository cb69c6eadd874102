import Foundation
import Postgres
import Telecom

/// Reads how carrier trunks do: open breakers, used-up prepayments, and for operators who have profiles the quality.
struct ReadRouteHealth {
    let session: Connection

    func callAsFunction() async throws -> (version: Int, rows: [RouteHealth.Row]) {
        let version = try await session.run(
            "select version from core.snapshot_versions where name = 'route_health'"
        ).value(Int.self)
        return (version ?? 0, try await obstacles() + quality())
    }

    private func obstacles() async throws -> [RouteHealth.Row] {
        let breakers = try await session.run(
            """
            select b.tenant_id, b.carrier_trunk_id, b.open_until
              from routing.breakers b
              join routing.carrier_trunks t
                on t.tenant_id = b.tenant_id and t.id = b.carrier_trunk_id and t.has_breaker
             where b.open_until is not null
            """
        ).decode(UUID.self, UUID.self, Date.self)
        let unpaid = try await session.run(
            """
            select t.tenant_id, t.id
              from routing.carrier_spending s
              join routing.carrier_trunks t on t.tenant_id = s.tenant_id and t.carrier_id = s.carrier_id
             where s.is_used_up
            """
        ).decode(UUID.self, UUID.self)
        return breakers.map { RouteHealth.Row(TenantKey($0.0, $0.1), .openUntil($0.2.microseconds)) }
            + unpaid.map { RouteHealth.Row(TenantKey($0.0, $0.1), .unpaid) }
    }

    private func quality() async throws -> [RouteHealth.Row] {
        let rows = try await session.run(
            """
            select q.tenant_id, q.carrier_trunk_id, q.prefix_group, q.jurisdiction, q.asr_low_bp, q.asr_high_bp,
                   q.ner_low_bp, q.ner_high_bp, q.acd_s, q.pdd_ms
              from routing.route_quality q
             where q.is_judged and exists (select from routing.profiles p where p.tenant_id = q.tenant_id)
            """)
        return try rows.compactMap { row in
            let (tenant, trunk, group, jurisdiction) = try row.decode(UUID.self, UUID.self, String.self, String.self)
            // The domains let nothing else in.
            guard let group = UInt32(group), let jurisdiction = Jurisdiction(rawValue: jurisdiction) else { return nil }
            func number(_ column: Int) throws -> Int32 { Int32(clamping: try row.column(column, as: Int.self)) }
            func known(_ column: Int) throws -> Int32? {
                try row.column(column, as: Int?.self).map { Int32(clamping: $0) }
            }
            return RouteHealth.Row(
                TenantKey(tenant, trunk),
                .quality(
                    RouteQuality.Key(group: group, jurisdiction: jurisdiction),
                    RouteQuality(
                        answerRatioLow: try number(4), answerRatioHigh: try number(5), effectivenessLow: try number(6),
                        effectivenessHigh: try number(7), averageTalkSeconds: try known(8),
                        postDialDelayMilliseconds: try known(9))))
        }
    }
}
