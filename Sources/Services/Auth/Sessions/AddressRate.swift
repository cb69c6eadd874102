import Foundation
import Postgres

/// How often something may be tried from one address on the network within the time of a lock, whoever is meant and
/// whoever he is of. Who tries it more often opens an incident of the platform.
struct AddressRate: Sendable {
    private let name: String
    private let most: Int
    private let attempts: String
    private let severity: ReportIncident.Severity

    /// - Parameters:
    ///   - name: by which it is counted.
    ///   - attempts: what they are, for people.
    init(_ name: String, most: Int, _ attempts: String, _ severity: ReportIncident.Severity) {
        self.name = name
        self.most = most
        self.attempts = attempts
        self.severity = severity
    }

    /// Counts an attempt, before it is looked at.
    /// - Parameters:
    ///   - source: the address; what comes from none is not counted.
    ///   - database: as the API.
    /// - Returns: `nil` when it may go on; else in how many seconds there are new ones.
    /// - Throws: `PostgresError`.
    func use(_ source: String?, actor: String, request: UUID, _ database: Database) async throws -> Int? {
        guard let source else { return nil }
        let scope = RequestScope(
            tenant: CallRecord.unattributedTenant, actor: actor, source: source, request: request)
        let rows = try await database.run([
            scope.opening,
            """
            select allowed, greatest(1, ceil(extract(epoch from reset_at - clock_timestamp())))::bigint
              from queue.take_rate(\(scope.tenant), \("\(name):\(source)"), \(most), \(Int32(LogIn.lockSeconds)))
            """,
        ])
        guard let (isAllowed, seconds) = try rows[1].first(Bool.self, Int.self), !isAllowed else { return nil }
        _ = try await database.run([
            scope.opening,
            ReportIncident.statement(
                .bruteForce, severity, key: "\(name):\(source)",
                "there were \(most) \(attempts) within a quarter of an hour from \(source)", scope),
        ])
        return seconds
    }
}
