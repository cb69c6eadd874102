import Postgres
import TestSupport
import Testing

/// billing.sum_entries: what entries come to, and a hash that knows each of them.
@Suite(.database) struct SumEntriesTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `sums each bucket and both ways, of the time and the accounts asked for`() async throws {
        let book = try await db.book()
        _ = try await book.tenant.account(balance: "5")
        try await book.run(
            """
            select billing.top_up(TENANT, ACCOUNT, ID1, 10, 'x');
            select billing.place_hold(TENANT, ACCOUNT, ID2, 4, 1);
            select billing.post_calls(TENANT, array[ID3], array[ACCOUNT], array[ID2], array[1.5]);
            select billing.adjust(TENANT, ACCOUNT, ID1, -2, 'x');
            """)
        let sums =
            """
            select concat_ws(' ', available, pending, held, debits, credits, entry_count, length(entries_digest))
              from billing.sum_entries(TENANT, array[ACCOUNT], 'FROM', 'infinity')
            """
        #expect(
            try await book.read(sums.replacing("FROM", with: "-infinity"))
                == ["6.50000000 0.00000000 0.00000000 3.50000000 10.00000000 4 32"])
        #expect(try await book.read(sums.replacing("FROM", with: "2200-01-01")) == [])
    }

    @Test func `the hash is that of the entries, in whatever zone it is read`() async throws {
        let book = try await db.book()
        try await book.run("select billing.top_up(TENANT, ACCOUNT, ID1, 10, 'x')")
        let hash =
            """
            select encode(entries_digest, 'hex')
              from billing.sum_entries(TENANT, array[ACCOUNT], '-infinity', 'infinity')
            """
        let first = try await book.read(hash)
        let elsewhere = try await db.owner.lease { session in
            try await session.run("set timezone = 'Asia/Kathmandu'")
            let rows = try await session.run(
                """
                select encode(entries_digest, 'hex') from billing.sum_entries(
                    \(book.tenant.id), \([book.account.id]), '-infinity', 'infinity')
                """
            ).values(String.self)
            try await session.run("reset timezone")
            return rows
        }
        #expect(first == elsewhere && first.count == 1)
        try await book.run("select billing.adjust(TENANT, ACCOUNT, ID1, 1, 'x')")
        #expect(try await book.read(hash) != first)
    }
}
