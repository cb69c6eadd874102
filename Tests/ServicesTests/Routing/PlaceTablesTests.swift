import Foundation
import Postgres
import TestSupport
import Testing

@testable import Services
@testable import Telecom

/// Where numbers belong, in memory as in the database. One test after the other, for all write the same tables.
@Suite(.database, .serialized) struct PlaceTablesTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func load(keeping previous: PlaceTables? = nil) async throws -> PlaceTables {
        try await db.engine.transaction { session in try await PlaceTables(session, keeping: previous) }
    }

    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func `memory has of every number what ref.find_block says`(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        try await db.owner.run("delete from ref.npa_nxx_blocks")
        for row in 0..<80 {
            let exchange = random.pick(["222", "223", "232"])
            let source = random.pick(["lerg", "nanpa_codes", "nanpa_blocks", "cna_codes", "cna_blocks"])
            try await db.owner.run(
                """
                insert into ref.npa_nxx_blocks (npa, nxx, block, source, valid_from, is_disconnect, lata, country,
                                                state)
                values ('212', \(exchange), \(random.pick(["A", "2", "3"])), \(source),
                        current_date + \(random.pick([-900, -3, 3]))::integer, \(random.chance(20)),
                        \(String(100 + row)), \(random.pick(["US", "CA", "JM", nil])), \(random.pick(["NY", nil])))
                on conflict do nothing
                """)
        }
        let places = try await load().places
        for exchange in ["222", "223", "232", "233"] {
            for block in 1...4 {
                let text = "+1212\(exchange)\(block)000"
                let number = try #require(E164(text))
                let row = try await db.engine.run(
                    """
                    select b.lata, b.country, b.state from (values (1)) v left join ref.find_block(\(text)) b on true
                    """
                ).first(String?.self, String?.self, String?.self)
                let (lata, country, state) = try #require(row)
                #expect(places.blocks.place(of: number)?.lata == lata, "\(text)")
                let tells = country != nil && (state != nil || country == "JM")
                let region = tells ? [country, state].compactMap(\.self).joined(separator: "-") : nil
                #expect(places.blocks.region(of: number)?.description == region, "\(text)")
                #expect(places.place(of: number)?.source == (tells ? .block : .areaCode), "\(text)")
            }
        }
    }

    @Test func `they are read again when their version was raised, and not before`() async throws {
        try await db.owner.run("delete from ref.npa_nxx_blocks")
        try await db.owner.run("delete from ref.local_calling_areas")
        let before = try await load()
        #expect(before.until == nil)
        try await db.owner.run(
            """
            insert into ref.local_calling_areas (npa, nxx, to_npa, to_nxx, valid_from, valid_to) values
                ('201', '300', '201', '301', '2020-01-01', null),
                ('201', '300', '201', '302', '2020-01-01', '2020-02-01'),
                ('201', '300', '201', '303', '2999-01-01', null)
            """)
        #expect(try await load(keeping: before).places.localAreas.isEmpty)
        try await db.engine.run("select core.bump_snapshot('reference')")
        let after = try await load(keeping: before)
        func reaches(_ exchange: Int) throws -> Bool {
            after.places.localAreas.reaches(
                from: try #require(E164("+12013000100")), to: try #require(E164("+1201\(exchange)0100")))
        }
        #expect(try reaches(301) && !reaches(302) && !reaches(303))
        // Days begin at midnight in UTC.
        let until = try #require(after.until)
        #expect(until.timeIntervalSince1970.truncatingRemainder(dividingBy: 86_400) == 0 && until > Date())
    }
}
