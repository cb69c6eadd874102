package import Foundation
package import Postgres
import Telecom

/// Proves the ledger of a tenant: balances are its sums, entries have what they come from, and what costs something has
/// its entry.
///
/// It begins where the last close ended, for what was closed was proved and cannot change; it goes by batches of
/// accounts and by months and days, so that no statement reads all of it.
package struct CheckLedger: Sendable {
    private let database: Database
    private let tenant: UUID

    /// Accounts of a statement.
    private static let batchSize = 200
    private static let deadline = Duration.seconds(600)

    /// - Parameter database: as the engine.
    package init(_ database: Database, tenant: UUID) {
        self.database = database
        self.tenant = tenant
    }

    /// What is looked at, and how much of it is told.
    package struct Options: Sendable {
        /// Entries up to then; `nil` is all.
        package var end: Date?
        /// Closed months are read again too, entry by entry.
        package var rereadsClosed = false
        /// How many of each problem are named.
        package var limit = 10
        /// What reads the calls of months that are in files alone; `nil` counts their entries and passes them over.
        package var archive: CountArchivedCalls?

        package init() {}
    }

    /// - Parameter progress: hears how many accounts are done, of how many.
    package func callAsFunction(
        _ options: Options = Options(), progress: (Int, Int) -> Void = { _, _ in }
    ) async throws -> LedgerProof {
        var proof = LedgerProof(limit: options.limit)
        try await add("billing.check_periods(\(tenant))", to: &proof)
        try await addBalances(to: &proof)
        try await add(
            """
            (select 'document: ' || problem as problem, null::uuid as account_id, document_id as subject_id,
                    expected, found from billing.check_documents(\(tenant)))
            """, to: &proof)
        try await add("billing.check_holds(\(tenant))", to: &proof)
        let since = try await start()
        try await addCalls(since, options, to: &proof)

        let closed =
            options.rereadsClosed
            ? try await database.run(
                "select id from billing.ledger_periods where tenant_id = \(tenant) order by sequence"
            ).values(UUID.self) : []
        let archived = try await archivedMonths()
        if let archive = options.archive { try await addArchived(archived, archive, to: &proof) }
        let total = try await count()
        let months = try await months(since, until: options.end)
        var last: UUID?
        while true {
            let batch = try await database.run(
                """
                select id from accounts.accounts where tenant_id = \(tenant) and (\(last)::uuid is null or id > \(last))
                 order by id limit \(Self.batchSize)
                """
            ).values(UUID.self)
            guard let end = batch.last else { return proof }
            last = end
            for (from, until) in months {
                try await add("billing.check_entries(\(tenant), \(batch), \(from), \(until))", to: &proof)
                try await add("billing.check_levels(\(tenant), \(batch), \(from), \(until))", to: &proof)
                if options.archive == nil, !archived.isEmpty {
                    try await countArchived(batch, from, until, in: &proof)
                }
            }
            for period in closed {
                try await add("billing.check_closings(\(tenant), \(period), \(batch))", to: &proof)
            }
            proof.accounts += batch.count
            progress(proof.accounts, total)
        }
    }

    /// The end of the last close, or as far back as call records are kept; `nil` is the beginning.
    private func start() async throws -> Date? {
        try await database.run(
            """
            select greatest((select max(period_to) from billing.ledger_periods where tenant_id = \(tenant)),
                            core.retained_since(\(tenant), 'cdr.enriched_cdr'))
            """
        ).value(Date?.self) ?? nil
    }

    private func count() async throws -> Int {
        try await database.run("select count(*) from accounts.accounts where tenant_id = \(tenant)").value(Int.self)
            ?? 0
    }

    /// The months that have entries, from the first one on.
    private func months(_ since: Date?, until end: Date?) async throws -> [(Date, Date)] {
        try await database.run(
            """
            select greatest(m, \(since)::timestamptz), least(m + interval '1 month', \(end)::timestamptz)
              from (select date_trunc('month', greatest(\(since)::timestamptz,
                               (select min(x.first_at)
                                  from accounts.accounts a
                                 cross join lateral (select least(
                                     (select min(l.posted_at) from billing.ledger l
                                       where l.tenant_id = \(tenant) and l.account_id = a.id),
                                     (select min(h.created_at) from billing.holds h
                                       where h.tenant_id = \(tenant) and h.account_id = a.id)) as first_at) x
                                 where a.tenant_id = \(tenant))), 'UTC') as first_month) f
             cross join lateral generate_series(f.first_month, now() + interval '1 day', '1 month') m
             where \(end)::timestamptz is null or m < \(end)::timestamptz
             order by 1
            """, deadline: Self.deadline
        ).decode(Date.self, Date.self)
    }

    /// Day by day.
    private func addCalls(_ since: Date?, _ options: Options, to proof: inout LedgerProof) async throws {
        let days = try await database.run(
            """
            select greatest(d, \(since)::timestamptz), least(d + interval '1 day', \(options.end)::timestamptz)
              from (select date_trunc('day', greatest(\(since)::timestamptz, least(
                               (select min(c.posted_at) from cdr.enriched_cdr c where c.tenant_id = \(tenant)),
                               (select min(m.accepted_at) from messaging.mdr m where m.tenant_id = \(tenant)))),
                           'UTC') as first_day) f
             cross join lateral generate_series(f.first_day, now() + interval '1 day', '1 day') d
             where \(options.end)::timestamptz is null or d < \(options.end)::timestamptz
             order by 1
            """, deadline: Self.deadline
        ).decode(Date.self, Date.self)
        for (from, until) in days {
            try await add("billing.check_calls(\(tenant), \(from), \(until))", to: &proof)
        }
    }

    /// The months of calls that are in files alone.
    private func archivedMonths() async throws -> [CalendarMonth: [ArchiveRecord]] {
        let records = try await ListArchives(database)()
            .filter { $0.isDropped && CountArchivedCalls.amounts[$0.table] != nil }
        return Dictionary(grouping: records, by: \.month)
    }

    private func countArchived(
        _ accounts: [UUID], _ from: Date, _ until: Date, in proof: inout LedgerProof
    ) async throws {
        let counts = try await database.run(
            """
            select to_char(month, 'YYYY-MM'), sum(entry_count)::bigint
              from billing.count_archived_entries(\(tenant), \(accounts), \(from), \(until)) group by month
            """, deadline: Self.deadline
        ).decode(String.self, Int.self)
        for (month, count) in counts { proof.archivedEntries[month, default: 0] += count }
    }

    /// Months that are in files alone, each as a whole, whatever was closed since.
    private func addArchived(
        _ months: [CalendarMonth: [ArchiveRecord]], _ archive: CountArchivedCalls, to proof: inout LedgerProof
    ) async throws {
        for (month, records) in months.sorted(by: { $0.key < $1.key }) {
            let sums = try await archive(records, of: tenant)
            try await add(
                """
                billing.check_archived_calls(\(tenant), \(month.firstDay)::text::date, \(sums.map(\.account)),
                                             \(sums.map(\.calls)), \(sums.map(\.amount)))
                """, to: &proof)
        }
    }

    private func addBalances(to proof: inout LedgerProof) async throws {
        try await add(
            """
            (select 'balance of ' || bucket || ' is not its sum' as problem, account_id, null::uuid as subject_id,
                    ledger as expected, balance as found from billing.check_ledger(\(tenant)))
            """, to: &proof)
    }

    /// - Parameter part: what returns problem, account, subject, what is expected and what is found.
    private func add(_ part: SQL, to proof: inout LedgerProof) async throws {
        let rows = try await database.run(
            """
            select problem, account_id, subject_id, expected::numeric(28, 8), found::numeric(28, 8), of_kind
              from (select f.*, count(*) over (partition by f.problem) as of_kind,
                           row_number() over (partition by f.problem order by f.account_id, f.subject_id) as turn
                      from \(part) f (problem, account_id, subject_id, expected, found)) f
             where turn <= \(proof.limit) order by problem, turn
            """, deadline: Self.deadline
        ).decode(String.self, UUID?.self, UUID?.self, MoneySum?.self, MoneySum?.self, Int.self)
        proof.add(
            rows.map { problem, account, subject, expected, found, count in
                (
                    LedgerFinding(
                        problem: problem, account: account, subject: subject, expected: expected, found: found), count
                )
            })
    }
}
