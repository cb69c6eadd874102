import Foundation
import Postgres

/// Writes down what a run is to do, and how many calls it has to look at.
struct BeginRerate: Sendable {
    private let database: Database
    private let tenant: UUID

    /// For the calls of a year.
    private static let limit = Duration.seconds(600)

    /// - Parameter database: as the engine.
    init(_ database: Database, tenant: UUID) {
        self.database = database
        self.tenant = tenant
    }

    /// - Returns: the id of the run.
    /// - Throws: `BillingFailure` when something that it names is not there.
    func callAsFunction(_ choice: RerateChoice) async throws -> UUID {
        let account = try await choice.account.asyncMap(findAccount)
        let carrier = try await choice.carrier.asyncMap(findCarrier)
        let version = try await choice.sheet.asyncMap { try await findVersion(of: $0, choice.version) }
        let calls = try await database.run(
            """
            select count(*) from cdr.enriched_cdr e
             where e.tenant_id = \(tenant) and e.started_at >= \(choice.window.lowerBound)
               and e.started_at < \(choice.window.upperBound) \(RerateCalls.choice(tenant, account, carrier))
            """, deadline: Self.limit
        ).value(Int.self)
        let id = UUID.v7()
        let plan = choice.sheet?.kind == .plan ? choice.sheet?.id : nil
        let deck = choice.sheet?.kind == .deck ? choice.sheet?.id : nil
        try await database.run(
            """
            insert into billing.rerate_runs (tenant_id, id, reason, window_from, window_to, account_id, carrier_id,
                                             rate_plan_id, deck_id, sheet_version, sheet_edition, as_of, side,
                                             call_count)
            values (\(tenant), \(id), \(choice.reason), \(choice.window.lowerBound), \(choice.window.upperBound),
                    \(account), \(carrier), \(plan), \(deck), \(version.map { Int32($0.version) }),
                    \(version.map { Int32($0.edition) }), \(choice.asOf), \(choice.side.rawValue), \(calls ?? 0))
            """)
        return id
    }

    private func findAccount(_ text: String) async throws -> UUID {
        let found = try await database.run(
            """
            select id from accounts.accounts
             where tenant_id = \(tenant)
               and (ban = upper(\(text)) or id::text = lower(\(text)) or lower(name) = lower(\(text)))
             limit 2
            """
        ).values(UUID.self)
        guard found.count < 2 else {
            throw BillingFailure("several accounts are called \"\(text.forDisplay(60))\"; name one by its BAN")
        }
        guard let id = found.first else {
            throw BillingFailure(
                "there is no account with the BAN, name or id \"\(text.forDisplay(60))\"; `heddle balance` lists them")
        }
        return id
    }

    private func findCarrier(_ text: String) async throws -> UUID {
        let found = try await database.run(
            """
            select id from routing.carriers
             where tenant_id = \(tenant) and (lower(name) = lower(\(text)) or id::text = lower(\(text)))
             limit 2
            """
        ).values(UUID.self)
        if found.count == 1 { return found[0] }
        let names = try await database.run(
            "select name from routing.carriers where tenant_id = \(tenant) order by name limit 10"
        ).values(String.self)
        let list = names.isEmpty ? "there is none" : "there are \(names.joined(separator: ", "))"
        throw BillingFailure("no carrier is called \"\(text.forDisplay(60))\": \(list)")
    }

    private func findVersion(of sheet: Sheet, _ version: Int?) async throws -> (version: Int, edition: Int) {
        let versions = try await database.run(
            """
            select version, edition from routing.sheet_versions
             where tenant_id = \(tenant) and sheet_id = \(sheet.id) order by version
            """
        ).decode(Int.self, Int.self)
        guard let found = versions.first(where: { $0.0 == version }) else {
            let list = versions.suffix(10).map { String($0.0) }.joined(separator: ", ")
            throw BillingFailure(
                "the \(sheet.kind.name) \(sheet.name) has no version \(version.map(String.init) ?? ""); there are "
                    + list)
        }
        return (found.0, found.1)
    }
}

extension Optional {
    fileprivate func asyncMap<Value>(_ body: (Wrapped) async throws -> Value) async throws -> Value? {
        guard let self else { return nil }
        return try await body(self)
    }
}
