import Foundation
import Postgres
import TestSupport
import Testing

/// Trigger core.keep_claim: claims come, move and go with their rows, on every table that has some.
@Suite(.database) struct KeepClaimTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// A table with claims: how to add a row, and to change the claimed value.
    struct Claimed: Sendable, CustomTestStringConvertible {
        let kind: String
        let table: String
        /// TENANT, ID and VALUE are put in.
        let insert: String
        let column: String
        let values: [String]

        var testDescription: String { table }

        func insertion(_ tenant: Tenant, _ id: UUID, _ value: String) -> SQL {
            SQL(
                unescaped: insert.replacing("TENANT", with: "'\(tenant.id)'").replacing("ID", with: "'\(id)'")
                    .replacing("VALUE", with: "'\(value)'"))
        }
    }

    static let tables: [Claimed] = [
        Claimed(
            kind: "ban", table: "accounts.accounts",
            insert: "insert into accounts.accounts (tenant_id, id, ban, name) values (TENANT, ID, VALUE, 'x')",
            column: "ban", values: ["K-1", "K-2"]),
        Claimed(
            kind: "email", table: "auth.users",
            insert: "insert into auth.users (tenant_id, id, email, name) values (TENANT, ID, VALUE, 'x')",
            column: "email", values: ["k1@x.example", "k2@x.example"]),
        Claimed(
            kind: "api_key", table: "auth.api_keys",
            insert: "insert into auth.api_keys (tenant_id, id, name, key_prefix, key_sha256) "
                + "values (TENANT, ID, 'x', VALUE, sha256('x'))",
            column: "key_prefix", values: ["hk_0000001", "hk_0000002"]),
        Claimed(
            kind: "number", table: "numbers.inventory",
            insert: "insert into numbers.inventory (tenant_id, id, number) values (TENANT, ID, VALUE)",
            column: "number", values: ["+12125550171", "+12125550172"]),
    ]

    private func holder(_ kind: String, _ value: String) async throws -> UUID? {
        try await db.engine.run("select entity_id from core.find_claim(\(kind), \(value))").value(UUID.self)
    }

    @Test(arguments: tables) func `a claim comes, moves and goes with its row`(claimed: Claimed) async throws {
        let (tenant, other) = (try await db.tenant(), try await db.tenant())
        let (row, rival) = (UUID(), UUID())
        let (first, second) = (claimed.values[0], claimed.values[1])
        let table = claimed.table

        try await db.owner.run(claimed.insertion(tenant, row, first))
        #expect(try await holder(claimed.kind, first) == row)
        // Nobody else gets it, in any tenant.
        #expect(
            try await Refusal.of { try await db.owner.run(claimed.insertion(other, rival, first)) }
                == Refusal("23505", "\(claimed.kind)_is_claimed_once"))
        #expect(try await holder(claimed.kind, first) == row)

        try await db.owner.run(
            "update \(unescaped: table) set \(unescaped: claimed.column) = \(second) where id = \(row)")
        #expect(try await holder(claimed.kind, first) == nil)
        #expect(try await holder(claimed.kind, second) == row)
        // What was let go is free.
        try await db.owner.run(claimed.insertion(other, rival, first))
        #expect(try await holder(claimed.kind, first) == rival)
        #expect(
            try await Refusal.of {
                try await db.owner.run(
                    "update \(unescaped: table) set \(unescaped: claimed.column) = \(first) where id = \(row)")
            } == Refusal("23505", "\(claimed.kind)_is_claimed_once"))

        // A row that is called otherwise keeps its claim, and can still free it. An account cannot: it has a balance.
        guard table != "accounts.accounts" else { return }
        let renamed = UUID()
        try await db.owner.run("update \(unescaped: table) set id = \(renamed) where id = \(row)")
        #expect(try await holder(claimed.kind, second) == renamed)
        try await db.owner.run("delete from \(unescaped: table) where id = \(renamed)")
        #expect(try await holder(claimed.kind, second) == nil)
    }

    @Test func `a claim is taken back with its transaction`() async throws {
        struct Change: Error {}
        let tenant = try await db.tenant()
        let claimed = Self.tables[1]
        await #expect(throws: Change.self) {
            try await db.owner.transaction { session in
                try await session.run(claimed.insertion(tenant, UUID(), "gone@x.example"))
                throw Change()
            }
        }
        #expect(try await holder("email", "gone@x.example") == nil)
    }

    @Test func `a SIP login is claimed with its realm`() async throws {
        let (tenant, other) = (try await db.tenant(), try await db.tenant())
        let (trunk, rival) = (try await tenant.trunk(), try await other.trunk())
        try await trunk.logIn("pbx", realm: "a.example")
        try await rival.logIn("pbx", realm: "b.example")
        #expect(
            try await Refusal.of { try await rival.logIn("pbx", realm: "a.example") }
                == Refusal("23505", "sip_login_is_claimed_once"))
    }
}
