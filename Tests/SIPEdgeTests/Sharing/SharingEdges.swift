import Foundation
import Logging
import Postgres
import Synchronization
import TestSupport

@testable import SIPEdge
@testable import Services

/// Edges of a test that share the limits of one account, with a clock of their own: what takes seconds takes none here.
final class SharingEdges: Sendable {
    /// One of them: what stands for its Kamailio, and its keeper, which may be gone while calls go on.
    final class Edge: Sendable {
        let name: String
        let calls: TestEdge
        fileprivate let keeper: Mutex<ShareKeeper?>
        fileprivate let paused = Mutex<ShareKeeper?>(nil)
        fileprivate let remembered = Mutex<EdgeLease?>(nil)
        /// What its keepers claimed its id by.
        fileprivate let claims = Mutex<[UUID]>([])

        var isKept: Bool { keeper.withLock { $0 != nil } }

        init(_ name: String, at now: Date) {
            self.name = name
            calls = TestEdge(at: now)
            keeper = Mutex(nil)
        }
    }

    let db: TestDatabase
    let account = UUID()
    private let tenant = UUID()
    private let now = Mutex(Date(timeIntervalSince1970: 1_800_000_000))
    private let limits = Mutex((channels: 0, perSecond: 0))

    var channels: String { "account:\(account.text)" }
    var rate: String { "cps:account:\(account.text)" }

    init(_ db: TestDatabase, channels: Int, perSecond: Int = 1000) async throws {
        self.db = db
        let script = """
            delete from routing.edges;
            delete from routing.shared_limits;
            update accounts.accounts set channels = null, cps = null;
            insert into core.tenants (id, slug, name) values ('\(tenant)', 's-\(tenant.text)', 'x');
            insert into accounts.accounts (tenant_id, id, ban, name)
            values ('\(tenant)', '\(account)', left(upper('\(account)'), 32), 'x');
            """
        try await db.owner.lease { try await $0.runScript(SQL(unescaped: script)) }
        try await limit(channels: channels, perSecond: perSecond)
    }

    func limit(channels: Int, perSecond: Int = 1000) async throws {
        try await db.owner.run(
            "update accounts.accounts set channels = \(channels), cps = \(perSecond) where id = \(account)")
        try await db.owner.run("select core.bump_snapshot('routing')")
        limits.withLock { $0 = (channels, perSecond) }
    }

    /// Starts an edge, or only its keeper when the edge is there.
    /// - Parameters:
    ///   - untoldMaximum: how many shares it tells in a round.
    ///   - knows: `false` for one that starts without the database.
    func start(_ edge: Edge, untoldMaximum: Int = 10_000, knows: Bool = true) async throws {
        let claim = edge.claims.withLock { claims in
            let claim = EdgeClaim(former: claims)
            claims.append(claim.id)
            return claim
        }
        let keeper = ShareKeeper(
            ShareBook(db.engine, edge: edge.name, claim: claim), holder: edge.calls,
            logger: Logger(label: "shares") { _ in SwiftLogNoOpLogHandler() }, untoldMaximum: untoldMaximum,
            clock: { self.now.withLock(\.self) },
            remember: { lease in edge.remembered.withLock { $0 = lease } })
        if knows { try await keeper.prepare() } else { edge.remembered.withLock { $0 = .closed } }
        let isNew = edge.calls.isUntold
        if isNew { edge.calls.restart(with: edge.remembered.withLock(\.self)) }
        edge.keeper.withLock { $0 = keeper }
    }

    func make(_ name: String) -> Edge { Edge(name, at: now.withLock(\.self)) }

    /// Half a second goes by, and every keeper has its round.
    func round(_ edges: [Edge]) async throws {
        let time = now.withLock { now in
            now += 0.5
            return now
        }
        for edge in edges { edge.calls.advance(to: time) }
        for edge in edges { try await keep(edge) }
    }

    func keep(_ edge: Edge) async throws {
        guard let keeper = edge.keeper.withLock(\.self) else { return }
        do { _ = try await keeper.keep() } catch is TestEdge.Down {}
    }

    /// Kamailio is killed and started again.
    func restart(_ edge: Edge) { edge.calls.restart(with: edge.remembered.withLock(\.self)) }

    /// Until when the database lets it have its shares.
    func leaseUntil(_ edge: Edge) async throws -> Date? {
        try await db.owner.run("select lease_until from routing.edges where id = \(edge.name)").value(Date.self)
    }

    /// More accounts with a limit each.
    func others(_ count: Int) async throws {
        try await db.owner.run(
            """
            insert into accounts.accounts (tenant_id, id, ban, name, channels)
            select \(tenant), gen_random_uuid(), 'B' || n, 'x', 4 from generate_series(1, \(count)) n
            """)
        try await db.owner.run("select core.bump_snapshot('routing')")
    }

    /// The keeper dies. What the router knows of the edge's calls is there, and nobody closes it.
    func kill(_ edge: Edge) async throws {
        edge.keeper.withLock { $0 = nil }
        for _ in 0..<edge.calls.inUse(channels) { try await open(edge) }
    }

    /// The keeper's machine is busy with something else, until it goes on where it was.
    func pause(_ edge: Edge) async throws {
        let keeper = edge.keeper.withLock(\.self)
        try await kill(edge)
        edge.paused.withLock { $0 = keeper }
    }

    /// A keeper that was paused goes on; another one begins where none was.
    func resume(_ edge: Edge) async throws {
        let paused = edge.paused.withLock { paused in
            defer { paused = nil }
            return paused
        }
        guard let paused else { return try await start(edge) }
        edge.keeper.withLock { $0 = paused }
    }

    /// Its lease is over by the database's clock, which does not go as fast as this one.
    func expire(_ edge: Edge) async throws {
        try await db.owner.run(
            "update routing.edges set lease_until = now() - interval '1 second' where id = \(edge.name)")
    }

    /// The edge's calls that the router knew of are closed.
    func closeAll(_ edge: Edge) async throws {
        try await db.engine.run(
            """
            update routing.routing_requests set state = 'finished', finished_at = now()
             where edge_id = \(edge.name) and state = 'open'
            """)
    }

    /// A call begins at an edge, if it lets it.
    func call(_ edge: Edge) async throws -> Bool {
        guard edge.calls.take(channels, limit: limits.withLock(\.channels)) else { return false }
        if !edge.isKept { try await open(edge) }
        return true
    }

    /// A call that is over at once, counted by its second.
    func ring(_ edge: Edge) -> Bool { edge.calls.take(rate, limit: limits.withLock(\.perSecond)) }

    private func open(_ edge: Edge) async throws {
        try await db.engine.run(
            """
            insert into routing.routing_requests (tenant_id, requested_at, cdr_id, edge_id, call_id, from_tag, source,
                                                  direction, state, account_id, code, snapshot_version)
            values (\(tenant), now(), gen_random_uuid(), \(edge.name), 'x', 'x', 'x', 'outbound', 'open', \(account),
                    200, 1)
            """)
    }
}
