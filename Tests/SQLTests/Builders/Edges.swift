import Foundation
import Postgres
import TestSupport
import Testing

/// Edges that share the limits of an account. A database knows edges of all tenants: the tests of a suite that has some
/// run one after the other, and each forgets those of the one before.
struct Edges: Sendable {
    let db: TestDatabase
    let account: Account

    /// An account with so many channels, and no edge.
    init(_ db: TestDatabase, channels: Int? = 10, perSecond: Int? = nil) async throws {
        self.db = db
        account = try await db.tenant().account()
        try await db.owner.run("delete from routing.edges")
        try await db.owner.run("delete from routing.shared_limits")
        try await db.owner.run("update accounts.accounts set channels = null, cps = null")
        try await db.owner.run(
            "update routing.routing_requests set state = 'finished', finished_at = now() where state = 'open'")
        try await limit(channels, perSecond: perSecond)
    }

    func limit(_ channels: Int?, perSecond: Int? = nil) async throws {
        try await db.owner.run(
            """
            update accounts.accounts set channels = \(channels), cps = \(perSecond)
             where tenant_id = \(account.tenant.id) and id = \(account.id)
            """)
    }

    /// "alone 0", "shares 1": with how many others; "refused" when the id is another one's.
    /// - Parameters:
    ///   - claim: by what the edge claims its id; the same for each of its rounds.
    ///   - former: by what it did before its restart.
    @discardableResult
    func renew(_ edge: String, claim: String? = nil, former: String? = nil) async throws -> String? {
        try await db.engine.run(
            """
            select case when not is_ours then 'refused' when is_alone then 'alone ' || others
                        else 'shares ' || others end
              from routing.renew_edge(\(edge), md5(\(claim ?? edge))::uuid,
                                      array_remove(array[md5(\(former)::text)::uuid], null))
            """
        ).value(String.self)
    }

    @discardableResult
    func open(_ edge: String) async throws -> Int? {
        try await db.engine.run("select routing.open_shares(\(edge))").value(Int.self)
    }

    func endAlone(_ edge: String, claim: String? = nil) async throws {
        try await db.engine.run("select routing.end_alone(\(edge), md5(\(claim ?? edge))::uuid)")
    }

    /// Two edges that share: a has all, and b nothing yet.
    func pair() async throws {
        try await renew("a")
        try await renew("b")
        try await open("a")
        try await endAlone("a")
        try await open("b")
        _ = try await report("a", 1_000_000, inUse: 0)
        _ = try await report("b", 0, inUse: 0)
    }

    /// - Returns: what the edge has then.
    func report(
        _ edge: String, _ target: Int, inUse: Int, demand: Int = 0, kind: String = "account_channels",
        claim: String? = nil
    ) async throws -> Int? {
        try await db.engine.run(
            """
            select granted from routing.report_shares(
                \(edge), md5(\(claim ?? edge))::uuid, \([account.tenant.id]), \([kind]), \([account.id]),
                \([Int32(target)]), \([Int32(inUse)]), \([Int32(demand)]))
            """
        ).value(Int.self)
    }

    /// Reports of several limits, in this order.
    func reportAll(_ edge: String, _ kinds: [String], target: Int) async throws {
        try await db.engine.run(
            """
            select granted from routing.report_shares(
                \(edge), md5(\(edge))::uuid, \(kinds.map { _ in account.tenant.id }), \(kinds),
                \(kinds.map { _ in account.id }), \(kinds.map { _ in Int32(target) }), \(kinds.map { _ in Int32(0) }),
                \(kinds.map { _ in Int32(target) }))
            """)
    }

    /// "a 8 3": what each edge has, and what of it is in use.
    func shares(_ kind: String = "account_channels") async throws -> [String] {
        try await db.engine.run(
            """
            select concat_ws(' ', edge_id, granted, coalesce(in_use::text, '?')) from routing.edge_shares
             where tenant_id = \(account.tenant.id) and kind = \(kind)::routing.limit_kind order by edge_id
            """
        ).values(String.self)
    }

    /// Lets a lease have ended some time ago.
    func expire(_ edge: String, ago: String = "1 second") async throws {
        try await db.owner.run(
            "update routing.edges set lease_until = now() - \(ago)::text::interval where id = \(edge)")
    }

    /// Calls of an edge that are not closed.
    func call(_ edge: String, _ count: Int = 1, routes: String = "[]") async throws {
        try await db.engine.run(
            """
            insert into routing.routing_requests (tenant_id, requested_at, cdr_id, edge_id, call_id, from_tag, source,
                                                  direction, state, account_id, code, routes, snapshot_version)
            select \(account.tenant.id), now(), gen_random_uuid(), \(edge), 'x', 'x', 'x', 'outbound', 'open',
                   \(account.id), 200, \(JSONText(routes)), 1
              from generate_series(1, \(count))
            """)
    }

    /// Closes so many of them.
    func close(_ edge: String, _ count: Int) async throws {
        try await db.engine.run(
            """
            update routing.routing_requests q set state = 'finished', finished_at = now()
              from (select tenant_id, requested_at, id from routing.routing_requests
                     where tenant_id = \(account.tenant.id) and edge_id = \(edge) and state = 'open' limit \(count)) o
             where q.tenant_id = o.tenant_id and q.requested_at = o.requested_at and q.id = o.id
            """)
    }

    func settle(_ edge: String) async throws -> Int? {
        try await db.engine.run("select routing.settle_edges(\(edge))").value(Int.self)
    }
}
