import Foundation
import Postgres
import Services
import TestSupport
import Testing

/// What people are shown of edges and their shares, and the names that the edge has for limits.
@Suite(.database, .serialized) struct ReadSharesTests {
    private let db: TestDatabase

    init() throws { db = try .suite }

    private func book(_ edge: String) -> ShareBook { ShareBook(db.engine, edge: edge, claim: EdgeClaim()) }

    @Test func `edges are listed with their leases, and shares that are used with whose they are`() async throws {
        let (tenant, account) = (UUID(), UUID())
        let script = """
            insert into core.tenants (id, slug, name) values ('\(tenant)', 'shares', 'Shares Ltd');
            insert into accounts.accounts (tenant_id, id, ban, name, channels, cps)
            values ('\(tenant)', '\(account)', 'A', 'Acme', 10, 5);
            """
        try await db.owner.lease { try await $0.runScript(SQL(unescaped: script)) }
        let read = ReadShares(db.engine)
        #expect(try await read.edges() == [])
        let (first, second) = (book("a"), book("b"))
        #expect(try await first.renew().isAlone)
        let lease = try await second.renew()
        #expect(!lease.isAlone && lease.others == 1 && lease.routingVersion > 0)
        try await first.open()
        try await first.endAlone()
        let channels = LimitSubject(tenantID: tenant, kind: .accountChannels, id: account)
        let granted = try await first.report([
            ShareBook.Report(subject: channels, target: 6, inUse: 4, demand: 4)
        ])
        #expect(granted == [channels: 6])
        try await db.owner.run("update routing.edges set lease_until = now() - interval '1 s' where id = 'b'")
        let edges = try await read.edges()
        #expect(edges.map(\.id) == ["a", "b"])
        #expect(edges.map(\.isLive) == [true, false] && edges.map(\.shares) == [2, 2])
        let shares = try await read.shares(of: tenant, all: true)
        #expect(
            shares.map { "\($0.subject) \($0.kind) \($0.limit) \($0.edge) \($0.granted) \($0.inUse ?? -1)" } == [
                "Acme account_channels 10 a 6 4", "Acme account_channels 10 b 0 -1", "Acme account_cps 5 a 5 -1",
                "Acme account_cps 5 b 0 -1",
            ])
        #expect(shares.first?.subjectID == account && shares.first?.tenant == "Shares Ltd")
        #expect(try await second.retire())
        #expect(try await read.edges().map(\.id) == ["a"])
    }

    @Test func `a kind is one of the database's, and the edge has a name for each limit`() async throws {
        let check = try await db.owner.run(
            """
            select pg_get_constraintdef(oid) from pg_constraint
             where contypid = 'routing.limit_kind'::regtype
            """
        ).value(String.self)
        let names = try #require(check).matches(of: /'([a-z_]+)'/).map { String($0.1) }
        #expect(Set(names) == Set(LimitSubject.Kind.allCases.map(\.rawValue)))
        let id = try #require(UUID(uuidString: "0198C0DE-0000-7000-8000-000000000001"))
        let keys = LimitSubject.Kind.allCases.map { LimitSubject(tenantID: UUID(), kind: $0, id: id).key }
        let text = "0198c0de-0000-7000-8000-000000000001"
        #expect(
            keys == [
                "account:\(text)", "cps:account:\(text)", "trunk:\(text)", "cps:trunk:\(text)", "carrier:\(text)",
                "cps:carrier:\(text)",
            ])
    }
}
