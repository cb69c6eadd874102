import Foundation
import Postgres
import TestSupport
import Testing

/// Constraints are named as sentences: the name is what a client gets to see, and what errors are told apart by.
@Suite(.database) struct ConstraintTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// Checks, keys and exclusions that a user's data can violate, of tables and of domains. The primary key is not
    /// among them: ids are made by us.
    private func names() async throws -> [(constraint: String, place: String)] {
        let rows = try await db.owner.run(
            """
            select k.conname, coalesce(c.oid::regclass::text, format_type(k.contypid, null))
              from pg_constraint k
              left join pg_class c on c.oid = k.conrelid
              join pg_namespace n on n.oid = k.connamespace
             where n.nspname in (\(unescaped: House.schemaList)) and k.contype in ('c', 'u', 'f', 'x')
               and c.relispartition is not true and k.conrelid <> 'core.migrations'::regclass
             order by 2, 1
            """
        ).decode(String.self, String.self)
        return rows.map { (constraint: $0.0, place: $0.1) }
    }

    /// A sentence has a verb; "not below" and "above" stand for "is not below", "is above".
    private static let verbs: Set<String> = [
        "is", "are", "has", "have", "belong", "belongs", "hangs", "dials", "starts", "ends", "lies", "sits", "rings",
        "uses",
        "shares", "sums", "names", "costs", "keeps", "moves", "says", "can", "not", "above", "below", "between",
    ]

    @Test func `the name of a constraint is a sentence of small words`() async throws {
        let names = try await names()
        #expect(names.count > 150)
        for (constraint, place) in names {
            let words = constraint.split(separator: "_", omittingEmptySubsequences: false).map(String.init)
            #expect(
                constraint == constraint.lowercased() && words.count >= 3 && !Self.verbs.isDisjoint(with: words)
                    && !["check", "key", "fkey", "excl"].contains(words.last),
                "\(constraint) of \(place): name it as a sentence that is true when it holds")
            #expect(constraint.utf8.count <= 63)
        }
    }

    /// An error carries the name and not always the table.
    @Test func `no two constraints share a name, but for the key to the tenant`() async throws {
        let names = try await names().map(\.constraint).filter { !$0.hasSuffix("_belong_to_tenant") }
        let twice = Dictionary(grouping: names, by: \.self).filter { $0.value.count > 1 }.keys.sorted()
        #expect(twice == [])
    }

    @Test func `every constraint is enforced`() async throws {
        let asleep = try await db.owner.run(
            """
            select k.conname from pg_constraint k join pg_namespace n on n.oid = k.connamespace
             where n.nspname in (\(unescaped: House.schemaList)) and (not k.convalidated or k.condeferred)
            """
        ).decode(String.self)
        #expect(asleep == [])
    }

    @Test func `every foreign key has an index to check it from the other side`() async throws {
        let bare = try await db.owner.run(
            """
            select k.conrelid::regclass || ' ' || k.conname
              from pg_constraint k
             where k.contype = 'f' and k.conparentid = 0
               and not exists (select from pg_index i
                                where i.indrelid = k.conrelid and i.indisvalid
                                  and (i.indpred is null
                                       or pg_get_expr(i.indpred, i.indrelid) ~ 'IS NOT NULL')
                                  and k.conkey <@ i.indkey::int2[]
                                  and (i.indkey::int2[])[0:cardinality(k.conkey) - 1] <@ k.conkey)
             order by 1
            """
        ).decode(String.self)
        #expect(bare == [], "create index … on … (the columns of the key, in any order, first)")
    }
}
