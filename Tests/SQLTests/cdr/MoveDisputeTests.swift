import Postgres
import TestSupport
import Testing

/// cdr.move_dispute: what becomes of a dispute, and of its invoice.
@Suite(.database) struct MoveDisputeTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func opened() async throws -> Book {
        let book: Book = try await db.book()
        try await book.compared()
        try await book.run("select cdr.open_dispute(TENANT, TENANT, null, 'D-1')")
        return book
    }

    private func move(_ book: Book, _ status: String, _ granted: String = "null") async throws -> [String] {
        try await book.read(
            """
            select cdr.move_dispute(TENANT, d.id, '\(status)', \(granted)) from cdr.disputes d where tenant_id = TENANT
            """)
    }

    @Test func `sent, then granted in part`() async throws {
        let book = try await opened()
        #expect(try await move(book, "sent") == ["sent"])
        let sent = ["D-1 sent 0.01000000 0.00000000 2026-12-02 2", "invoice disputed 0.01000000"]
        #expect(try await book.disputes() == sent)
        // again: the same
        #expect(try await move(book, "sent") == ["sent"])
        #expect(try await book.disputes() == sent)
        #expect(try await move(book, "accepted", "0.004") == ["partly_accepted"])
        #expect(
            try await book.disputes() == [
                "D-1 partly_accepted 0.01000000 0.00400000 2026-12-02 2", "invoice matched 0.00000000",
            ])
    }

    @Test func `rejected, sent again, and granted whole`() async throws {
        let book = try await opened()
        for status in ["sent", "rejected"] { #expect(try await move(book, status) == [status]) }
        #expect(try await book.disputes().last == "invoice matched 0.00000000")
        for status in ["sent", "accepted"] { #expect(try await move(book, status) == [status]) }
        #expect(try await book.disputes().first == "D-1 accepted 0.01000000 0.01000000 2026-12-02 2")
    }

    @Test func `withdrawn, its calls may be compared and disputed again`() async throws {
        let book = try await opened()
        #expect(try await move(book, "withdrawn") == ["withdrawn"])
        #expect(try await book.disputes().first == "D-1 withdrawn 0.01000000 0.00000000 2026-12-02 0")
        #expect(try await book.compare().count == 2)
        try await book.run("select cdr.open_dispute(TENANT, TENANT, null, 'D-2')")
    }

    @Test(arguments: [("accepted", "draft"), ("rejected", "draft"), ("draft", "sent"), ("sent", "accepted")])
    func `it keeps to its states`(status: String, from: String) async throws {
        let book = try await opened()
        if from != "draft" { _ = try await move(book, "sent") }
        if from == "accepted" { _ = try await move(book, "accepted") }
        let refusal = try await Refusal.of { _ = try await move(book, status) }
        #expect(refusal == Refusal("23514", "dispute_keeps_to_its_states"))
    }
}
