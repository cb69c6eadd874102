import Postgres
import TestSupport
import Testing

/// billing.number_document: numbers without a gap.
@Suite(.database) struct NumberDocumentTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `each seller counts for itself, and each kind of document`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            insert into billing.legal_entities (tenant_id, id, name, legal_name, invoice_prefix, credit_note_prefix)
            values (TENANT, ID9, 'Other', 'Other', 'O-', 'P-')
            """)
        try await book.draft("ID1", ["1"])
        try await book.draft("ID2", ["1"])
        try await book.draft("ID3", ["1"])
        try await book.run(
            """
            update billing.invoices set legal_entity_id = ID9 where tenant_id = TENANT and id = ID2
            """)
        try await book.run("select billing.finalise_invoice(TENANT, ID1)", as: db.engine)
        try await book.run("select billing.finalise_invoice(TENANT, ID2)", as: db.engine)
        try await book.run("select billing.finalise_invoice(TENANT, ID3)", as: db.engine)
        #expect(
            try await book.read(
                """
                select string_agg(number, ' ' order by id) from billing.invoices where tenant_id = TENANT
                """
            ) == ["INV-000001 O-000001 INV-000002"])
    }

    @Test func `a finalisation that fails gives its number back`() async throws {
        let book: Book = try await db.book()
        try await book.draft("ID1", ["1"])
        try await book.draft("ID3", ["1"])
        try await book.run("select billing.finalise_invoice(TENANT, ID1)", as: db.engine)
        #expect(
            try await book.refusal("select billing.finalise_invoice(TENANT, ID3), 1 / 0", as: db.engine)
                == Refusal("22012"))
        try await book.run("select billing.finalise_invoice(TENANT, ID3)", as: db.engine)
        #expect(
            try await book.read(
                """
                select string_agg(number, ' ' order by sequence) from billing.invoices where tenant_id = TENANT
                """
            ) == ["INV-000001 INV-000002"])
    }

    @Test func `nobody else writes the counter`() async throws {
        let book: Book = try await db.book()
        #expect(
            try await book.refusal("update billing.document_counters set last_sequence = 7", as: db.engine)
                == .notPermitted)
    }

    @Test func `many at once get each its own number`() async throws {
        let book: Book = try await db.book()
        let names: [String] = ["ID1", "ID2", "ID3", "ID4", "ID5", "ID6", "ID7", "ID8"]
        for name in names { try await book.draft(name, ["1"]) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for name in names {
                group.addTask { try await book.run("select billing.finalise_invoice(TENANT, \(name))", as: db.engine) }
            }
            try await group.waitForAll()
        }
        #expect(
            try await book.read(
                """
                select string_agg(sequence::text, ' ' order by sequence) from billing.invoices where tenant_id = TENANT
                """
            ) == ["1 2 3 4 5 6 7 8"])
    }
}
