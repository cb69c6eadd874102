import Foundation
import Postgres
import Synchronization
import Telecom

/// Writes to `routing.lrn_dips` what services answered, many at once and behind the calls.
final class KeepDips: Sendable {
    /// An answer, and by whom.
    struct Dip: Sendable {
        let key: PortingCache.Key
        let answer: PortingAnswer
        let service: UUID
        let at: Date
        let expires: Date
    }

    private let database: Database
    /// The last answer of each number.
    private let waiting = Mutex<[PortingCache.Key: Dip]>([:])
    private let came = Signal()

    /// Answers that are kept while the database is away; beyond it they are forgotten, and will be asked again.
    private static let waitingMaximum = 20_000
    private static let batchSize = 500
    private static let statementLimit = Duration.seconds(5)

    /// - Parameter database: as the engine.
    init(_ database: Database) { self.database = database }

    func note(_ dip: Dip) {
        waiting.withLock { if $0.count < Self.waitingMaximum { $0[dip.key] = dip } }
        came.raise()
    }

    /// Writes until the task is cancelled.
    func run() async {
        await came.forEach { await store() }
    }

    /// Writes what waits, as far as the database takes it.
    func store() async { while !Task.isCancelled, await storeNext() {} }

    /// One batch; `false` when there is none, or the database is away.
    private func storeNext() async -> Bool {
        let dips = waiting.withLock { Array($0.values.prefix(Self.batchSize)) }
        if dips.isEmpty { return false }
        do {
            try await write(dips)
        } catch {
            try? await Task.sleep(for: .milliseconds(500))  // a cancelled sleep ends the loop above
            came.raise()
            return false
        }
        waiting.withLock { waiting in
            for dip in dips where waiting[dip.key]?.at == dip.at { waiting[dip.key] = nil }
        }
        return true
    }

    private func write(_ dips: [Dip]) async throws(PostgresError) {
        do {
            _ = try await database.run(Self.storeSQL(dips), deadline: Self.statementLimit)
        } catch  where error.isAboutTheData && dips.count > 1 {
            // One bad row must not cost the others theirs.
            for dip in dips { try await write([dip]) }
        } catch  where error.isAboutTheData {
            return  // its service is gone: what is refused now is refused again
        }
    }

    private static let columns: SQL = """
        is_ported, lrn, spid, alt_spid, ocn, lata, rate_centre, city, state, line_type, service_provider_id, queried_at,
        expires_at
        """

    private static func storeSQL(_ dips: [Dip]) -> SQL {
        let details = dips.map(\.answer.details)
        return """
            insert into routing.lrn_dips as d (tenant_id, number, \(columns))
            select * from unnest(
                \(dips.map(\.key.tenant)), \(dips.map(\.key.number.description)),
                \(NullableArray(dips.map(\.answer.isPorted))),
                \(NullableArray(dips.map { $0.answer.routingNumber?.description })),
                \(NullableArray(details.map(\.spid))), \(NullableArray(details.map(\.alternateSpid))),
                \(NullableArray(details.map(\.companyNumber))), \(NullableArray(details.map(\.lata))),
                \(NullableArray(details.map(\.rateCentre))), \(NullableArray(details.map(\.city))),
                \(NullableArray(details.map(\.state))), \(NullableArray(details.map(\.lineType))),
                \(dips.map(\.service)), \(dips.map(\.at)), \(dips.map(\.expires)))
            on conflict (tenant_id, number) do update
               set (\(columns))
                 = (excluded.is_ported, excluded.lrn, excluded.spid, excluded.alt_spid, excluded.ocn, excluded.lata,
                    excluded.rate_centre, excluded.city, excluded.state, excluded.line_type,
                    excluded.service_provider_id, excluded.queried_at, excluded.expires_at)
             where excluded.queried_at > d.queried_at
            """
    }
}
