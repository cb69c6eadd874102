import Testing

@testable import Catalog

/// What PostgreSQL gives back, as somebody would have written it.
@Suite struct PlainSQLTests {
    @Test(arguments: [
        ("''::text", "''"),
        ("'{1,2}'::integer[]", "'{1,2}'"),
        ("'-infinity'::timestamp with time zone", "'-infinity'"),
        ("CHECK (amount::numeric > 0::numeric)", "CHECK (amount > 0)"),
        ("CHECK (a::text ~ '^x::text'::text)", "CHECK (a ~ '^x::text')"),
        ("CHECK (said = 'it''s  so'::text)", "CHECK (said = 'it''s  so')"),
        ("CHECK (a = ANY (ARRAY['b'::text, 'c'::text]))", "CHECK (a IN ('b', 'c'))"),
        ("CHECK (a <> ALL (ARRAY[1, 2]))", "CHECK (a NOT IN (1, 2))"),
        ("\nCASE\n    WHEN a THEN b\nEND", "CASE WHEN a THEN b END"),
        ("md5(a::text)::uuid", "md5(a)::uuid"),
        ("day - '2000-01-01'::date", "day - '2000-01-01'"),
    ])
    func `is without what the parser has added`(sql: String, plain: String) {
        #expect(PlainSQL.text(sql) == plain)
    }

    @Test(arguments: [
        ("CHECK (VALUE = ANY (ARRAY['a'::text, 'b_c'::text]))", ["a", "b_c"]),
        ("CHECK (VALUE = ANY (ARRAY['a'::text]))", ["a"]),
        ("CHECK (VALUE = 'a'::text)", ["a"]),
        ("CHECK (VALUE ~ '^a$'::text)", nil),
        ("CHECK (VALUE >= 1 AND VALUE <= 3600)", nil),
    ])
    func `a check that is a list gives its values`(check: String, values: [String]?) {
        #expect(PlainSQL.allowedValues(check) == values)
    }
}
