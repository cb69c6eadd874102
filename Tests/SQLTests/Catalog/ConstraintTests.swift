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

    /// The client takes such an ending for the number of a shard (`ServerError`).
    @Test func `no name ends in the number of a shard`() async throws {
        #expect(try await names().map(\.constraint).filter { $0.contains(/_[0-9]{6,}$/) } == [])
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
              left join pg_attribute a
                on a.attrelid = k.conrelid and a.attname = 'account_id' and cardinality(k.conkey) > 2
             where k.contype = 'f' and k.conparentid = 0
               and not exists (select from pg_index i
                                 -- the account follows from the row: it may stand behind a time, or not at all
                                cross join (values (k.conkey), (array_remove(k.conkey, a.attnum))) as c (columns)
                                where i.indrelid = k.conrelid and i.indisvalid
                                  and (i.indpred is null
                                       or pg_get_expr(i.indpred, i.indrelid) ~ 'IS NOT NULL')
                                  and c.columns <@ i.indkey::int2[]
                                  and (i.indkey::int2[])[0:cardinality(c.columns) - 1] <@ c.columns)
             order by 1
            """
        ).decode(String.self)
        #expect(bare == [], "create index … on … (the columns of the key, in any order, first)")
    }

    /// Keys between rows of accounts that do not name the account, each with what holds it instead.
    private static let agreeOtherwise: [String: String] = [
        "charge_is_invoiced_by_item": "written by functions, of one invoice",
        "credit_line_is_on_item": "checked by trigger against the credit note's invoice",
        "credit_line_is_on_tax": "checked by trigger against the credit note's invoice",
        "invoice_tax_is_on_item": "written by functions, of one invoice",
        "item_is_for_recurring_charge": "written by functions, of the invoice's account",
        "usage_is_invoiced_by_item": "written by functions, of one invoice",
        "delivery_attempt_is_to_webhook": "the engine's log of what it sent",
        "delivery_is_to_webhook": "the engine's queue of what it sends",
        "recording_consent_is_for_recording": "the engine's, which takes the account from the recording",
        "transcription_is_of_recording": "the engine's, which takes the account from the recording",
        "usage_is_of_cap": "written by functions, which take the account from the cap",
        "reservation_is_of_cap": "written by functions, which take the account from the cap",
        "span_is_of_spend_cap": "written by functions; a cap may be for every account",
        "suspension_is_by_fraud_rule": "the staff's; a rule may be for every account",
        "suspension_is_by_spend_cap": "the staff's; a cap may be for every account",
        "rerated_call_is_charged_by": "written by a function, of the account of its calls",
        "rerated_call_is_of_run": "a run may be for every account",
        "rule_is_made_by_dunning": "written by a function, which takes the account from the reminder",
        "edge_ends_at_node_of_its_version": "the version names the account",
        "edge_starts_at_port": "the version names the account",
        "port_belongs_to_node": "the version names the account",
        "flow_is_served_by_version_of_its_own": "the version is of the flow",
        "version_is_based_on_version_of_its_flow": "both are of the flow, which names the account",
        "number_is_assigned_to_pool_of_its_campaign": "the campaign names the account",
        "target_rings_endpoint_of_its_buyer": "the buyer names the account",
    ]

    /// Otherwise one customer could use a document, a contact or a campaign of another.
    @Test func `a key from a row of an account to a row of an account names the account`() async throws {
        let loose = try await db.owner.run(
            """
            select k.conname
              from pg_constraint k
              join pg_attribute a on a.attrelid = k.conrelid and a.attname = 'account_id'
              join pg_attribute r on r.attrelid = k.confrelid and r.attname = 'account_id'
             where k.contype = 'f' and k.conparentid = 0 and k.confrelid <> 'auth.users'::regclass
               and not a.attnum = any (k.conkey)
               and not exists (select from pg_constraint o        -- another key, of the same columns and the account
                                where o.conrelid = k.conrelid and o.confrelid = k.confrelid and o.contype = 'f'
                                  and o.conkey @> k.conkey and a.attnum = any (o.conkey))
             order by 1
            """
        ).decode(String.self)
        #expect(
            Set(loose).subtracting(Self.agreeOtherwise.keys).sorted() == [],
            "foreign key (tenant_id, x_id, account_id) references … (tenant_id, id, account_id)")
        #expect(Set(Self.agreeOtherwise.keys).subtracting(loose).sorted() == [], "take them off the list")
    }

    /// Staff act for accounts, so that a key to users cannot name the account: a trigger keeps customers from naming
    /// others than their own people.
    @Test func `a user whom a customer may name is one of its own people`() async throws {
        let open = try await db.owner.run(
            """
            select k.conrelid::regclass || '.' || c.attname
              from pg_constraint k
              join pg_attribute c on c.attrelid = k.conrelid and c.attnum = any (k.conkey) and c.attname ~ 'user_id$'
              join pg_attribute a on a.attrelid = k.conrelid and a.attname = 'account_id'
              join pg_policy p on p.polrelid = k.conrelid
             where k.contype = 'f' and k.conparentid = 0 and k.confrelid = 'auth.users'::regclass
               and pg_get_expr(p.polwithcheck, p.polrelid) like '%app.account_ids%'
               and (has_column_privilege('heddle_app', k.conrelid, c.attnum, 'insert')
                    or has_column_privilege('heddle_app', k.conrelid, c.attnum, 'update'))
               and not exists (select from pg_constraint o
                                where o.conrelid = k.conrelid and o.confrelid = k.confrelid and o.contype = 'f'
                                  and o.conkey @> k.conkey and a.attnum = any (o.conkey))
               and not exists (select from pg_trigger g
                                where g.tgrelid = k.conrelid
                                  and g.tgfoid in ('core.keep_own_user()'::regprocedure,
                                                   'core.keep_terms()'::regprocedure)
                                  and position(c.attname in encode(g.tgargs, 'escape')) > 0)
             order by 1
            """
        ).decode(String.self)
        #expect(open == [], "create trigger … execute function core.keep_own_user(column)")
    }
}
