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

    /// Posts calls and what resellers are charged for them: together, for balances are locked in one order.
    /// - Returns: how many postings were made.
    static func post(_ calls: [RatedCDR], _ session: Connection) async throws -> Int {
        var tenants: [UUID: CallPostings] = [:]
        for call in calls {
            // A lost call gave its hold back; were it posted, its true CDR could not be.
            guard let account = call.raw.accountID, !call.raw.isLost else { continue }
            tenants[call.raw.tenantID, default: CallPostings()].add(call, of: account)
        }
        let statements = tenants.sorted { $0.key < $1.key }.map { $0.value.statement(of: $0.key) }
        if statements.isEmpty { return 0 }
        return try await session.run(statements, deadline: .seconds(60)).reduce(0) {
            try $0 + ($1.value(Int.self) ?? 0)
        }
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
        select billing.post_calls(\(tenant), \(ids), \(accounts), \(NullableArray(routingIDs)), \(amounts), \(begins))
        """
    }
}
