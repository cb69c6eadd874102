package import Foundation
package import Postgres

/// Asks the database how a call would be routed, and whether it may be, as the router would do it.
package enum AskRouting {
    /// A call that is asked about.
    package struct Call: Sendable {
        /// E.164.
        package let called: String
        package var caller: String?
        /// Whose it is; without one there is no selling price.
        package var account: UUID?
        package var at: Date?
        /// `nil` when it does not say what it offers.
        package var codecs: [String]?

        package init(called: String) { self.called = called }
    }

    /// A trunk to a carrier, taken or left.
    package struct Candidate: Sendable {
        /// The turn; `nil` when it was left.
        package let rank: Int?
        package let trunk: UUID
        package let carrier: String
        /// `chosen`, or why it was left.
        package let outcome: String
        package let prefix: String?
        package let jurisdiction: String?
        /// A minute, what such a call costs and brings on average, and the difference: decimal numbers.
        package let rate: String?
        package let cost: String?
        package let price: String?
        package let margin: String?
    }

    private static let most = 1_000

    /// - Throws: `ResourceFault`, or `PostgresError`.
    package static func leastCost(
        _ call: Call, _ scope: RequestScope, _ session: Connection
    ) async throws -> [Candidate] {
        try await AskModel.run(
            """
            select rank::bigint, carrier_trunk_id, coalesce(carrier, ''), outcome, prefix, jurisdiction, rate::text,
                   expected_cost::text, expected_price::text, expected_margin::text
              from routing.calculate_lcr(\(scope.tenant), \(call.called), \(call.caller), \(call.account),
                                         coalesce(\(call.at), now()),
                                         p_codecs => \(call.codecs)::text[])
             order by rank nulls last, carrier, carrier_trunk_id limit \(most)
            """, session
        ).map { row in
            Candidate(
                rank: try row.column(0), trunk: try row.column(1), carrier: try row.column(2),
                outcome: try row.column(3), prefix: try row.column(4), jurisdiction: try row.column(5),
                rate: try row.column(6), cost: try row.column(7), price: try row.column(8), margin: try row.column(9))
        }
    }

    /// Whether an account may call a number.
    package struct Verdict: Sendable {
        package let verdict: String
        package let rule: UUID?
        package let limit: UUID?
        package let maxSeconds: Int?
    }

    /// - Throws: `ResourceFault`, or `PostgresError`.
    package static func policy(
        of account: UUID?, calling number: String, _ scope: RequestScope, _ session: Connection
    ) async throws -> [Verdict] {
        try await AskModel.run(
            """
            select verdict, rule_id, limit_id, max_duration_s::bigint
              from routing.call_policy(\(scope.tenant), \(account), \(number))
            """, session
        ).map { row in
            Verdict(
                verdict: try row.column(0), rule: try row.column(1), limit: try row.column(2),
                maxSeconds: try row.column(3))
        }
    }
}
