import TestSupport
import Testing

@testable import Telecom

@Suite struct AddressTableTests {
    @Test func `the longest block wins, and the order within a block is kept`() {
        let table = AddressTable([
            (block("10.0.0.0/8"), "wide"), (block("10.1.0.0/16"), "first"), (block("10.1.0.0/16"), "second"),
            (block("2001:db8::/32"), "six"), (block("0.0.0.0/0"), "any"),
        ])
        func first(_ text: String, except: String = "") -> String? {
            table.firstMatch(address(text)) { $0 != except }
        }
        #expect(first("10.1.2.3") == "first")
        #expect(first("10.1.2.3", except: "first") == "second")
        #expect(first("10.2.2.3") == "wide")
        #expect(first("11.2.2.3") == "any")
        #expect(first("2001:db8::1") == "six")
        #expect(first("2001:db9::1") == nil)
    }

    @Test func `equals a search of every block`() throws {
        var generator = SeededGenerator(seed: 6)
        for _ in 0..<40 {
            let rows = (0..<60).compactMap { entry -> (block: AddressBlock, entry: Int)? in
                let isV4 = Bool.random(using: &generator)
                let address = randomAddress(isV4, &generator)
                let length = Int.random(in: 0...(isV4 ? 32 : 128), using: &generator)
                return AddressBlock(address, prefixLength: length).map { ($0, entry) }
            }
            let table = AddressTable(rows)
            for _ in 0..<200 {
                let address = randomAddress(Bool.random(using: &generator), &generator)
                let naive = rows.enumerated().filter { $0.element.block.contains(address) }
                    .max { left, right in
                        let leftLength = left.element.block.prefixLength
                        let rightLength = right.element.block.prefixLength
                        return leftLength == rightLength ? left.offset > right.offset : leftLength < rightLength
                    }
                #expect(table.firstMatch(address) { _ in true } == naive?.element.entry)
            }
        }
    }

    /// Few different bits, so that blocks nest.
    private func randomAddress(_ isV4: Bool, _ generator: inout SeededGenerator) -> IPAddress {
        let bits = UInt64.random(in: 0...15, using: &generator)
        return isV4 ? IPAddress(v4: UInt32(bits) << 28 | UInt32(bits)) : IPAddress(v6: UInt128(bits) << 124 | 1)
    }
}
