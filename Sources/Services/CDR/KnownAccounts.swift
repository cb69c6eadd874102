import Foundation
import Postgres
import Telecom

/// Which accounts there are, and their currencies, which never change: each is looked up once.
actor KnownAccounts {
    private var currencies: [TenantKey: String] = [:]

    private static let maximumCount = 1_000_000

    /// The calls, in their order, with the currencies of their accounts; of an account that does not exist a call is
    /// nobody's.
    func recognise(_ calls: [RawCall], _ session: Connection) async throws -> [RawCall] {
        let named = Set(calls.compactMap { call in call.accountID.map { TenantKey(call.tenantID, $0) } })
        // Held apart, because others may forget all while this one waits.
        var known: [TenantKey: String] = [:]
        for account in named { known[account] = currencies[account] }
        let found = try await Self.read(named.filter { known[$0] == nil }, session)
        known.merge(found) { _, found in found }
        if currencies.count + found.count > Self.maximumCount { currencies = [:] }
        currencies.merge(found) { _, found in found }
        return calls.map { call in
            var call = call
            guard let account = call.accountID else { return call }
            if let currency = known[TenantKey(call.tenantID, account)] {
                call.currency = currency
            } else {
                call.accountID = nil
            }
            return call
        }
    }

    /// One may have been deleted.
    func forget() { currencies = [:] }

    private static func read(_ unknown: Set<TenantKey>, _ session: Connection) async throws -> [TenantKey: String] {
        if unknown.isEmpty { return [:] }
        let unknown = Array(unknown)
        let rows = try await session.run(
            """
            select d.tenant_id, d.id, a.currency
              from unnest(\(unknown.map(\.tenantID)), \(unknown.map(\.id))) as d (tenant_id, id)
             cross join lateral (
                   select a.currency
                     from accounts.accounts a
                    where a.tenant_id = d.tenant_id and a.id = d.id offset 0) a
            """
        ).decode(UUID.self, UUID.self, String.self)
        return Dictionary(uniqueKeysWithValues: rows.map { (TenantKey($0, $1), $2) })
    }
}
