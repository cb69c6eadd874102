import Telecom
import TestSupport
import Testing

/// Blocks of numbers: the thousands block before the exchange, what is added later before what was there.
@Suite struct BlockTableTests {
    private func place(_ state: String, lata: String? = nil) -> BlockPlace {
        BlockPlace(
            region: Region(country: .unitedStates, subdivision: TelecomTests.place(state)), lata: lata,
            companyNumber: "6529", rateCentre: "NEWARK")
    }

    @Test func `a block has what its row says, the rest what the exchange's says`() {
        var builder = BlockTableBuilder()
        builder.add(201555, thousands: nil, place("NJ", lata: "224"))
        builder.add(201555, thousands: 3, place("NY"))
        builder.add(201556, thousands: 4, place("PA"))
        let table = builder.build()
        #expect(table.region(of: number("+12015552999"))?.description == "US-NJ")
        #expect(table.region(of: number("+12015553000"))?.description == "US-NY")
        #expect(table.region(of: number("+12015564999"))?.description == "US-PA")
        #expect(table.place(of: number("+12015550000"))?.lata == "224")
        #expect(table.place(of: number("+12015550000"))?.companyNumber == "6529")
        for unknown in ["+12015563999", "+12015570000", "+442015553000", "+12011553000"] {
            #expect(table.region(of: number(unknown)) == nil, "\(unknown)")
            #expect(table.place(of: number(unknown)) == nil, "\(unknown)")
        }
    }

    @Test func `a row without a place keeps what else it says`() {
        var builder = BlockTableBuilder()
        builder.add(201555, thousands: nil, BlockPlace(lata: "224"))
        #expect(builder.build().region(of: number("+12015550100")) == nil)
        #expect(builder.build().place(of: number("+12015550100"))?.lata == "224")
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>) func `any order of rows gives what the last one said`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var builder = BlockTableBuilder()
        var expected: [Int: String] = [:]
        for _ in 0..<400 {
            let exchange = [201555, 201556, 999999, 200200].randomElement(using: &random) ?? 0
            let digit = Bool.random(using: &random) ? Int.random(in: 0...9, using: &random) : nil
            let state = ["NJ", "NY", "PA"].randomElement(using: &random) ?? ""
            builder.add(exchange, thousands: digit, place(state))
            for block in digit.map({ $0...$0 }) ?? 0...9 { expected[exchange * 10 + block] = "US-" + state }
        }
        let table = builder.build()
        for (block, region) in expected {
            #expect(table.region(of: number("+1\(block)123"))?.description == region)
        }
    }

    @Test func `an empty table knows nothing, and rows of no exchange are left out`() {
        var builder = BlockTableBuilder()
        for exchange in [0, 199555, 201199, 1_000_000, -1] { builder.add(exchange, thousands: nil, place("NJ")) }
        #expect(builder.build().isEmpty)
        #expect(BlockTable.empty.region(of: number("+12015550100")) == nil)
        #expect(BlockTable.empty.place(of: number("+12015550100")) == nil)
    }
}
