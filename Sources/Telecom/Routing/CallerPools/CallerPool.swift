/// A pool of numbers, ready to pick from.
///
/// Nothing is counted or remembered: what is picked follows from the called number and the time of the call alone. So
/// every router picks the same, and an explanation afterwards says what was shown. A hash takes the place of chance.
package final class CallerPool: Sendable {
    /// The numbers of a state, as positions in `local`.
    private struct Place: Sendable {
        let region: Region
        let range: Range<Int>
    }

    private let rotation: CallerPoolRow.Rotation
    /// In ascending order, so that those of an area code are neighbours.
    private let numbers: [UInt64]
    /// The sums of the weights up to each number.
    private let weights: [UInt64]
    /// The numbers whose place is known, state by state.
    private let local: [UInt64]
    private let places: [Place]
    let fallback: E164?

    package init(_ row: CallerPoolRow, areaCodes: AreaCodeTable) {
        rotation = row.rotation
        fallback = row.fallback
        let members = row.members.sorted { $0.number < $1.number }
        numbers = members.map(\.number.digits)
        var sum: UInt64 = 0
        weights = members.map { member in
            sum += UInt64(max(member.weight, 0))
            return sum
        }
        var local: [UInt64] = []
        var places: [Place] = []
        if row.rotation == .localPresence {
            let known = members.compactMap { member in areaCodes.state(of: member.number).map { ($0, member.number) } }
            for (region, found) in Dictionary(grouping: known, by: \.0) {
                places.append(Place(region: region, range: local.count..<local.count + found.count))
                local += found.map(\.1.digits)
            }
        }
        self.local = local
        self.places = places
    }

    /// The number that a call shows.
    /// - Parameters:
    ///   - region: the state of the called number, where it is known.
    ///   - other: the trunk's default number, which is shown where the pool has nothing better.
    /// - Returns: nil when the pool has none.
    package func pick(called: E164, in region: Region?, at now: Int64, otherwise other: E164?) -> E164? {
        guard !numbers.isEmpty else { return fallback ?? other }
        switch rotation {
        case .roundRobin, .leastUsed: return byDay(called, now)
        case .weighted: return byWeight(called, now)
        case .random: return number(at: CallerPool.mix(called.digits ^ CallerPool.mix(UInt64(bitPattern: now))))
        case .sticky: return nearest(called, numbers[...])
        case .localPresence: return near(called, region) ?? fallback ?? other ?? byDay(called, now)
        }
    }

    /// Of the called area code, else of the called state.
    private func near(_ called: E164, _ region: Region?) -> E164? {
        guard called.isNANP, NorthAmerica.use(ofAreaCode: NorthAmerica.areaCode(of: called)) == .geographic else {
            return nil
        }
        let first = called.digits / powersOfTen[7] * powersOfTen[7]
        let start = position(of: first)
        if start < numbers.count, numbers[start] < first + powersOfTen[7] {
            return nearest(called, numbers[start..<position(of: first + powersOfTen[7])])
        }
        guard let region, let place = places.first(where: { $0.region == region }) else { return nil }
        return nearest(called, local[place.range])
    }

    /// How many numbers are below a value.
    private func position(of value: UInt64) -> Int {
        var (low, high) = (0, numbers.count)
        while low < high {
            let middle = (low + high) / 2
            if numbers[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The number that goes best with the called one: when another leaves the pool or comes into it, only the calls of
    /// that one change (rendezvous hashing).
    private func nearest(_ called: E164, _ candidates: ArraySlice<UInt64>) -> E164? {
        var best: UInt64?
        var bestScore: UInt64 = 0
        let key = CallerPool.mix(called.digits)
        for candidate in candidates {
            let score = CallerPool.mix(candidate ^ key)
            if best == nil || score > bestScore { (best, bestScore) = (candidate, score) }
        }
        return best.flatMap { E164(digits: $0) }
    }

    private func byDay(_ called: E164, _ now: Int64) -> E164? { number(at: CallerPool.hash(called, now)) }

    private func byWeight(_ called: E164, _ now: Int64) -> E164? {
        guard let sum = weights.last, sum > 0 else { return byDay(called, now) }
        let drawn = CallerPool.hash(called, now) % sum
        return weights.firstIndex { drawn < $0 }.flatMap { E164(digits: numbers[$0]) }
    }

    private func number(at hash: UInt64) -> E164? { E164(digits: numbers[Int(hash % UInt64(numbers.count))]) }

    /// The called number on its day, by UTC.
    private static func hash(_ called: E164, _ now: Int64) -> UInt64 {
        let (days, rest) = now.quotientAndRemainder(dividingBy: 86_400_000_000)
        return mix(called.digits ^ mix(UInt64(bitPattern: rest < 0 ? days - 1 : days)))
    }

    /// Steele, Lea and Flood, "Fast splittable pseudorandom number generators": every bit of the result depends on
    /// every bit of the value.
    private static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value &+ 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

extension AreaCodeTable {
    /// The place of a number, where it is as exact as a state or province.
    func state(of number: E164) -> Region? { region(of: number).flatMap { $0.subdivision == nil ? nil : $0 } }
}
