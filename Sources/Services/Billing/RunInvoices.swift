package import Foundation
package import Postgres
import Telecom

/// Invoices a tenant's accounts: opens the cycles that they have, closes those that are due, sums their usage up,
/// drafts, and finalises when told to.
///
/// A batch of accounts is one transaction. A run that is killed leaves whole batches, and the next run goes on with the
/// rest; two at once share the work, for each leaves alone what the other has locked.
package struct RunInvoices: Sendable {
    private let database: Database
    private let tenant: UUID
    private let scope: RequestScope?

    /// - Parameters:
    ///   - database: as the engine.
    ///   - scope: who asks for it, where that is somebody of the API.
    package init(_ database: Database, tenant: UUID, for scope: RequestScope? = nil) {
        self.database = database
        self.tenant = tenant
        self.scope = scope
    }

    /// For one statement about a batch.
    private static let limit = Duration.seconds(300)
    /// While a document is finalised, the balance of its account is locked, and calls of that account wait.
    private static let finalisedAtOnce = 20

    /// - Parameter progress: is told after each batch.
    /// - Throws: `PostgresError` when the database is away; what one account is refused for is in the result.
    package func callAsFunction(
        _ options: InvoiceRunOptions, progress: (InvoiceRunProgress) throws -> Void = { _ in }
    ) async throws -> InvoiceRunResult {
        // What was due when the run began, five minutes before as in billing.invoice_accounts.
        let due = min(options.until ?? .distantFuture, Date(timeIntervalSinceNow: -300))
        let (accounts, withoutSeller) = try await accounts(options.accountID)
        var result = InvoiceRunResult()
        result.accounts = accounts.count
        result.withoutSeller = withoutSeller
        let batches = stride(from: 0, to: accounts.count, by: options.batch).map {
            Array(accounts[$0..<min($0 + options.batch, accounts.count)])
        }
        try await withThrowingTaskGroup(of: Batch.self) { group in
            var done = 0
            var next = batches.makeIterator()
            func begin() {
                guard let batch = next.next() else { return }
                group.addTask { Batch(accounts: batch.count, result: try await invoice(batch, options)) }
            }
            for _ in 0..<max(options.workers, 1) { begin() }
            while let batch = try await group.next() {
                done += batch.accounts
                result.add(batch.result)
                try progress(InvoiceRunProgress(accounts: accounts.count, done: done))
                begin()
            }
        }
        result.cycles.sort { ($0.ban, $0.firstDay) < ($1.ban, $1.firstDay) }
        result.failures.sort { $0.ban < $1.ban }
        result.numbers.sort()
        if !options.isRehearsal { result.heldElsewhere = try await heldElsewhere(accounts, due, result.failures) }
        return result
    }

    /// What became of a batch of accounts. Not a pair, as in `RoutingSecrets`.
    private struct Batch: Sendable {
        let accounts: Int
        let result: InvoiceRunResult
    }

    /// The accounts that are sold to, and how many are not.
    private func accounts(_ only: UUID?) async throws -> ([UUID], Int) {
        let rows = try await database.run(
            """
            select a.id, coalesce(p.legal_entity_id, e.id) is not null
              from accounts.accounts a
              left join billing.billing_profiles p on p.tenant_id = \(tenant) and p.account_id = a.id
              left join billing.legal_entities e on e.tenant_id = \(tenant) and e.is_default
             where a.tenant_id = \(tenant) and (\(only)::uuid is null or a.id = \(only))
             order by a.id
            """, deadline: Self.limit
        ).decode(UUID.self, Bool.self)
        return (rows.filter(\.1).map(\.0), rows.count { !$0.1 })
    }

    /// The batches took all that was due and that nobody else had.
    private func heldElsewhere(
        _ accounts: [UUID], _ due: Date, _ failures: [InvoiceRunFailure]
    ) async throws -> [String] {
        try await database.run(
            """
            select distinct a.ban
              from billing.billing_cycles c
              join accounts.accounts a on a.tenant_id = \(tenant) and a.id = c.account_id
             where c.tenant_id = \(tenant) and c.status <> 'invoiced' and c.account_id = any (\(accounts))
               and c.closes_at <= \(due) and a.ban <> all (\(failures.map(\.ban)))
               and not exists (select from billing.invoices i
                                where i.tenant_id = \(tenant) and i.billing_cycle_id = c.id and i.status <> 'void')
             order by a.ban
            """, deadline: Self.limit
        ).values(String.self)
    }

    /// One batch; when it fails, each of its accounts alone.
    private func invoice(_ batch: [UUID], _ options: InvoiceRunOptions) async throws -> InvoiceRunResult {
        var result = InvoiceRunResult()
        do {
            result.cycles = options.isRehearsal ? try await rehearse(batch, options) : try await draft(batch, options)
            if options.finalises, !options.isRehearsal {
                let (numbers, failures) = try await finalise(batch)
                result.numbers = numbers
                result.failures = failures
            }
        } catch let error as PostgresError where error.isOfTheStatement {
            guard batch.count > 1 else {
                result.failures = [InvoiceRunFailure(ban: try await ban(batch[0]), reason: error.reason)]
                return result
            }
            // What the batch had done before it failed is committed, and not done again.
            for account in batch { result.add(try await invoice([account], options)) }
        }
        return result
    }

    private func inTransaction<Value>(_ body: (Connection) async throws -> Value) async throws -> Value {
        try await database.transaction(context: scope?.opening, statementTimeout: Self.limit, body)
    }

    private func draft(_ batch: [UUID], _ options: InvoiceRunOptions) async throws -> [InvoicedCycle] {
        var cycles: [InvoicedCycle] = []
        while true {
            let more = try await inTransaction { try await drafted(batch, options, $0) }
            if more.isEmpty { return cycles }
            cycles += more
        }
    }

    /// The same in one transaction, which is rolled back.
    private func rehearse(_ batch: [UUID], _ options: InvoiceRunOptions) async throws -> [InvoicedCycle] {
        do {
            return try await inTransaction { session in
                var cycles: [InvoicedCycle] = []
                while true {
                    let more = try await drafted(batch, options, session)
                    if more.isEmpty { throw Rehearsal(cycles: cycles) }
                    cycles += more
                }
            }
        } catch let rehearsal as Rehearsal {
            return rehearsal.cycles
        }
    }

    private struct Rehearsal: Error {
        let cycles: [InvoicedCycle]
    }

    /// The first cycle of each account that is due.
    private func drafted(
        _ batch: [UUID], _ options: InvoiceRunOptions, _ session: Connection
    ) async throws -> [InvoicedCycle] {
        let until = options.until ?? Date()
        try await session.run(
            "select billing.open_cycles(\(tenant), \(batch), \(until))", deadline: Self.limit)
        let made = try await session.run(
            "select billing_cycle_id from billing.invoice_accounts(\(tenant), \(batch), \(until))",
            deadline: Self.limit
        ).values(UUID.self)
        // Another statement: the one that calls a function does not see what that did.
        return try await session.run(
            """
            select c.account_id, a.ban, c.first_day::text, c.next_day::text, i.id, a.currency,
                   coalesce(i.total, 0), c.late_calls, coalesce(u.set_aside, 0), coalesce(u.waiting, 0),
                   billing.minor_digits(a.currency)
              from billing.billing_cycles c
              join accounts.accounts a on a.tenant_id = \(tenant) and a.id = c.account_id
              left join billing.invoices i
                on i.tenant_id = \(tenant) and i.billing_cycle_id = c.id and i.status <> 'void'
              left join billing.unrated_calls(\(tenant), \(made)) u on u.billing_cycle_id = c.id
             where c.tenant_id = \(tenant) and c.id = any (\(made))
            """, deadline: Self.limit
        ).map { row in
            InvoicedCycle(
                accountID: try row.column(0), ban: try row.column(1), firstDay: try row.column(2),
                nextDay: try row.column(3), invoiceID: try row.column(4), currency: try row.column(5),
                minorDigits: try row.column(10), total: try row.column(6), lateCalls: try row.column(7),
                setAside: try row.column(8),
                waiting: try row.column(9))
        }
    }

    /// The drafts of cycles that these accounts have, those of an earlier run too.
    private func finalise(_ batch: [UUID]) async throws -> ([String], [InvoiceRunFailure]) {
        let drafts = try await database.run(
            """
            select i.id from billing.invoices i
             where i.tenant_id = \(tenant) and i.account_id = any (\(batch)) and i.status = 'draft'
               and i.billing_cycle_id is not null
             order by i.period_from, i.id
            """, deadline: Self.limit
        ).values(UUID.self)
        let finalise = FinaliseInvoices(database, tenant: tenant, for: scope)
        var numbers: [String] = []
        var failures: [InvoiceRunFailure] = []
        for start in stride(from: 0, to: drafts.count, by: Self.finalisedAtOnce) {
            let part = Array(drafts[start..<min(start + Self.finalisedAtOnce, drafts.count)])
            let (given, refused) = try await finalise(part)
            numbers += given
            failures += refused
        }
        return (numbers, failures)
    }

    private func ban(_ account: UUID) async throws -> String {
        try await database.run(
            "select ban from accounts.accounts where tenant_id = \(tenant) and id = \(account)"
        ).value(String.self) ?? account.uuidString
    }
}

extension PostgresError {
    /// Whether another account's statements may do where these failed.
    var isOfTheStatement: Bool { server != nil || code == .rolledBack || code == .decoding }

    /// For the people who bill: the server's own sentence, which names the rule.
    package var reason: String {
        guard let server else { return message }
        return server.constraint.map { "\(server.message) (\($0))" } ?? server.message
    }
}
