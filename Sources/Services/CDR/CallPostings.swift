import Foundation
import Postgres
import Telecom

/// What accounts are charged for calls, as lists for `billing.post_calls()`.
struct CallPostings: Sendable {
    private var ids: [UUID] = []
    private var accounts: [UUID] = []
    private var routingIDs: [UUID?] = []
    private var amounts: [Money] = []
    private var begins: [Date] = []

    /// What posting came to.
    struct Result {
        /// How many postings were made.
        var posted = 0
        /// For how long the first balances have been locked, which all are until the transaction ends.
        var locked = Duration.zero
    }

    /// Posts calls and what resellers are charged for them: together, for balances are locked in one order.
    static func post(_ calls: [RatedCDR], _ session: Connection) async throws -> Result {
        var tenants: [UUID: CallPostings] = [:]
        for call in calls {
            // A lost call gave its hold back; were it posted, its true CDR could not be.
            guard let account = call.raw.accountID, !call.raw.isLost else { continue }
            tenants[call.raw.tenantID, default: CallPostings()].add(call, of: account)
        }
        let statements = tenants.sorted { $0.key < $1.key }.map { $0.value.statement(of: $0.key) }
        if statements.isEmpty { return Result() }
        var rows = try await session.run(statements + ["select clock_timestamp()"], deadline: .seconds(60))
        let now = try rows.removeLast().value(Date.self)
        let posted = try rows.compactMap { try $0.first(Int.self, Date.self) }
        guard let now, let locked = posted.map(\.1).min() else { return Result() }
        return Result(
            posted: posted.reduce(0) { $0 + $1.0 }, locked: .seconds(max(0, now.timeIntervalSince(locked))))
    }

    private mutating func add(_ call: RatedCDR, of account: UUID) {
        append(call.raw.id, account, call.raw.routingID, call.sell.amount, call.raw.startedAt)
        for level in call.levels {
            append(level.id(of: call.raw.id), level.level.accountID, nil, level.side.amount, call.raw.startedAt)
        }
    }

    private mutating func append(_ id: UUID, _ account: UUID, _ routingID: UUID?, _ amount: Money, _ begin: Date) {
        ids.append(id)
        accounts.append(account)
        routingIDs.append(routingID)
        amounts.append(amount)
        begins.append(begin)
    }

    private func statement(of tenant: UUID) -> SQL {
        """
        select posted, locked_at
          from billing.post_calls(\(tenant), \(ids), \(accounts), \(NullableArray(routingIDs)), \(amounts),
                                  \(begins))
        """
    }
}
