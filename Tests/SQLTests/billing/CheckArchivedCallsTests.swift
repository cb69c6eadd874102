import Postgres
import TestSupport
import Testing

/// billing.check_archived_calls: what files have of calls, against the entries of the ledger.
@Suite(.database, .serialized) struct CheckArchivedCallsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func findings(_ book: Book, _ file: String) async throws -> [String] {
        try await book.archiveMay()
        let found = try await book.findings("check_archived_calls(TENANT, '2026-05-01', \(file))")
        try await book.run("delete from core.archives")
        return found
    }

    private static let nothing = "'{}', '{}', '{}'"

    @Test(
        arguments: [
            ("array[ACCOUNT], '{1}', '{2.5}'", []),
            (
                nothing,
                [
                    "archived calls of 2026-05 are not as many as their entries expected 0 found 1",
                    "archived calls of 2026-05 differ from their entries expected 0 found 2.50000000",
                ]
            ),
            (
                "array[ACCOUNT], '{2}', '{2.5}'",
                ["archived calls of 2026-05 are not as many as their entries expected 2 found 1"]
            ),
            (
                "array[ACCOUNT], '{1}', '{2.50000001}'",
                ["archived calls of 2026-05 differ from their entries expected 2.50000001 found 2.50000000"]
            ),
            (
                "array[ACCOUNT, TENANT], '{1,1}', '{2.5,1}'",
                [
                    "archived calls of 2026-05 are not as many as their entries expected 1 found 0",
                    "archived calls of 2026-05 differ from their entries expected 1 found 0",
                ]
            ),
        ] as [(String, [String])])
    func `each account's calls and their sum are those of its entries`(
        file: String, expected: [String]
    ) async throws {
        #expect(try await findings(db.postedBook(), file) == expected)
    }

    /// The file has what the call came to, its entry what it was posted with; the difference has one of its own.
    @Test(arguments: [("2.5", "3", "'{1}', '{3}'"), ("2.5", "0", "'{0}', '{0}'")])
    func `a call that was rated again counts with both`(old: String, new: String, file: String) async throws {
        let book = try await db.postedBook()
        try await book.run(
            """
            set session_replication_role = replica;
            insert into billing.rerate_calls (tenant_id, id, rerate_run_id, started_at, cdr_id, account_id, direction,
                                              currency, talk_ms, old_sell_amount, old_buy_amount, sell_amount,
                                              buy_amount, state, settled_at, replaced)
            values (TENANT, ID1, ID1, '2026-05-05', ID4, ACCOUNT, 'outbound', 'USD', 60000, \(old), 0, \(new), 0,
                    'posted', now(), '{}');
            set session_replication_role = origin;
            """)
        #expect(try await findings(book, "array[ACCOUNT], \(file)") == [])
    }
}
