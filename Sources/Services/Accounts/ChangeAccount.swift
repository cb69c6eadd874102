package import Foundation
package import Postgres

/// Suspends, resumes and closes accounts, each for a reason that the audit trail has beside it, in a transaction of its
/// caller's.
package enum ChangeAccount {
    /// Its calls are refused, but to emergency codes.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package static func suspend(
        _ account: UUID, because reason: String, _ scope: RequestScope, _ session: Connection
    ) async throws {
        try await set("suspended", from: ["active"], account, reason, scope, session)
    }

    /// It calls again.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package static func resume(
        _ account: UUID, because reason: String, _ scope: RequestScope, _ session: Connection
    ) async throws {
        try await set("active", from: ["suspended"], account, reason, scope, session)
    }

    /// It is kept for its history. What it still has is taken away before: nothing is lost by closing it.
    /// - Throws: `ResourceFault` with all that has to be done first, or `PostgresError`.
    package static func close(
        _ account: UUID, because reason: String, _ scope: RequestScope, _ session: Connection
    ) async throws {
        try await set("closed", from: ["active", "suspended"], account, reason, scope, session) {
            let left = try await obstacles(account, scope, session)
            guard left.isEmpty else {
                throw ResourceFault(.refused, "the account cannot be closed yet: \(left.joined(separator: "; "))")
            }
        }
    }

    private static func set(
        _ status: String, from known: [String], _ account: UUID, _ reason: String, _ scope: RequestScope,
        _ session: Connection, after check: () async throws -> Void = {}
    ) async throws {
        let now = try await session.run(
            """
            select status from accounts.accounts
             where tenant_id = \(scope.tenant) and id = \(account) for no key update
            """
        ).value(String.self)
        guard let now else { throw ResourceFault(.notFound, "there is no account \(account.text)") }
        guard known.contains(now) else {
            throw ResourceFault(
                .refused, now == "closed" ? "a closed account stays closed: make another one" : "the account is \(now)")
        }
        try await check()
        try await session.run(
            """
            update accounts.accounts set status = \(status), status_reason = \(reason)
             where tenant_id = \(scope.tenant) and id = \(account)
            """)
    }

    /// What an account still has, and what is to be done about it, a sentence each.
    private static func obstacles(
        _ account: UUID, _ scope: RequestScope, _ session: Connection
    ) async throws -> [String] {
        let row = try await session.run(
            """
            select (select count(*) from billing.holds h
                     where h.tenant_id = b.tenant_id and h.account_id = b.account_id and h.state = 'open'
                       and h.expires_at is null),
                   (select count(*) from billing.holds h
                     where h.tenant_id = b.tenant_id and h.account_id = b.account_id and h.state = 'open'
                       and h.expires_at is not null),
                   (select count(*) from numbers.dids d
                     where d.tenant_id = b.tenant_id and d.account_id = b.account_id),
                   (select count(*) from accounts.accounts c
                     where c.tenant_id = b.tenant_id and c.parent_account_id = b.account_id and c.status <> 'closed'),
                   case when b.available <> 0 then trim_scale(b.available) || ' ' || b.currency end,
                   case when b.pending <> 0 then trim_scale(b.pending) || ' ' || b.currency end
              from billing.account_balance b
             where b.tenant_id = \(scope.tenant) and b.account_id = \(account)
            """
        ).first(Int.self, Int.self, Int.self, Int.self, String?.self, String?.self)
        guard let (holds, others, numbers, below, available, pending) = row else { return [] }
        var left: [String] = []
        if holds > 0 { left.append("\(holds) calls hold money of it: wait for their end, or hang them up") }
        if others > 0 { left.append("\(others) holds of no call keep money of it: charge or release them") }
        if numbers > 0 { left.append("it has \(numbers) numbers: release them first") }
        if below > 0 { left.append("\(below) accounts hang below it: close or move them first") }
        if let available { left.append("its balance is \(available): refund it, have it paid or correct it to 0") }
        if let pending { left.append("\(pending) is announced and not yet received: wait for it") }
        return left
    }
}
