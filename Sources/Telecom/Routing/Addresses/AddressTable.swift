/// Entries by address block, found from the longest block to the shortest.
///
/// One hash table per prefix length in use, of which a real list has a handful: a look-up masks the address once per
/// length. Two entries of the same block keep the order in which they were given.
struct AddressTable<Entry: Sendable>: Sendable {
    private struct Level {
        let mask: UInt128
        let ranges: [UInt128: Range<Int>]
    }

    private var v4: [Level] = []
    private var v6: [Level] = []
    private var entries: [Entry] = []

    init(_ rows: [(block: AddressBlock, entry: Entry)]) {
        v4 = appendLevels(rows.filter { $0.block.family == .v4 }, family: .v4)
        v6 = appendLevels(rows.filter { $0.block.family == .v6 }, family: .v6)
    }

    private mutating func appendLevels(
        _ rows: [(block: AddressBlock, entry: Entry)], family: IPAddress.Family
    ) -> [Level] {
        let byLength = Dictionary(grouping: rows) { $0.block.prefixLength }
        var levels: [Level] = []
        for (length, rows) in byLength.sorted(by: { $0.key > $1.key }) {
            var ranges: [UInt128: Range<Int>] = [:]
            // Dictionary(grouping:) keeps the order of the rows within one block.
            for (bits, group) in Dictionary(grouping: rows, by: { $0.block.bits }) {
                ranges[bits] = entries.count..<entries.count + group.count
                entries += group.map(\.entry)
            }
            levels.append(Level(mask: AddressBlock.mask(length, in: family), ranges: ranges))
        }
        return levels
    }

    /// The first entry that passes, trying the longest block that contains the address first.
    func firstMatch(_ address: IPAddress, where passes: (Entry) -> Bool) -> Entry? {
        address.family == .v4 ? firstMatch(address.bits, v4, passes) : firstMatch(address.bits, v6, passes)
    }

    private func firstMatch(_ bits: UInt128, _ levels: [Level], _ passes: (Entry) -> Bool) -> Entry? {
        // By position: a level that is taken out is held meanwhile.
        for level in levels.indices {
            guard let range = levels[level].ranges[bits & levels[level].mask] else { continue }
            for index in range where passes(entries[index]) { return entries[index] }
        }
        return nil
    }

    func contains(_ address: IPAddress) -> Bool { firstMatch(address) { _ in true } != nil }
}
