import Foundation
import Postgres
import Telecom

/// The steps of extras that were read.
struct ExtrasSteps {
    var talk: [TenantKey: [RateStep]] = [:]
    var usage: [TenantKey: [RateStep]] = [:]

    /// - Parameter headers: rows that begin with tenant and id of the extras.
    init(_ session: Connection, of headers: Rows) async throws {
        let keys = try headers.map { TenantKey(try $0.column(0), try $0.column(1)) }
        let rows = try await session.run(
            """
            select s.tenant_id, s.rate_extras_id, s.id, s.kind, s.from_s, s.rate, s.factor_bp
              from unnest(\(keys.map(\.tenantID)), \(keys.map(\.id))) as k (tenant_id, id)
              join billing.rate_steps s on s.tenant_id = k.tenant_id and s.rate_extras_id = k.id
            """, deadline: .seconds(60)
        ).decode(UUID.self, UUID.self, UUID.self, String.self, Int64.self, Money?.self, Int?.self)
        for (tenant, extras, id, kind, from, rate, factor) in rows {
            let step = RateStep(id: id, fromSeconds: from, change: try RateChange(rate, factor))
            let key = TenantKey(tenant, extras)
            if kind == "talk" { talk[key, default: []].append(step) } else { usage[key, default: []].append(step) }
        }
    }
}

extension RateChange {
    /// A column of rates and one of factors, of which one is there.
    init(_ rate: Money?, _ factor: Int?) throws(MoneyError) {
        if let rate {
            self = .rate(try Rate(unitsPerMinute: rate.units))
        } else {
            self = .factor(basisPoints: Int64(factor ?? 10_000))
        }
    }
}
