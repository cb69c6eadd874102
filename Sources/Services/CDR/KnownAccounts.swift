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
        let unknown = named.filter { currencies[$0] == nil }
        if currencies.count + unknown.count > Self.maximumCount { currencies = [:] }
        try await read(named.filter { currencies[$0] == nil }, session)
        return calls.map { call in
            var call = call
            guard let account = call.accountID else { return call }
            if let currency = currencies[TenantKey(call.tenantID, account)] {
                call.currency = currency
            } else {
                call.accountID = nil
            }
            return call
        }
    }

    /// One may have been deleted.
    func forget() { currencies = [:] }

    private func read(_ unknown: Set<TenantKey>, _ session: Connection) async throws {
        if unknown.isEmpty { return }
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
        for (tenant, id, currency) in rows { currencies[TenantKey(tenant, id)] = currency }
    }
}
