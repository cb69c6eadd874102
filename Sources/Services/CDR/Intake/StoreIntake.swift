import Foundation
import Postgres

/// Puts records into the database, what is wrong with others, and how far the file was read: all in one transaction, so
/// that whatever ends an import, none is lost and none comes twice.
struct StoreIntake {
    private let database: Database
    private let tenant: UUID
    private let options: IntakeOptions
    private var references: ResolveReferences
    private var months: Set<Int> = []
    private var away: [AwayMonth] = []

    /// A file with records of more months than this has absurd times; the default partition takes the rest.
    private static let mostMonths = 40
    private static let limit = Duration.seconds(60)

    init(_ database: Database, tenant: UUID, _ options: IntakeOptions) {
        self.database = database
        self.tenant = tenant
        self.options = options
        references = ResolveReferences(tenant: tenant)
    }

    /// What a batch came to.
    struct Result: Sendable {
        var imported = 0
        var repeated = 0
        var skipped = 0
        /// What was not taken, also by the database.
        var rejected: [(record: IntakeRecord, problem: RecordProblem)] = []
        var firstCall: Int64?
        var lastCall: Int64?
    }

    /// A call with whose it is.
    struct Row: Sendable {
        let call: IntakeCall
        var customer: ResolveReferences.Customer?
        var carrierTrunkID: UUID?
    }

    /// Stores records.
    /// - Parameter finish: runs in the same transaction, with what they came to; what it throws undoes them.
    mutating func callAsFunction(
        _ records: [IntakeRecord], _ finish: (Connection, Result) async throws -> Void
    ) async throws -> Result {
        var result = Result()
        var rows: [(record: IntakeRecord, row: Row)] = []
        let calls = records.compactMap { record -> IntakeCall? in
            if case .call(let call) = record.outcome { call } else { nil }
        }
        try await database.lease { session in
            try await references.learn(calls, session)
            try await learnAway(calls, session)
        }
        for record in records {
            switch record.outcome {
            case .skipped: result.skipped += 1
            case .problem(let problem): result.rejected.append((record, problem))
            case .call(let call):
                do throws(RecordProblem) {
                    rows.append((record, try resolve(call)))
                } catch {
                    result.rejected.append((record, error))
                }
            }
        }
        try await makeMonths(rows.map(\.row.call.startedMicroseconds))
        do {
            return try await again { try await store(rows, result, finish) }
        } catch let error as PostgresError where error.isAboutTheData {
            // Some record is one that the database refuses: it is found by halves, and set aside.
            var good: [(record: IntakeRecord, row: Row)] = []
            try await sift(rows[...], &good, &result)
            return try await again { try await store(good, result, finish) }
        }
    }

    /// Tries once more when somebody has made the month of a record while it was on its way to the default partition:
    /// then it finds its place.
    private func again<Value>(_ work: () async throws -> Value) async throws -> Value {
        do {
            return try await work()
        } catch let error as PostgresError where error.isPartitionRace {
            return try await work()
        }
    }

    private func store(
        _ rows: [(record: IntakeRecord, row: Row)], _ before: Result,
        _ finish: (Connection, Result) async throws -> Void
    ) async throws -> Result {
        try await database.transaction { session in
            var result = before
            result.imported = try await insert(rows.map(\.row), session)
            if result.imported < rows.count {
                for record in try await others(rows, session) {
                    let problem = RecordProblem(
                        expected: "an id of its own", reason: "another record has its id and its start")
                    result.rejected.append((record, problem))
                }
            }
            result.repeated = rows.count - result.imported - (result.rejected.count - before.rejected.count)
            result.firstCall = rows.map(\.row.call.startedMicroseconds).min()
            result.lastCall = rows.map(\.row.call.startedMicroseconds).max()
            try await finish(session, result)
            return result
        }
    }

    /// Records that are not what is stored under their ids: they would be taken for repeats, and their calls be lost.
    private func others(_ rows: [(record: IntakeRecord, row: Row)], _ session: Connection) async throws
        -> [IntakeRecord]
    {
        let stored = try await session.run(
            """
            select i.id, r.answered_at, r.duration_ms, r.callee
              from (select distinct id, started_at from incoming) i
             cross join lateral (
                   select r.answered_at, r.duration_ms, r.callee
                     from cdr.raw_cdr r
                    where r.tenant_id = \(tenant) and r.started_at = i.started_at and r.id = i.id offset 0) r
            """, deadline: Self.limit
        ).decode(UUID.self, Date?.self, Int64.self, String.self)
        let byID = Dictionary(stored.map { ($0, ($1, $2, $3)) }, uniquingKeysWith: { first, _ in first })
        return rows.compactMap { record, row in
            guard let (answered, talk, callee) = byID[row.call.id] else { return nil }
            let isSame =
                answered?.microseconds == row.call.answeredMicroseconds && talk == row.call.talkMilliseconds
                && callee == row.call.callee
            return isSame ? nil : record
        }
    }

    /// A month of calls that is in a file of the archive alone: whether a record of it is a repeat nobody can tell.
    private struct AwayMonth {
        let name: String
        let microseconds: Range<Int64>
    }

    /// No month goes before another one is over.
    private static let leastAge = 28.0 * 86_400

    private mutating func learnAway(_ calls: [IntakeCall], _ session: Connection) async throws {
        let limit = Date(timeIntervalSinceNow: -Self.leastAge).microseconds
        guard calls.contains(where: { $0.startedMicroseconds < limit }) else { return }
        away = try await session.run(
            """
            select distinct to_char(month, 'YYYY-MM'), month::timestamp at time zone 'UTC',
                   (month + interval '1 month') at time zone 'UTC'
              from core.archives where name in ('cdr.raw_cdr', 'cdr.enriched_cdr') and dropped_at is not null
            """
        ).decode(String.self, Date.self, Date.self).map { name, first, next in
            AwayMonth(name: name, microseconds: first.microseconds..<next.microseconds)
        }
    }

    private func resolve(_ call: IntakeCall) throws(RecordProblem) -> Row {
        if let month = away.first(where: { $0.microseconds.contains(call.startedMicroseconds) }) {
            throw RecordProblem(
                name: "start", value: month.name, expected: "a call of a month that is in the database",
                reason: "the calls of \(month.name) are in a file alone: put them back by `heddle archive restore "
                    + "--month \(month.name)`, then send it again")
        }
        var row = Row(call: call)
        if let reference = call.accountReference {
            switch references.customer(reference) {
            case .known(let customer): row.customer = customer
            case .unknown(let count):
                if !options.keepsUnknownAccounts { throw Self.unknown("account", "accounts", reference, count) }
            }
        } else if !options.keepsUnknownAccounts {
            throw RecordProblem(
                name: "account", expected: "a record that names an account, or --account",
                reason: "the record names no account")
        }
        if let reference = call.carrierReference {
            switch references.carrier(reference) {
            case .known(let trunk): row.carrierTrunkID = trunk
            case .unknown(let count):
                if !options.keepsUnknownCarriers {
                    throw Self.unknown("carrier trunk", "carrier trunks", reference, count)
                }
            }
        }
        return row
    }

    private static func unknown(_ one: String, _ many: String, _ reference: String, _ count: Int) -> RecordProblem {
        let shown = reference.forDisplay(80)
        let reason = count == 0 ? "no \(one) is called \"\(shown)\"" : "\(count) \(many) are called \"\(shown)\""
        return RecordProblem(name: one, value: shown, expected: "the name of one \(one)", reason: reason)
    }

    /// The months of the calls have partitions, so that they can go when their time has come. Made apart from the
    /// records: whoever makes one holds up others.
    private mutating func makeMonths(_ times: [Int64]) async throws {
        if options.isDryRun { return }
        for time in times {
            // Nearly always the same: a month is made once for all days of 28 that fall into it.
            let span = Int(time / (28 * 86_400 * 1_000_000))
            guard months.count < Self.mostMonths, months.insert(span).inserted else { continue }
            let first = Date(microseconds: Int64(span) * 28 * 86_400 * 1_000_000)
            let last = Date(microseconds: Int64(span + 1) * 28 * 86_400 * 1_000_000 - 1)
            try await database.run(
                """
                select cdr.create_monthly_partition((\(first)::timestamptz at time zone 'UTC')::date),
                       cdr.create_monthly_partition((\(last)::timestamptz at time zone 'UTC')::date)
                """, deadline: Self.limit)
        }
    }

    private struct Undone: Error {}

    private func sift(
        _ rows: ArraySlice<(record: IntakeRecord, row: Row)>, _ good: inout [(record: IntakeRecord, row: Row)],
        _ result: inout Result
    ) async throws {
        guard let first = rows.first else { return }
        do {
            try await again {
                try await database.transaction { session in
                    _ = try await insert(rows.map(\.row), session)
                    throw Undone()
                }
            }
        } catch is Undone {
            good += rows
        } catch let error as PostgresError where error.isAboutTheData {
            guard rows.count > 1 else {
                result.rejected.append(
                    (first.record, RecordProblem(expected: "a record that the database takes", reason: "\(error)")))
                return
            }
            let middle = rows.startIndex + rows.count / 2
            try await sift(rows[..<middle], &good, &result)
            try await sift(rows[middle...], &good, &result)
        }
    }

    private static let columns = """
        tenant_id, started_at, id, edge_id, account_id, trunk_id, carrier_trunk_id, direction, call_id, from_tag,
        to_tag, caller, callee, source, ringing_at, answered_at, ended_at, duration_ms, sip_code, sip_reason, hangup
        """

    /// - Returns: how many were new.
    private func insert(_ rows: [Row], _ session: Connection) async throws -> Int {
        if rows.isEmpty { return 0 }
        try await session.run(
            "create temporary table incoming (like cdr.raw_cdr including defaults) on commit drop")
        _ = try await session.copyIn("incoming (\(unescaped: Self.columns))") { writer in
            for row in rows { try await row.write(to: writer, tenant) }
        }
        return try await session.run(
            """
            insert into cdr.raw_cdr (\(unescaped: Self.columns))
            select \(unescaped: Self.columns) from incoming
            on conflict do nothing
            """, deadline: Self.limit
        ).affected
    }
}

extension StoreIntake.Row {
    fileprivate func write(to writer: CopyWriter, _ tenant: UUID) async throws(PostgresError) {
        try await writer.row(
            tenant, Date(microseconds: call.startedMicroseconds), call.id, call.edge, customer?.accountID,
            customer?.trunkID, carrierTrunkID, call.direction, call.callID, call.fromTag, call.toTag, call.caller,
            call.callee, call.source, call.ringingMicroseconds.map { Date(microseconds: $0) },
            call.answeredMicroseconds.map { Date(microseconds: $0) },
            call.endedMicroseconds.map { Date(microseconds: $0) }, call.talkMilliseconds, Int32(call.code), call.reason,
            call.hangup)
    }
}
