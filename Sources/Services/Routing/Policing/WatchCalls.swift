package import Foundation
package import Postgres

/// Looks for fraud in the last calls of every operator that has rules about it, and does what they say.
package struct WatchCalls: Sendable {
    private let database: Database

    private static let limit = Duration.seconds(60)

    /// - Parameter database: as the engine, which sees all tenants.
    package init(_ database: Database) {
        self.database = database
    }

    /// What was found of one account, and done.
    package struct Finding: Sendable, Hashable {
        package let tenantID: UUID
        package let accountID: UUID
        /// The rule's name, or what cap was reached.
        package let name: String
        /// `alert`, `block_prefix`, `suspend_international` or `suspend_account`.
        package let action: String
        /// Of the called numbers; nil for a cap of all calls.
        package let prefix: String?
        package let incidentID: UUID
        /// Somebody is to be told; else it is more of the same.
        package let isNew: Bool
    }

    /// Once for the same calls, however often it is done and by however many.
    package func callAsFunction() async throws -> [Finding] {
        let tenants = try await database.run(
            """
            select tenant_id from routing.fraud_rules where valid_to is null or valid_to > now()
            union
            select tenant_id from billing.spend_caps where valid_to is null or valid_to > now()
            order by 1
            """, deadline: Self.limit
        ).values(UUID.self)
        var findings: [Finding] = []
        for tenant in tenants {
            let rows = try await database.run(
                """
                select account_id, name, action, prefix, incident_id, is_new from routing.watch_calls(\(tenant))
                """, deadline: Self.limit
            ).decode(UUID.self, String.self, String.self, String?.self, UUID.self, Bool.self)
            findings += rows.map {
                Finding(
                    tenantID: tenant, accountID: $0.0, name: $0.1, action: $0.2, prefix: $0.3, incidentID: $0.4,
                    isNew: $0.5)
            }
        }
        return findings
    }
}
