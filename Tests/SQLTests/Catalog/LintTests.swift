import Foundation
import Postgres
import Schema
import TestSupport
import Testing

/// The lint that ships with the schema finds nothing, and would find what it is for.
///
/// One test after the other, for each changes tables that another looks at.
@Suite(.database, .serialized) struct LintTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func faults(on session: Connection) async throws -> [String] {
        try await session.run(SQL(unescaped: Schema.distributableLint())).decode(String.self, String.self, String?.self)
            .map { "\($0.0): \($0.1) \($0.2 ?? "")" }
    }

    @Test func `the schema has no fault`() async throws {
        #expect(try await db.owner.lease { try await faults(on: $0) } == [])
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        let problem: String
        let statement: String

        var testDescription: String { problem }
    }

    @Test(arguments: [
        Fault(problem: "no tenant_id", statement: "create table core.faulty (id uuid primary key)"),
        Fault(problem: "no primary key", statement: "create table core.faulty (tenant_id uuid)"),
        Fault(
            problem: "unique index lacks tenant_id", statement: "create unique index on accounts.accounts (ban)"),
        Fault(
            problem: "foreign key lacks tenant_id on both sides",
            statement: """
                create unique index faulty on accounts.accounts (id);
                alter table accounts.contacts add constraint faulty foreign key (account_id)
                    references accounts.accounts (id)
                """),
        Fault(
            problem: "foreign key acts by SET NULL, SET DEFAULT or ON UPDATE",
            statement: """
                alter table accounts.contacts add constraint faulty foreign key (tenant_id, account_id)
                    references accounts.accounts on update cascade
                """),
        Fault(problem: "foreign key has no index", statement: "drop index accounts.contacts_of_account"),
        Fault(
            problem: "restrictive policy (Citus makes it permissive: a leak)",
            statement: "create policy faulty on accounts.contacts as restrictive using (true)"),
        Fault(
            problem: "more than one policy per command",
            statement: "create policy faulty on accounts.contacts using (true)"),
        Fault(
            problem: "policy shows all rows to a role that one tenant is for",
            statement: "create policy serving_roles_see_all_rows on accounts.contacts to heddle_app using (true)"),
        Fault(
            problem: "policy shows all rows to a role that one tenant is for",
            statement: "create policy serving_roles_see_all_rows on accounts.contacts using (true)"),
        Fault(
            problem: "policy has a subquery",
            statement: """
                alter policy tenant_isolation on accounts.contacts
                    using (account_id in (select id from accounts.accounts))
                """),
        Fault(
            problem: "tenant table without forced row security",
            statement: "alter table accounts.contacts no force row level security"),
        Fault(
            problem: "tenant table without a policy", statement: "drop policy tenant_isolation on accounts.contacts"),
        Fault(
            problem: "identity or int4 serial column",
            statement: "alter table accounts.contacts add column faulty serial"),
        Fault(
            problem: "partition granted to a serving role",
            statement: "grant select on cdr.raw_cdr_default to heddle_engine"),
        Fault(
            problem: "partition without row security",
            statement: "alter table cdr.raw_cdr_default disable row level security"),
        Fault(
            problem: "materialized view (on one node, without row security)",
            statement: "create materialized view core.faulty as select 1 as id"),
    ])
    func `a fault is found`(fault: Fault) async throws {
        struct TakeBack: Error {}
        await #expect(throws: TakeBack.self) {
            try await db.owner.transaction { session in
                try await session.runScript(SQL(unescaped: fault.statement))
                let found = try await faults(on: session)
                #expect(found.contains { $0.hasPrefix("\(fault.problem): ") }, "\(found)")
                throw TakeBack()
            }
        }
    }
}
