package import Foundation
package import Postgres

/// Compares the audit trail of a tenant with the chain that seals it.
package struct VerifyAudit: Sendable {
    private let database: Database

    /// - Parameter database: as the engine.
    package init(_ database: Database) {
        self.database = database
    }

    /// Problems that are listed at most.
    package static let maximumProblems = 1000
    /// Every row of the trail is hashed again.
    private static let limit = Duration.seconds(3600)

    /// A link that was noted outside of the database: the log has them.
    package struct Mark: Sendable, Hashable {
        let sequence: Int
        let hash: String

        /// Reads a number and the hexadecimal digits of a hash: `7:9f86d0…`, 64 of them.
        package init?(_ text: String) {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, let sequence = Int(parts[0]), sequence > 0, parts[1].utf8.count == 64,
                parts[1].allSatisfy({ $0.isASCII && $0.isHexDigit })
            else { return nil }
            self.sequence = sequence
            hash = String(parts[1])
        }
    }

    /// What is wrong: with a link, or with a row.
    package struct Problem: Sendable, Hashable {
        /// In words, such as `row was changed`.
        package let text: String
        /// The link's number; `nil` for a row that is in none.
        package let link: Int?
        /// The row's time, or that of the link's first row; ISO 8601 in UTC.
        package let at: String?
        /// `nil` when it is the link that is wrong.
        package let row: UUID?
    }

    /// - Parameter mark: a link that must be in the chain.
    /// - Returns: nothing when the trail is as it was sealed.
    package func callAsFunction(tenant: UUID, mark: Mark? = nil) async throws -> [Problem] {
        let rows = try await database.run(
            """
            select problem, sequence, to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), id
              from audit.verify(\(tenant), \(mark?.sequence), decode(\(mark?.hash), 'hex'))
             limit \(Self.maximumProblems)
            """, deadline: Self.limit)
        return try rows.decode(String.self, Int?.self, String?.self, UUID?.self).map {
            Problem(text: $0, link: $1, at: $2, row: $3)
        }
    }
}
