import Foundation
import Postgres

/// Puts lines of an edge into the database: those that are there already stay, and one that it refuses keeps no other
/// out. The end of a call goes to `cdr.raw_cdr`, a beginning that no router has noted to `routing.routing_requests`.
struct StoreLines: Sendable {
    private let database: Database
    private let subject: SpoolDirectory.Subject

    init(_ database: Database, of subject: SpoolDirectory.Subject) {
        self.database = database
        self.subject = subject
    }

    /// A line and where it stood.
    struct Numbered: Sendable {
        let number: Int
        let text: Substring
        let line: SpoolLine
    }

    /// What storing came to.
    struct Result {
        var imported = 0
        var repeated = 0
        /// Lines that the database refused, with the reason.
        var rejects: [String] = []
    }

    /// Stores lines; where the database refuses, they are halved until the bad one is found.
    func callAsFunction(_ lines: ArraySlice<Numbered>) async throws -> Result {
        guard let first = lines.first else { return Result() }
        do {
            let new = try await insert(lines.map(\.line))
            return Result(imported: new, repeated: lines.count - new)
        } catch let error as PostgresError where error.isAboutTheData {
            guard lines.count > 1 else {
                return Result(rejects: ["line \(first.number): \(error.description)\t\(first.text)"])
            }
            let middle = lines.startIndex + lines.count / 2
            let one = try await self(lines[..<middle])
            let other = try await self(lines[middle...])
            return Result(
                imported: one.imported + other.imported, repeated: one.repeated + other.repeated,
                rejects: one.rejects + other.rejects)
        }
    }

    /// - Returns: how many were new, or came for a call that was taken for lost.
    private func insert(_ lines: [SpoolLine]) async throws -> Int {
        try await database.transaction { session in
            try await session.run(
                "create temporary table incoming (like cdr.raw_cdr including defaults) on commit drop")
            _ = try await session.copyIn("incoming (\(unescaped: Self.columns))") { writer in
                for line in lines { try await line.write(to: writer) }
            }
            guard subject == .calls else { return try await begin(session) }
            // A tenant that does not exist owns nothing: its calls are nobody's, and are kept.
            let new = try await session.run(
                """
                insert into cdr.raw_cdr (tenant_id, \(unescaped: Self.columnsAfterTenant))
                select coalesce((select t.id from core.tenants t where t.id = i.tenant_id), core.unattributed_tenant()),
                       \(unescaped: Self.columnsAfterTenant)
                  from incoming i
                on conflict do nothing
                """, deadline: .seconds(60)
            ).affected
            return new < lines.count ? new + (try await supersede(session)) : new
        }
    }

    /// A call that begins is an open request, as if a router had answered it, under the id of its CDR: that ends it,
    /// or, when none comes, `CloseLostCalls`.
    private func begin(_ session: Connection) async throws -> Int {
        try await session.run(
            """
            insert into routing.routing_requests
                   (tenant_id, requested_at, id, cdr_id, edge_id, call_id, from_tag, source, direction, state,
                    account_id, trunk_id, caller, callee, code, reason, snapshot_version)
            select coalesce((select t.id from core.tenants t where t.id = i.tenant_id), core.unattributed_tenant()),
                   i.started_at, i.id, i.id, i.edge_id, i.call_id, i.from_tag, i.source, i.direction, 'open',
                   i.account_id, i.trunk_id, i.caller, i.callee, 200, 'routed by the edge', 0
              from incoming i
            on conflict do nothing
            """, deadline: .seconds(60)
        ).affected
    }

    /// What the edge says takes the place of what was put there when nothing came from it, and is rated.
    private func supersede(_ session: Connection) async throws -> Int {
        try await session.run(
            """
            update cdr.raw_cdr r
               set (\(unescaped: Self.columnsAfterKey), processed_at)
                   = (select \(unescaped: Self.columnsAfterKey), null::timestamptz from incoming i
                       where i.started_at = r.started_at and i.id = r.id limit 1)
              from (select distinct tenant_id, started_at, id from incoming) d
             where r.tenant_id = d.tenant_id and r.started_at = d.started_at and r.id = d.id
               and r.hangup = \(RawCall.lost)
            """, deadline: .seconds(60)
        ).affected
    }

    private static let columns = "tenant_id, " + columnsAfterTenant

    private static let columnsAfterTenant = "started_at, id, " + columnsAfterKey

    private static let columnsAfterKey = """
        edge_id, routing_id, account_id, trunk_id, carrier_trunk_id, sell_rate_id,
        buy_rate_id, direction, call_id, from_tag, to_tag, caller, callee, source, ringing_at, answered_at, ended_at,
        duration_ms, sip_code, sip_reason, hangup, attempts
        """
}

extension SpoolLine {
    fileprivate func write(to writer: CopyWriter) async throws(PostgresError) {
        try await writer.row(
            tenantID ?? CallRecord.unattributedTenant, Date(microseconds: receivedMicroseconds), cdrID, edge, routingID,
            accountID, trunkID, carrierTrunkID, sellRateID, buyRateID, direction, callID, fromTag, toTag, caller,
            callee, source, ringingMicroseconds.map { Date(microseconds: $0) },
            answeredMicroseconds.map { Date(microseconds: $0) }, endedMicroseconds.map { Date(microseconds: $0) },
            Int64(talkMilliseconds), Int32(code), reason, hangup, attempts)
    }
}
