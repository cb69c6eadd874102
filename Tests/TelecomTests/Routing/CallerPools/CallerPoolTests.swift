import Telecom
import TestSupport
import Testing

/// Which number of a pool is shown.
@Suite struct CallerPoolTests {
    private static let day: Int64 = 86_400_000_000

    private func pool(
        _ rotation: CallerPoolRow.Rotation, _ numbers: [String], weights: [Int] = [], fallback: String? = nil
    ) -> CallerPool {
        let members = numbers.enumerated().map { index, text in
            CallerPoolRow.Member(number(text), weight: index < weights.count ? weights[index] : 100)
        }
        return CallerPool(
            CallerPoolRow(
                id: uuid(1), tenantID: World.tenant, accountID: World.account, rotation: rotation, members: members,
                fallback: fallback.map { number($0) }), areaCodes: testAreaCodes)
    }

    private func pick(_ pool: CallerPool, _ called: String, at now: Int64 = 0, otherwise: String? = nil) -> String? {
        let called = number(called)
        return pool.pick(
            called: called, in: testAreaCodes.region(of: called), at: now, otherwise: otherwise.map { number($0) })?
            .description
    }

    private static let four = ["+12015550101", "+12125550101", "+13105550101", "+14155550101"]

    private func called(_ count: Int) -> [String] { (0..<count).map { "+1310555\(1000 + $0)" } }

    @Test(arguments: CallerPoolRow.Rotation.allCases)
    func `the same call at the same instant shows the same number`(_ rotation: CallerPoolRow.Rotation) {
        let (one, other) = (pool(rotation, Self.four), pool(rotation, Self.four.reversed()))
        for (index, called) in called(200).enumerated() {
            let now = Int64(index) * 1_234_567_891
            let first = pick(one, called, at: now)
            #expect(first != nil && Self.four.contains(first ?? ""))
            #expect(pick(one, called, at: now) == first)
            // Nor does the order matter in which the numbers are read.
            #expect(pick(other, called, at: now) == first)
        }
    }

    @Test(arguments: [CallerPoolRow.Rotation.roundRobin, .leastUsed, .random, .sticky])
    func `each number has an even share`(_ rotation: CallerPoolRow.Rotation) {
        let pool = pool(rotation, Self.four)
        let shares = Dictionary(grouping: called(4000)) { pick(pool, $0) ?? "-" }.mapValues(\.count)
        #expect(shares.count == 4 && shares.values.allSatisfy { (880...1120).contains($0) }, "\(shares)")
    }

    @Test func `by weight each has its share, and what weighs nothing has none`() {
        let pool = pool(.weighted, Self.four, weights: [10, 30, 60, 0])
        let shares = Dictionary(grouping: called(4000)) { pick(pool, $0) ?? "-" }.mapValues(\.count)
        #expect((330...470).contains(shares[Self.four[0], default: 0]), "\(shares)")
        #expect((1080...1320).contains(shares[Self.four[1], default: 0]), "\(shares)")
        #expect(shares[Self.four[3]] == nil)
        #expect(pick(self.pool(.weighted, Self.four, weights: [0, 0, 0, 0]), "+13105550100") != nil)
    }

    @Test func `round robin stays for the day and then moves on, random moves with every call`() {
        let numbers = called(100)
        let (robin, random) = (pool(.roundRobin, Self.four), pool(.random, Self.four))
        let morning = numbers.map { pick(robin, $0, at: Self.day) }
        #expect(numbers.map { pick(robin, $0, at: 2 * Self.day - 1) } == morning)
        #expect(numbers.map { pick(robin, $0, at: 2 * Self.day) } != morning)
        #expect(Set((0..<50).map { pick(random, numbers[0], at: $0) }).count == 4)
        // A clock before 1970 is a clock too.
        #expect(pick(robin, numbers[0], at: -1) == pick(robin, numbers[0], at: -Self.day))
    }

    @Test func `sticky shows a person one number, also when another leaves the pool`() {
        let (all, fewer) = (pool(.sticky, Self.four), pool(.sticky, Array(Self.four.dropLast())))
        var moved = 0
        for called in called(500) {
            let before = pick(all, called, at: 0)
            #expect(pick(all, called, at: 900 * Self.day) == before)
            let after = pick(fewer, called)
            if before == Self.four.last { moved += 1 } else { #expect(after == before) }
        }
        #expect((90...160).contains(moved), "\(moved)")
    }

    struct Local: CustomTestStringConvertible {
        let called: String
        let shown: Set<String>
        var testDescription: String { called }
    }

    @Test(arguments: [
        Local(called: "+12015550100", shown: ["+12015550101"]),
        // 973 is New Jersey too, 310 California as 415.
        Local(called: "+19735550100", shown: ["+12015550101"]),
        Local(called: "+13105550100", shown: ["+14155550101", "+14155550102"]),
        Local(called: "+14165550100", shown: ["+16475550101"]),
        // Another state, a country without states, toll-free and the rest of the world have no neighbour.
        Local(called: "+12125550100", shown: ["+18005550199"]),
        Local(called: "+18765550100", shown: ["+18005550199"]),
        Local(called: "+18005550100", shown: ["+18005550199"]),
        Local(called: "+442079460958", shown: ["+18005550199"]),
    ])
    func `local presence shows a number of the area code, else of the state, else the fallback`(_ row: Local) {
        let numbers = [
            "+12015550101", "+14155550101", "+14155550102", "+16475550101", "+18005550101", "+18765550101",
        ].filter { row.called != "+18765550100" || $0 != "+18765550101" }
        let pool = pool(.localPresence, numbers, fallback: "+18005550199")
        #expect(row.shown.contains(pick(pool, row.called) ?? ""), "\(pick(pool, row.called) ?? "-")")
        // Everybody sees one number, and each is seen by somebody.
        let prefix = row.called.dropLast(4)
        let seen = Set((1000..<1100).compactMap { pick(pool, prefix + "\($0)") })
        #expect(seen == row.shown)
    }

    @Test func `without a neighbour the trunk's number is shown, and without that any of the pool`() {
        let pool = pool(.localPresence, Self.four)
        #expect(pick(pool, "+442079460958", otherwise: "+12015550199") == "+12015550199")
        #expect(Self.four.contains(pick(pool, "+442079460958") ?? ""))
    }

    @Test func `an empty pool shows its fallback, else the trunk's number`() {
        for rotation in CallerPoolRow.Rotation.allCases {
            #expect(pick(pool(rotation, [], fallback: "+12015550199"), "+13105550100") == "+12015550199")
            #expect(pick(pool(rotation, []), "+13105550100", otherwise: "+12015550198") == "+12015550198")
            #expect(pick(pool(rotation, []), "+13105550100") == nil)
        }
    }
}
