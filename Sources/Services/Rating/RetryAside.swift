package import Foundation
package import Postgres

/// Calls or messages of an operator that have no price yet: why, and that they are tried again.
package struct RetryAside: Sendable {
    /// What was set aside.
    package enum Subject: String, Sendable, CaseIterable {
        case calls, messages
    }

    private let database: Database
    private let subject: Subject
    private let tenant: UUID

    /// - Parameter database: as the engine.
    package init(_ database: Database, _ subject: Subject, tenant: UUID) {
        self.database = database
        self.subject = subject
        self.tenant = tenant
    }

    /// Records with one reason.
    package struct Reason: Sendable, Hashable, Encodable {
        package let reason: String
        package let records: Int
        /// When the first call started, or the first message was accepted.
        package let firstAt: Date
        package let lastAt: Date
    }

    private static let limit = Duration.seconds(300)

    /// Why they were set aside, what most have first.
    package func reasons() async throws -> [Reason] {
        try await database.run(
            """
            select rating_error, count(*), min(\(subject.time)), max(\(subject.time))
              from \(subject.table)
             where tenant_id = \(tenant) and \(subject.isOpen) and rating_error is not null
             group by 1 order by 2 desc, 1 limit 1000
            """, deadline: Self.limit
        ).decode(String.self, Int.self, Date.self, Date.self).map {
            Reason(reason: $0, records: $1, firstAt: $2, lastAt: $3)
        }
    }

    /// Puts them back in line, those with one reason or all; whoever rates takes them next.
    /// - Returns: how many.
    package func callAsFunction(reason: String? = nil) async throws -> Int {
        try await database.run(
            """
            update \(subject.table) set rating_error = null
             where tenant_id = \(tenant) and \(subject.isOpen) and rating_error is not null
               and (rating_error = \(reason) or \(reason)::text is null)
            """, deadline: Self.limit
        ).affected
    }
}

extension RetryAside.Subject {
    fileprivate var table: SQL {
        switch self {
        case .calls: "cdr.raw_cdr"
        case .messages: "messaging.mdr"
        }
    }

    fileprivate var time: SQL {
        switch self {
        case .calls: "started_at"
        case .messages: "accepted_at"
        }
    }

    /// What no one has charged yet.
    fileprivate var isOpen: SQL {
        switch self {
        case .calls: "processed_at is null"
        case .messages: "posted_at is null"
        }
    }
}
