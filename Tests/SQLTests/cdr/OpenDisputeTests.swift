import Postgres
import TestSupport
import Testing

/// cdr.open_dispute: differences become a dispute.
@Suite(.database) struct OpenDisputeTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `it takes what is charged too high in sum, and what is too low counts against it`() async throws {
        let book: Book = try await db.book()
        try await book.compared()
        try await book.run("select cdr.open_dispute(TENANT, TENANT, null, 'D-1', 'too dear')")
        #expect(
            try await book.disputes() == [
                "D-1 draft 0.01000000 0.00000000 2026-12-02 2", "invoice received 0.00000000",
            ])
        #expect(
            try await book.refusal("select cdr.open_dispute(TENANT, TENANT)")
                == Refusal("23514", "dispute_is_about_money"))
        #expect(
            try await book.refusal("select cdr.reconcile(TENANT, TENANT)")
                == Refusal("23514", "disputed_run_is_kept"))
    }

    @Test func `a charge is disputed once, whichever comparison found it`() async throws {
        let book: Book = try await db.book()
        try await book.compared()
        try await book.run(
            """
            insert into cdr.reconciliation_runs (tenant_id, id, carrier_id, period_from, period_to, currency)
            values (TENANT, ID5, TENANT, '2026-10-01Z', '2026-12-01Z', 'USD');
            select cdr.reconcile(TENANT, ID5);
            select cdr.open_dispute(TENANT, TENANT, null, 'D-1');
            """)
        #expect(
            try await book.refusal("select cdr.open_dispute(TENANT, ID5)")
                == Refusal("23514", "dispute_is_about_money"))
        // What is withdrawn is free again.
        try await book.run(
            """
            select cdr.move_dispute(TENANT, id, 'withdrawn') from cdr.disputes where tenant_id = TENANT;
            select cdr.open_dispute(TENANT, ID5, null, 'D-2');
            """)
        #expect(
            try await book.refusal("select cdr.open_dispute(TENANT, TENANT)")
                == Refusal("23514", "dispute_is_about_money"))
    }

    @Test func `what they forgot is nothing to complain of, and no class is money`() async throws {
        let book: Book = try await db.book()
        try await book.compared()
        for classes in ["'{missing_theirs}'", "'{duplicate}'", "'{}'"] {
            #expect(
                try await book.refusal("select cdr.open_dispute(TENANT, TENANT, \(classes))")
                    == Refusal("23514", "dispute_is_about_money"))
        }
        #expect(
            try await book.refusal("select cdr.open_dispute(TENANT, ID1)") == Refusal("23503"))
    }

    @Test func `a reference and a reason are made where none are given`() async throws {
        let book: Book = try await db.book()
        try await book.compared()
        try await book.run("select cdr.open_dispute(TENANT, TENANT)")
        #expect(
            try await book.read(
                """
                select (reference = 'D-' || right(id::text, 12)) || ' ' || reason from cdr.disputes
                 where tenant_id = TENANT
                """
            ) == ["true billed differently from our records: rate"])
    }
}
