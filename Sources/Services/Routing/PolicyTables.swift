import Foundation
import Postgres
import Telecom

/// Where accounts may call, and what a call may cost: the rules that hold now or will.
struct PolicyTables {
    var destinationRules: [DestinationRuleRow] = []
    var callLimits: [CallLimitRow] = []
    var guardedPrefixes: [DigitPrefix] = []

    init(_ session: Connection) async throws {
        guardedPrefixes = try await session.run("select prefix from ref.high_risk_destinations")
            .values(String.self).compactMap { DigitPrefix($0) }
        try await readRules(session)
        try await readLimits(session)
    }

    private mutating func readRules(_ session: Connection) async throws {
        let rows = try await session.run(
            """
            select tenant_id, id, account_id, coalesce(prefix, ''), effect, valid_from, valid_to
              from routing.destination_rules where valid_to is null or valid_to > now()
            """)
        for (tenant, id, account, prefix, effect, from, to) in try rows.decode(
            UUID.self, UUID.self, UUID?.self, String.self, String.self, Date.self, Date?.self)
        {
            guard let prefix = DigitPrefix(prefix) else { continue }  // the domain lets nothing else in
            destinationRules.append(
                DestinationRuleRow(
                    id: id, tenantID: tenant, accountID: account, prefix: prefix,
                    // An effect that this program does not know yet must not open anything.
                    effect: DestinationRuleRow.Effect(rawValue: effect) ?? .block, validity: Validity(from, to)))
        }
    }

    private mutating func readLimits(_ session: Connection) async throws {
        let rows = try await session.run(
            """
            select tenant_id, id, account_id, coalesce(prefix, ''), max_rate, max_duration_s, valid_from, valid_to
              from routing.call_limits where valid_to is null or valid_to > now()
            """)
        for (tenant, id, account, prefix, rate, seconds, from, to) in try rows.decode(
            UUID.self, UUID.self, UUID?.self, String.self, Money?.self, Int?.self, Date.self, Date?.self)
        {
            guard let prefix = DigitPrefix(prefix) else { continue }
            callLimits.append(
                CallLimitRow(
                    id: id, tenantID: tenant, accountID: account, prefix: prefix,
                    maximumRate: try rate.map { try Rate(unitsPerMinute: $0.units) },
                    maximumSeconds: seconds.map(Int64.init), validity: Validity(from, to)))
        }
    }
}
