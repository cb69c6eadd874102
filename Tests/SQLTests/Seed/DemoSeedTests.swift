import Foundation
import Postgres
import Schema
import Services
import TestSupport
import Testing

/// The demonstration operator: what the demonstration call needs is there, and a second run changes nothing.
@Suite(.database, .serialized) struct DemoSeedTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let tenant = "de300000-0000-7000-8000-000000000001"

    private func seed(_ settings: [(String, String)] = []) async throws {
        let usual = DemoParty.allCases.map { ($0.rawValue, $0.usualAddress) }
        try await db.owner.transaction { session in
            for (name, value) in usual + settings {
                try await session.run("select set_config(\("heddle.demo_" + name), \(value), true)")
            }
            try await session.runScript(SQL(unescaped: Schema.demoSeed()))
        }
    }

    /// Every row of the tenant, as text without the times of the run.
    private func rows() async throws -> [String: [String]] {
        var rows: [String: [String]] = [:]
        for table in try await db.tables() where table.hasTenant {
            rows[table.name] = try await db.owner.run(
                """
                select (to_jsonb(t) - array['created_at', 'updated_at', 'posted_at', 'assigned_at', 'rotated_at'])::text
                  from \(unescaped: table.name) t where tenant_id = '\(unescaped: Self.tenant)' order by 1
                """
            ).decode(String.self)
        }
        return rows
    }

    private func text(_ query: SQL) async throws -> [String] {
        try await db.owner.run(query).decode(String.self)
    }

    // Serialized: the tests share the one demonstration tenant, and each seeds it again.

    @Test func `runs twice and leaves the same rows`() async throws {
        try await seed()
        let first = try await rows()
        let updated: SQL = "select max(updated_at)::text from routing.carrier_trunks"
        let before = try await text(updated)
        try await seed()
        #expect(try await rows() == first)
        #expect(try await text(updated) == before)
        #expect(try await text("select l.bucket from billing.check_ledger('\(unescaped: Self.tenant)') l") == [])
        for table in ["accounts.contacts", "auth.users", "routing.rate_deck", "billing.voice_rates", "numbers.dids"] {
            #expect(first[table]?.isEmpty == false, "\(table)")
        }
    }

    @Test func `whoever calls 911 is found`() async throws {
        try await seed()
        let findings = try await text(
            "select code || ' ' || detail from numbers.check_e911_compliance('\(unescaped: Self.tenant)')")
        #expect(findings == [])
        #expect(try await text("select count(*)::text from numbers.e911_records where status = 'active'") == ["6"])
    }

    @Test func `only addresses follow the settings`() async throws {
        // Each change of an address, and the change back, is in the audit trail.
        func rows() async throws -> [String: [String]] {
            try await self.rows().filter { $0.key != "audit.audit_log" }
        }
        try await seed()
        let before = try await rows()
        try await seed([("carrier_a", "127.0.1.2:6001"), ("customer", "127.0.1.9:6002")])
        let moved = try await text(
            """
            select host || ':' || port || ' ' || source_addresses::text
              from routing.carrier_trunks where name = 'Palisade NYC'
            """)
        #expect(moved == ["127.0.1.2:6001 {127.0.1.2/32}"])
        #expect(
            try await text("select host || ':' || port from routing.trunks where name = 'Harbor Dental PBX'")
                == ["127.0.1.9:6002"])
        #expect(try await text("select network::text from routing.trunk_acl order by 1").contains("127.0.1.9/32"))
        try await seed()
        #expect(try await rows() == before)
    }

    @Test func `nobody can log in unless it is given a password and a key`() async throws {
        try await seed()
        #expect(
            try await text("select email from auth.users where password_hash is not null or status = 'active'") == [])
        #expect(try await text("select username from routing.trunk_credentials") == [])

        try await seed([
            ("admin_password", "correct horse"), ("ha1_key", "k1"), ("ha1_md5", "aa"), ("ha1_sha256", "bb"),
        ])
        let admins = try await text(
            """
            select email from auth.users
             where status = 'active' and public.crypt('correct horse', password_hash) = password_hash
            """
        )
        #expect(admins == ["admin@tidewater.example"])
        #expect(
            try await text("select login || ' ' || key_id from routing.trunk_credentials") == ["juniper-pbx@heddle k1"])

        // The same password again does not hash it anew.
        let hash: SQL = "select password_hash from auth.users where email = 'admin@tidewater.example'"
        let before = try await text(hash)
        try await seed([("admin_password", "correct horse")])
        #expect(try await text(hash) == before)
    }

    /// Harbor Dental, in New York, calls California: what the demonstration tells rests on these facts.
    @Test func `the demonstration call finds what it needs`() async throws {
        try await seed()
        #expect(
            try await text(
                """
                select a.name || ': ' || b.available || ' ' || b.currency || ', held ' || b.held
                  from accounts.accounts a
                  join billing.account_balance b on b.tenant_id = a.tenant_id and b.account_id = a.id
                 where a.ban = 'TW-1001'
                """) == ["Harbor Dental Group: 25.00000000 USD, held 0.00000000"])
        #expect(
            try await text(
                """
                select number || ' ' || t.name from numbers.dids d
                  join routing.trunks t on t.tenant_id = d.tenant_id and t.id = d.trunk_id
                  join accounts.accounts a on a.tenant_id = d.tenant_id and a.id = d.account_id
                 where a.ban = 'TW-1001' order by 1
                """) == ["+12125550100 Harbor Dental PBX", "+12125550101 Harbor Dental PBX"])
        // Candidates for New York → California: Great Basin is cheaper between states, Meridian takes all of it.
        #expect(
            try await text(
                """
                select distinct on (r.deck_id) t.name || ' ' || r.prefix || ' ' || coalesce(r.rate_interstate, r.rate)
                  from routing.rate_deck r
                  join routing.decks d on d.tenant_id = r.tenant_id and d.id = r.deck_id
                  join routing.carrier_trunks t on t.tenant_id = r.tenant_id and t.id = d.carrier_trunk_id
                 where '14155550190' like r.prefix || '%' and t.carries_outbound
                 order by r.deck_id, length(r.prefix) desc
                """) == [
                    "Palisade NYC 1415 0.00490000", "Great Basin RNO 1415 0.00460000", "Meridian MIA 1 0.01100000",
                ])
        #expect(
            try await text(
                """
                select v.rate_interstate || ' ' || v.initial_increment_s || '/' || v.next_increment_s
                       || ' hold ' || p.hold_s
                  from billing.account_rate_plan x
                  join billing.rate_plans p on p.tenant_id = x.tenant_id and p.id = x.rate_plan_id
                  join billing.voice_rates v on v.tenant_id = p.tenant_id and v.rate_plan_id = p.id
                  join accounts.accounts a on a.tenant_id = x.tenant_id and a.id = x.account_id
                 where a.ban = 'TW-1001' and v.direction = 'outbound' and v.prefix = '1'
                """) == ["0.01200000 6/6 hold 600"])
    }

    @Test func `emergency calls have two ways out, in order`() async throws {
        try await seed()
        #expect(
            try await text(
                "select name from routing.carrier_trunks where emergency_rank is not null order by emergency_rank")
                == ["Palisade 911", "Great Basin 911"])
    }

    /// A tariff that sells below what it buys for would make the demonstration a loss. What the router makes of all
    /// prices together is in `DemoRoutingTests`.
    @Test func `no destination is sold below the cheapest carrier`() async throws {
        try await seed()
        let losses = try await text(
            """
            select v.prefix || ' sells ' || v.rate || ', costs ' || min(r.rate)
              from billing.voice_rates v
              join routing.rate_deck r on r.tenant_id = v.tenant_id and r.prefix = v.prefix and r.rate is not null
              join billing.rate_plans p on p.tenant_id = v.tenant_id and p.id = v.rate_plan_id
             where v.direction = 'outbound' and v.rate is not null and not v.blocked
             group by v.tenant_id, v.id, v.prefix, v.rate
            having v.rate < min(r.rate)
            """)
        #expect(losses == [])
    }
}
