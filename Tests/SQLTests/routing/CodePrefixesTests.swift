import Postgres
import TestSupport
import Testing

/// routing.code_prefixes: which digits a company or an area is.
@Suite(.database, .serialized) struct CodePrefixesTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// Rows of area code 212 as exchange, block, source, OCN, LATA, first day and whether it ends then.
    private func store(_ rows: [String]) async throws {
        try await db.owner.run("delete from ref.npa_nxx_blocks")
        for row in rows {
            let parts = row.split(separator: " ").map(String.init)
            let (ocn, lata) = (parts[3] == "-" ? nil : parts[3], parts[4] == "-" ? nil : parts[4])
            try await db.owner.run(
                """
                insert into ref.npa_nxx_blocks (npa, nxx, block, source, ocn, lata, valid_from, is_disconnect)
                values ('212', \(parts[0]), \(parts[1]), \(parts[2]), \(ocn), \(lata),
                        \(parts.count > 5 ? parts[5] : "-infinity")::text::date, \(parts.count > 6))
                """)
        }
    }

    private func prefixes(_ codes: String, at time: String = "2026-11-20Z") async throws -> [String] {
        try await db.engine.run(
            """
            select concat_ws(' ', ocn, lata) || ': ' || array_to_string(prefixes, ' ')
              from routing.code_prefixes(\(codes), \(time)::text::timestamptz) order by 1
            """
        ).values(String.self)
    }

    private static let rows = [
        // One company; another in one block, which is in another area.
        "555 A lerg 1111 132", "555 3 lerg 2222 13401",
        // A block of the company that has the exchange.
        "556 A lerg 1111 132", "556 7 lerg 1111 132",
        // The LERG knows the exchange, others know a block of it.
        "557 A lerg 1111 132", "557 3 nanpa_blocks 2222 132",
        // Blocks without an exchange, and one that nobody is known to have.
        "558 0 nanpa_blocks 2222 134", "558 1 nanpa_blocks - 134", "558 2 nanpa_blocks 2222 -",
    ]

    @Test func `are whole exchanges, or blocks where there are several`() async throws {
        try await store(Self.rows)
        let most = "2125550 12125551 12125552 12125554 12125555 12125556 12125557 12125558 12125559"
        #expect(
            try await prefixes("ocn")
                == ["1111: 1\(most) 1212556 1212557", "2222: 12125553 12125580 12125582"])
        #expect(
            try await prefixes("lata") == ["132: 1\(most) 1212556 1212557", "134: 12125553 12125580 12125581"])
        #expect(
            try await prefixes("ocn-lata") == ["1111 132: 1\(most) 1212556 1212557", "2222 134: 12125553 12125580"])
        #expect(try await prefixes("digits") == [])
    }

    @Test func `are those of the day`() async throws {
        try await store(["555 A lerg 1111 132", "555 A lerg 2222 132 2026-12-01", "556 A lerg 3333 132 2026-12-01 end"])
        #expect(try await prefixes("ocn") == ["1111: 1212555"])
        #expect(try await prefixes("ocn", at: "2026-11-30 23:59Z") == ["1111: 1212555"])
        #expect(try await prefixes("ocn", at: "2026-12-01 00:00Z") == ["2222: 1212555"])
    }

    /// For any thousand numbers the company is the one that ref.find_block() names.
    @Test func `agree with what a number's block is`() async throws {
        var generator = SeededGenerator(seed: 53)
        var rows: Set<String> = []
        for _ in 0..<120 {
            let source = ["lerg", "nanpa_codes", "nanpa_blocks", "cna_blocks"].randomElement(using: &generator) ?? ""
            let block = ["A", "A", "1", "2", "3"].randomElement(using: &generator) ?? ""
            let day = ["-infinity", "2026-01-01", "2027-01-01"].randomElement(using: &generator) ?? ""
            let key = "\(Int.random(in: 222...229, using: &generator)) \(block) \(source)"
            guard !rows.contains(where: { $0.hasPrefix(key + " ") && $0.contains(day) }) else { continue }
            let ocn = ["1111", "2222", "-"].randomElement(using: &generator) ?? ""
            let end = Int.random(in: 0..<6, using: &generator) == 0 ? " end" : ""
            rows.insert("\(key) \(ocn) \(Int.random(in: 132...133, using: &generator)) \(day)\(end)")
        }
        try await store(rows.sorted())
        let wrong = try await db.engine.run(
            """
            with numbers as (
                select '+1212' || n || '000' as number from generate_series(2220, 2299) n
            ), told as (
                select n.number, string_agg(concat_ws(' ', c.ocn, c.lata), ',') as code
                  from numbers n
                  join routing.code_prefixes('ocn-lata', '2026-11-20Z') c
                    on exists (select from unnest(c.prefixes) p where starts_with(n.number, '+' || p))
                 group by n.number
            )
            select n.number || ' ' || coalesce(t.code, '-')
              from numbers n
              left join told t using (number)
              left join lateral ref.find_block(n.number, '2026-11-20Z') b on true
             where coalesce(t.code, '-') <> coalesce(b.ocn || ' ' || b.lata, '-')
            """
        ).values(String.self)
        #expect(wrong == [])
        #expect(try await prefixes("ocn-lata").count == 4)
    }
}
