import Foundation
import Postgres
import TestSupport
import Testing

/// Lists by status and by time are read by an index.
///
/// The rule: what has a status is listed by it, so that an index starts with tenant and status, or with tenant, account
/// and status where it is an account's own to look at; where few rows count and the rest is history, a partial one
/// does. By time: ids are in order of time (`core.uuid_v7()`), so that the primary key is the list of what was made
/// last, and a monthly table has its time in the key; an index of time is for what has a time of its own to be listed
/// by, such as what is due, and for the lists of the first page of a product: accounts, people, documents, invoices.
@Suite(.database) struct ListIndexTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// What nobody lists by status, and why.
    private static let unlisted = [
        "messaging.mdr_parts": "read with their message",
        "queue.idempotency_keys": "looked up by key, removed by time",
        "tracking.call_legs": "read with their call; the open ones have a partial index",
    ]

    @Test func `what has a status is listed by it`() async throws {
        let bare = try await db.owner.run(
            """
            select c.oid::regclass::text
              from pg_class c
              join pg_namespace n on n.oid = c.relnamespace
              join pg_attribute t on t.attrelid = c.oid and t.attname = 'tenant_id'
              join pg_attribute s on s.attrelid = c.oid
              join pg_type d on d.oid = s.atttypid and d.typtype = 'd'
              left join pg_attribute a on a.attrelid = c.oid and a.attname = 'account_id'
             where c.relkind in ('r', 'p') and not c.relispartition and n.nspname in (\(unescaped: House.schemaList))
               and s.attname in ('status', 'state')
               and not exists (
                   select from pg_index i
                    where i.indrelid = c.oid and i.indisvalid
                      and (pg_get_expr(i.indpred, c.oid) ~ ('\\m' || s.attname || '\\M')
                           or (i.indkey::int2[])[0] = t.attnum
                              and ((i.indkey::int2[])[1] = s.attnum or (i.indkey::int2[])[2] = s.attnum)))
             order by 1
            """
        ).decode(String.self)
        #expect(
            Set(bare).subtracting(Self.unlisted.keys).sorted() == [],
            "create index …_by_status on … (tenant_id, status, created_at)")
        #expect(Set(Self.unlisted.keys).subtracting(bare).sorted() == [], "take them off the list")
    }

    @Test func `the lists of what was made last are read by the primary key, or by an index of time`() async throws {
        let unordered = try await db.owner.run(
            """
            select c.oid::regclass::text
              from pg_class c
              join pg_namespace n on n.oid = c.relnamespace
              join pg_attribute t on t.attrelid = c.oid and t.attname = 'tenant_id'
              join pg_attribute i on i.attrelid = c.oid and i.attname = 'id'
              left join pg_attrdef d on d.adrelid = c.oid and d.adnum = i.attnum
             where c.relkind in ('r', 'p') and not c.relispartition and n.nspname in (\(unescaped: House.schemaList))
               and (pg_get_expr(d.adbin, c.oid) like '%uuid_v7()%') is not true
               and not exists (
                   select from pg_index x
                     join pg_attribute a on a.attrelid = c.oid and a.attnum = any (x.indkey::int2[])
                                        and a.atttypid in ('timestamptz'::regtype, 'date'::regtype)
                    where x.indrelid = c.oid and (x.indkey::int2[])[0] = t.attnum)
             order by 1
            """
        ).decode(String.self)
        #expect(unordered == [], "ids that are not in order of time need an index on (tenant_id, a time)")
    }
}
