import Foundation
import Postgres
import TestSupport
import Testing

/// core.erasures: what erasing does to each table, and that no column is forgotten.
@Suite(.database) struct ErasuresTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// What looks personal and is not: numbers of documents, and what an account writes for others to read.
    private static let nobodys: Set = [
        "accounts.documents.number", "billing.credit_notes.number", "billing.invoices.number",
        "billing.payouts.statement_number", "billing.tax_exemptions.certificate_number", "cdr.enriched_cdr.lrn",
        "messaging.templates.body", "routing.routing_requests.from_lrn", "routing.routing_requests.lrn",
    ]

    @Test func `every column of an account that looks personal is listed, erased or kept for a reason`() async throws {
        let found = try await db.owner.run(
            """
            select format('%s.%s', c.oid::regclass, a.attname)
              from pg_class c
              join pg_namespace n on n.oid = c.relnamespace
              join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
              join pg_type t on t.oid = a.atttypid
             where c.relkind in ('r', 'p') and not c.relispartition and n.nspname !~ '^pg_'
               and exists (select from pg_attribute o
                            where o.attrelid = c.oid and o.attname in ('account_id', 'cdr_id'))
               and (format_type(a.atttypid, null) in ('inet', 'cidr', 'cidr[]', 'core.e164', 'core.e164[]')
                    or t.typcategory in ('S', 'A') and t.typbasetype in (0, 'text'::regtype)
                       and format_type(a.atttypid, null) <> 'uuid[]'
                       and a.attname ~ ('(^|_)(email|street|phone|mobile|numbers?|caller|callee|person|address(es)?|'
                                        '(first|last|caller|legal|authorized|entity|bill_to)_name|user_agent|ip|'
                                        'signed_by|body|excerpt|transcript|birth(day|_date))$')
                       and t.typname !~ 'returning_caller')
               and not exists (select from ref.personal_data p
                                where p.name = c.oid::regclass::text and p.column_name = a.attname)
             order by 1
            """
        ).values(String.self)
        #expect(Set(found).subtracting(Self.nobodys) == [], "list them in ref.personal_data, or say here why not")
        #expect(Self.nobodys.subtracting(found) == [], "no such column any more")
    }

    /// A name that is wrong would leave a column as it is, and nobody would see.
    @Test func `what is said to be personal is a column`() async throws {
        let wrong = try await db.owner.run(
            """
            select p.name || '.' || p.column_name from ref.personal_data p
             where not exists (select from pg_attribute a
                                where a.attrelid = to_regclass(p.name) and a.attname = p.column_name)
            """
        ).values(String.self)
        #expect(wrong == [])
    }

    @Test func `whose a row is is known of every table, and nothing refuses the update of one`() async throws {
        let nobodys = try await db.owner.run("select name from core.erasures(now()) where owned is null")
            .values(String.self)
        #expect(nobodys == [])
        let append = try await db.owner.run(
            """
            select distinct e.name from core.erasures(now()) e
              join pg_trigger t on t.tgrelid = to_regclass(e.name) and t.tgfoid = 'core.refuse_change()'::regprocedure
             where t.tgtype & 16 <> 0 and t.tgqual is null
            """
        ).values(String.self)
        #expect(append == [])
    }

    @Test func `what is kept or waits says why`() async throws {
        let refusal = try await Refusal.of {
            try await db.owner.run(
                "insert into ref.personal_data (name, column_name, kind) values ('x.y', 'z', 'kept')")
        }
        #expect(refusal == Refusal("23514", "what_is_kept_or_waits_has_a_reason"))
    }
}
