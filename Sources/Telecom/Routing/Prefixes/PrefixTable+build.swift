extension PrefixTable {
    /// Builds the index.
    /// - Precondition: the prefixes are sorted and distinct, and there are fewer than 2²⁸ of them.
    package init(sorted prefixes: [DigitPrefix]) {
        precondition(zip(prefixes, prefixes.dropFirst()).allSatisfy { $0 < $1 }, "prefixes are sorted and distinct")
        precondition(prefixes.count <= Interval.maximumPosition, "a position fits 28 bits")
        var sweep = Sweep(capacity: prefixes.count)
        for (position, prefix) in prefixes.enumerated() { sweep.add(prefix, at: UInt32(position)) }
        sweep.finish()
        self.prefixes = prefixes
        parents = sweep.parents
        intervals = sweep.starts.indices.map { index in
            let position = sweep.owners[index]
            let owner =
                position == PrefixTable.none
                ? Interval.nobody : Interval.owner(Int(position), count: prefixes[Int(position)].count)
            return Interval(rest: UInt32(sweep.starts[index] % PrefixTable.perFine), owner: owner)
        }
        (coarse, blocks, fine) = PrefixTable.directory(of: sweep.starts)
    }

    /// The two-level directory by three and six leading digits, made in one pass over the sorted starts.
    private static func directory(of starts: [UInt64]) -> (coarse: [UInt32], blocks: [Int32], fine: [UInt32]) {
        var coarse: [UInt32] = []
        var blocks: [Int32] = []
        var fine: [UInt32] = []
        var next = 0
        for block in 0..<1000 {
            let end = UInt64(block + 1) * perCoarse
            coarse.append(UInt32(next))
            // The interval that starts at zero is before every number, so it needs no block of its own.
            guard next < starts.count, starts[next] < end else {
                blocks.append(-1)
                continue
            }
            blocks.append(Int32(fine.count))
            for cell in 0..<1000 {
                let cellStart = UInt64(block) * perCoarse + UInt64(cell) * perFine
                while next < starts.count, starts[next] < cellStart { next += 1 }
                fine.append(UInt32(next))
            }
            while next < starts.count, starts[next] < end { next += 1 }
            fine.append(UInt32(next))
        }
        coarse.append(UInt32(next))
        return (coarse, blocks, fine)
    }

    /// Cuts nested prefixes into disjoint intervals. The open prefixes, each inside the one below it, are a stack.
    private struct Sweep {
        var starts: [UInt64] = [0]
        var owners: [UInt32] = [PrefixTable.none]
        var parents: [UInt32] = []
        private var open: [(position: UInt32, end: UInt64)] = []

        init(capacity: Int) {
            starts.reserveCapacity(capacity * 2 + 1)
            owners.reserveCapacity(capacity * 2 + 1)
            parents.reserveCapacity(capacity)
        }

        mutating func add(_ prefix: DigitPrefix, at position: UInt32) {
            close(upTo: prefix.start)
            parents.append(open.last?.position ?? PrefixTable.none)
            begin(position, at: prefix.start)
            open.append((position, prefix.end))
        }

        mutating func finish() { close(upTo: .max) }

        private mutating func close(upTo start: UInt64) {
            while let last = open.last, last.end <= start {
                open.removeLast()
                if last.end < powersOfTen[E164.maximumDigits] {
                    begin(open.last?.position ?? PrefixTable.none, at: last.end)
                }
            }
        }

        /// An interval that nothing is left of is replaced, and one that only continues its neighbour is not begun.
        private mutating func begin(_ owner: UInt32, at start: UInt64) {
            if starts[starts.count - 1] == start {
                owners[owners.count - 1] = owner
                mergeLast()
            } else if owners[owners.count - 1] != owner {
                starts.append(start)
                owners.append(owner)
            }
        }

        private mutating func mergeLast() {
            let last = owners.count - 1
            guard last > 0, owners[last] == owners[last - 1] else { return }
            owners.removeLast()
            starts.removeLast()
        }
    }
}
