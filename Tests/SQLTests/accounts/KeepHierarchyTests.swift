import Foundation
import Postgres
import TestSupport
import Testing

/// Trigger accounts.keep_hierarchy: the closure of the tree of accounts follows every change of it.
@Suite(.database) struct KeepHierarchyTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// What the closure has, and what it should have by walking the parents; both as "upper lower depth".
    private func links(_ tenant: Tenant) async throws -> (kept: [String], expected: [String]) {
        let rows = try await db.owner.run([
            """
            select ancestor_account_id || ' ' || descendant_account_id || ' ' || depth
              from accounts.account_hierarchy where tenant_id = \(tenant.id) order by 1
            """,
            """
            with recursive tree as (
                select a.id as upper, a.id as lower, 0 as depth
                  from accounts.accounts a where a.tenant_id = \(tenant.id)
                union all
                select a.parent_account_id, t.lower, t.depth + 1
                  from tree t join accounts.accounts a on a.tenant_id = \(tenant.id) and a.id = t.upper
                 where a.parent_account_id is not null and t.depth < 100)
            select upper || ' ' || lower || ' ' || depth from tree order by 1
            """,
        ])
        return (try rows[0].decode(String.self), try rows[1].decode(String.self))
    }

    private func expectClosure(_ tenant: Tenant, _ comment: Comment? = nil) async throws {
        let links = try await links(tenant)
        #expect(links.kept == links.expected, comment)
    }

    private func move(_ account: Account, below parent: Account?) async throws {
        try await db.owner.run(
            """
            update accounts.accounts set parent_account_id = \(parent?.id)
             where tenant_id = \(account.tenant.id) and id = \(account.id)
            """)
    }

    @Test func `a branch moves with all below it`() async throws {
        let tenant = try await db.tenant()
        let (left, right) = (try await tenant.account(), try await tenant.account())
        let branch = try await tenant.account(below: left)
        let leaf = try await tenant.account(below: branch)
        _ = try await tenant.account(below: leaf)
        try await expectClosure(tenant)
        try await move(branch, below: right)
        try await expectClosure(tenant)
        try await move(branch, below: nil)
        try await expectClosure(tenant)
        try await move(right, below: leaf)
        try await expectClosure(tenant)
    }

    @Test func `a circle is refused`() async throws {
        let tenant = try await db.tenant()
        let top = try await tenant.account()
        let middle = try await tenant.account(below: top)
        let bottom = try await tenant.account(below: middle)
        let circle = Refusal("23514", "account_is_not_its_own_ancestor")
        #expect(try await Refusal.of { try await move(top, below: bottom) } == circle)
        #expect(try await Refusal.of { try await move(top, below: middle) } == circle)
        #expect(
            try await Refusal.of { try await move(top, below: top) }
                == Refusal("23514", "account_is_not_its_own_parent"))
        try await expectClosure(tenant)
    }

    @Test func `a parent of another tenant is refused`() async throws {
        let (tenant, other) = (try await db.tenant(), try await db.tenant())
        let stranger = try await other.account()
        #expect(
            try await Refusal.of { _ = try await tenant.account(below: stranger) }
                == Refusal("23503", "account_hangs_below_parent"))
    }

    /// One statement may bring a tree in any order.
    @Test(arguments: [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1], [1, 3, 0, 2]])
    func `rows of one statement come in any order`(order: [Int]) async throws {
        let tenant = try await db.tenant()
        let ids = (0..<4).map { _ in UUID() }
        let rows = order.map { index in
            let parent = index == 0 ? "null" : "'\(ids[index - 1])'"
            return "('\(tenant.id)', '\(ids[index])', '\(ids[index].uuidString.prefix(8))', 'x', \(parent)::uuid)"
        }
        try await db.owner.run(
            SQL(
                unescaped: "insert into accounts.accounts (tenant_id, id, ban, name, parent_account_id) values "
                    + rows.joined(separator: ", ")))
        try await expectClosure(tenant)
    }

    @Test func `a circle that comes in one statement is refused`() async throws {
        let tenant = try await db.tenant()
        let (first, second) = (UUID(), UUID())
        let refusal = try await Refusal.of {
            try await db.owner.run(
                """
                insert into accounts.accounts (tenant_id, id, ban, name, parent_account_id)
                values (\(tenant.id), \(first), 'C-1', 'x', \(second)), (\(tenant.id), \(second), 'C-2', 'x', \(first))
                """)
        }
        #expect(refusal == Refusal("23514", "account_is_not_its_own_ancestor"))
    }

    /// Each of two moves is right alone; together they would make a circle, or miss each other's links.
    @Test func `changes of the tree at once take turns`() async throws {
        let tenant = try await db.tenant()
        for _ in 0..<5 {
            let (left, right) = (try await tenant.account(), try await tenant.account())
            let refusals = try await withThrowingTaskGroup(of: Refusal?.self) { group in
                group.addTask { try await Refusal.of { try await self.move(left, below: right) } }
                group.addTask { try await Refusal.of { try await self.move(right, below: left) } }
                group.addTask {
                    _ = try await tenant.account(below: left); return nil
                }
                group.addTask {
                    _ = try await tenant.account(below: right); return nil
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(refusals.compactMap(\.self) == [Refusal("23514", "account_is_not_its_own_ancestor")])
        }
        try await expectClosure(tenant)
    }

    @Test(arguments: [1, 2, 3] as [UInt64]) func `random changes keep the closure`(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let tenant = try await db.tenant()
        var accounts: [Account] = []
        for step in 0..<60 {
            let parent = Bool.random(using: &generator) ? accounts.randomElement(using: &generator) : nil
            if Bool.random(using: &generator), let account = accounts.randomElement(using: &generator) {
                _ = try await Refusal.of { try await move(account, below: parent) }
            } else {
                accounts.append(try await tenant.account(below: parent))
            }
            try await expectClosure(tenant, "seed \(seed), step \(step)")
        }
    }
}
