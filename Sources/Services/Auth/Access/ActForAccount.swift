package import Foundation
package import Postgres

/// Lets whoever asks act for an account: staff for any, people of an account for those below it.
package final class ActForAccount: Sendable {
    private let database: Database
    private let known = RecentlyRead<String, [UUID]>()
    private let misused = NotedLately<UUID>()

    /// How many accounts `all` may be.
    package static let mostAccounts = 1_000

    /// - Parameter database: as the API.
    package init(_ database: Database) { self.database = database }

    /// - Parameter text: the id of an account, or `all`: the own one with all below it.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package func callAsFunction(
        _ text: String, _ caller: APICaller, source: String?, request: UUID?
    ) async throws -> APICaller {
        let scope = caller.scope(source: source, request: request)
        var acting = caller
        (acting.actingFor, acting.accountBehind) = (text, caller.account)
        if text == "all" {
            guard let own = caller.account else { return caller }
            acting.descendants = try await below(own, scope)
            guard acting.descendants.count < Self.mostAccounts else {
                throw ResourceFault.refused(
                    "Heddle-Account", text, expected: "the id of one: there are more than \(Self.mostAccounts)")
            }
            return acting
        }
        guard let wanted = UUID(text: text) else {
            throw ResourceFault.parameter("Heddle-Account", text, expected: "the id of an account, or all")
        }
        guard wanted != caller.account else { return caller }
        guard try await isBelow(wanted, caller, scope) else {
            if misused.isDue(caller.id) { try await report(wanted, caller, scope) }
            throw ResourceFault(.forbidden, "Heddle-Account is \(wanted.text), which is no account of yours")
        }
        acting.account = wanted
        return acting
    }

    /// Whether what a caller was let in for is still its own: accounts are moved, and who is confined to one may be
    /// confined to another. Nothing that was read a moment ago is good enough.
    /// - Parameter now: the same caller as it is by now, without whom it acts for.
    /// - Throws: `PostgresError`.
    package func holds(_ caller: APICaller, now: APICaller, source: String?) async throws -> Bool {
        guard let text = caller.actingFor else { return now.account == caller.account }
        let scope = now.scope(source: source, request: nil)
        if text == "all" {
            guard let own = now.account, own == caller.account else { return false }
            return Set(caller.descendants).isSubset(of: try await readBelow(own, scope))
        }
        guard let wanted = caller.account else { return false }
        if wanted == now.account { return true }
        return try await !readBetween(now.account, wanted, scope).isEmpty
    }

    /// The hierarchy is the operator's to see: of an account only what is below it is asked for.
    private static func operators(_ scope: RequestScope) -> RequestScope {
        RequestScope(
            tenant: scope.tenant, user: scope.user, actor: scope.actor, source: scope.source, request: scope.request)
    }

    private func below(_ account: UUID, _ scope: RequestScope) async throws -> [UUID] {
        try await known.value("all \(scope.tenant.text) \(account.text)") { try await readBelow(account, scope) }
    }

    private func readBelow(_ account: UUID, _ scope: RequestScope) async throws -> [UUID] {
        try await database.run([
            Self.operators(scope).opening,
            """
            select descendant_account_id from accounts.account_hierarchy
             where tenant_id = \(scope.tenant) and ancestor_account_id = \(account) and depth > 0
             limit \(Self.mostAccounts)
            """,
        ])[1].values(UUID.self)
    }

    private func isBelow(_ wanted: UUID, _ caller: APICaller, _ scope: RequestScope) async throws -> Bool {
        let own = caller.account
        let found = try await known.value("\(scope.tenant.text) \(own?.text ?? "") \(wanted.text)") {
            try await readBetween(own, wanted, scope)
        }
        return !found.isEmpty
    }

    /// An account, if it is below the other, or any where there is no other.
    private func readBetween(_ own: UUID?, _ wanted: UUID, _ scope: RequestScope) async throws -> [UUID] {
        try await database.run([
            Self.operators(scope).opening,
            """
            select descendant_account_id from accounts.account_hierarchy
             where tenant_id = \(scope.tenant) and descendant_account_id = \(wanted)
               and ancestor_account_id = coalesce(\(own), \(wanted))
            """,
        ])[1].values(UUID.self)
    }

    private func report(_ wanted: UUID, _ caller: APICaller, _ scope: RequestScope) async throws {
        _ = try await database.run([
            Self.operators(scope).opening,
            ReportIncident.statement(
                .privilegeMisuse, .medium, key: "act_for:\(caller.id.text)",
                "\(caller.actor) wanted to act for \(wanted.text), which is no account of its own",
                account: caller.account, scope),
        ])
    }
}
