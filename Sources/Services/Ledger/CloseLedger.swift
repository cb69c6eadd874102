package import Foundation
package import Postgres

/// A month of the ledger that is closed.
package struct ClosedMonth: Sendable {
    package let id: UUID
    package let sequence: Int
    /// 2026-10
    package let month: String
    package let accounts: Int
    package let entries: Int
    package let unratedCalls: Int
    package let closedBy: String
    /// SHA-256 in hexadecimal digits, over the one before too.
    package let digest: String
}

/// Closes months of the ledger of a tenant, for good.
package struct CloseLedger: Sendable {
    private let databases: (owner: Database, engine: Database)
    private let tenant: UUID

    /// The sums of a month of calls are made in one statement.
    private static let limit = Duration.seconds(3600)

    /// - Parameters:
    ///   - owner: closing is the work of people, which who serves calls may not do.
    ///   - engine: proves.
    package init(owner: Database, engine: Database, tenant: UUID) {
        databases = (owner, engine)
        self.tenant = tenant
    }

    /// Proves the ledger up to the end of the month, then closes it. A month that is closed already is returned as it
    /// is.
    /// - Parameters:
    ///   - month: its first day, 2026-10-01.
    ///   - actor: who does it.
    ///   - reason: why calls of the month that have no price yet are left to a later one; `nil`: there are none.
    /// - Returns: the month, or what differs: then nothing was closed.
    package func callAsFunction(
        _ month: String, by actor: String, reason: String? = nil
    ) async throws -> (closed: ClosedMonth?, proof: LedgerProof) {
        var options = CheckLedger.Options()
        options.end = try await databases.engine.run(
            "select (\(month)::date + interval '1 month') at time zone 'UTC'"
        ).value(Date.self)
        let proof = try await CheckLedger(databases.engine, tenant: tenant)(options)
        guard proof.isWhole else { return (nil, proof) }
        do {
            let id =
                try await databases.owner.run(
                    "select billing.close_ledger(\(tenant), \(month)::date, \(actor), \(reason))", deadline: Self.limit
                ).value(UUID?.self) ?? nil
            guard let id, let closed = try await list().first(where: { $0.id == id }) else {
                throw BillingFailure("the month was before the first one that was closed, which took it along")
            }
            return (closed, proof)
        } catch let error as PostgresError where error.server?.sqlState == "23514" {
            throw BillingFailure(error.advice)
        }
    }

    /// The closed months, the first one first.
    package func list() async throws -> [ClosedMonth] {
        try await databases.engine.run(
            """
            select id, sequence, to_char(period_from at time zone 'UTC', 'YYYY-MM'), account_count, entry_count,
                   unrated_calls, closed_by, encode(digest, 'hex')
              from billing.ledger_periods where tenant_id = \(tenant) order by sequence
            """
        ).decode(
            UUID.self, Int.self, String.self, Int.self, Int.self, Int.self, String.self, String.self
        ).map { id, sequence, month, accounts, entries, unrated, actor, digest in
            ClosedMonth(
                id: id, sequence: sequence, month: month, accounts: accounts, entries: entries, unratedCalls: unrated,
                closedBy: actor, digest: digest)
        }
    }
}

extension PostgresError {
    /// For people: what is wrong, and what to do.
    var advice: String {
        guard let server else { return message }
        return server.hint.map { "\(server.message). \($0)" } ?? server.message
    }
}
