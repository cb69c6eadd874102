import Postgres
import TestSupport
import Testing

/// core.widen_domain: adds values to a list, and takes none away.
@Suite(.database) struct WidenDomainTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `adds what is new, keeps what is there, and keeps the name of the check`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            create domain core.widened as text constraint widened_is_known check (value in ('a', 'b'))
            """)
        try await book.run("select core.widen_domain('core.widened', 'b', 'c')")
        #expect(
            try await book.read(
                """
                select conname || ' ' || pg_get_constraintdef(oid) from pg_constraint
                    where contypid = 'core.widened'::regtype
                """
            ) == ["widened_is_known CHECK ((VALUE = ANY (ARRAY['a'::text, 'b'::text, 'c'::text])))"])
        #expect(
            try await book.refusal("select 'd'::core.widened")
                == Refusal("23514", "widened_is_known"))
        #expect(
            try await book.read(
                """
                select string_agg(v::core.widened, ' ') from unnest(array['a', 'b', 'c']) v
                """
            ) == ["a b c"])
        try await book.run("drop domain core.widened")
    }

    @Test func `another kind of domain is refused`() async throws {
        let book: Book = try await db.book()
        #expect(
            try await book.refusal("select core.widen_domain('core.currency', 'x')")
                == Refusal("42809"))
    }

    @Test func `nobody who serves may call it`() async throws {
        let book: Book = try await db.book()
        #expect(
            try await book.refusal("select core.widen_domain('billing.ledger_source', 'x')", as: db.engine)
                == .notPermitted)
    }
}
