import Foundation
import Postgres

/// How often something may be tried from one address on the network within the time of a lock, whoever is meant and
/// whoever he is of. Who tries it more often opens an incident of the platform.
///
/// Of IPv6 it is a network of 64 bits: one has all of its addresses (RFC 4291, section 2.5.1).
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
            select r.allowed, greatest(1, ceil(extract(epoch from r.reset_at - clock_timestamp())))::bigint, p.place
              from (select case when family(a) = 6 and not a <<= '::ffff:0:0/96' then network(set_masklen(a, 64))::text
                                else host(a) end
                      from (select \(source)::text::inet) as x (a)) as p (place)
             cross join queue.take_rate(\(scope.tenant), \(name) || ':' || p.place, \(most),
                                        \(Int32(LogIn.lockSeconds))) as r
            """,
        ])
        guard let (isAllowed, seconds, place) = try rows[1].first(Bool.self, Int.self, String.self), !isAllowed
        else { return nil }
        _ = try await database.run([
            scope.opening,
            ReportIncident.statement(
                .bruteForce, severity, key: "\(name):\(place)",
                "there were \(most) \(attempts) within a quarter of an hour from \(place)", scope),
        ])
        return seconds
    }
}
