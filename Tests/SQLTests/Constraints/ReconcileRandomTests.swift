import Foundation
import Postgres
import TestSupport
import Testing

/// cdr.reconcile against calls that were spoilt on purpose: each is found as what was done to it.
@Suite(.database) struct ReconcileRandomTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// What is done to a record of theirs.
    private enum Fault: CaseIterable {
        case none, rounding, increment, duration, rate, jurisdiction, duplicate, missingOurs, missingTheirs

        var name: String {
            switch self {
            case .none: "exact"
            case .missingOurs: "missing_ours"
            case .missingTheirs: "missing_theirs"
            default: String(describing: self)
            }
        }
    }

    /// Both sides, and what a comparison must find.
    private struct Market {
        var ours: [SideCall] = []
        var theirs: [SideCall] = []
        /// By the class: calls, our money, their money.
        var expected: [String: (Int, Amount, Amount)] = [:]
        /// The class of each difference, by the id of their record, or of ours where they have none.
        var items: [UUID: String] = [:]
        /// Which of ours each record of theirs is.
        var pairs: [UUID: UUID] = [:]

        mutating func note(_ name: String, _ ours: SideCall?, _ theirs: SideCall?) {
            let sum = expected[name] ?? (0, .zero, .zero)
            expected[name] = (sum.0 + 1, sum.1 + (ours?.amount ?? .zero), sum.2 + (theirs?.amount ?? .zero))
            if name != "exact", let id = theirs?.id ?? ours?.id { items[id] = name }
            if let ours, let theirs { pairs[theirs.id] = ours.id }
            if let ours { self.ours.append(ours) }
            if let theirs { self.theirs.append(theirs) }
        }

        var lines: [String] {
            expected.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.0) \($0.value.1) \($0.value.2)" }
        }
    }

    /// 2026-10-05 00:00 UTC.
    private static let beginning = 1_791_158_400.0

    private static func market(seed: UInt64) -> Market {
        var random = SeededGenerator(seed: seed)
        var market = Market()
        // Any zone, some seconds more, and up to half a second an hour of drift.
        let offset =
            Double(Int.random(in: -12...14, using: &random)) * 3600 + Double.random(in: -20...20, using: &random)
        let drift = Double.random(in: -0.5...0.5, using: &random) / 3600
        for index in 0..<600 {
            let time = beginning + Double.random(in: 0..<(4 * 86_400), using: &random)
            let rate = Amount(units: Int64.random(in: 500_000...3_000_000, using: &random))
            let talk = Int.random(in: 1_000...300_000, using: &random)
            let billed = (talk + 5_999) / 6_000 * 6
            let call = SideCall(
                id: UUID(), startedAt: time, to: "+1212555\(1000 + index)", talkMilliseconds: talk,
                billedSeconds: billed, rate: rate, amount: SideCall.price(billed, rate))
            func theirs(of call: SideCall) -> SideCall {
                let noise = Double.random(in: -1...1, using: &random)
                return SideCall(
                    id: UUID(), startedAt: call.startedAt + offset + drift * (call.startedAt - beginning) + noise,
                    to: call.to, talkMilliseconds: call.talkMilliseconds + Int.random(in: -500...500, using: &random),
                    billedSeconds: call.billedSeconds, rate: call.rate, amount: call.amount)
            }
            if index % 10 == 0 {
                // The same two people again, seconds later.
                var again = call
                again = SideCall(
                    id: UUID(), startedAt: time + Double.random(in: 4...12, using: &random), to: call.to,
                    talkMilliseconds: talk + 60_000, billedSeconds: billed + 60, rate: rate,
                    amount: SideCall.price(billed + 60, rate))
                market.note("exact", call, theirs(of: call))
                market.note("exact", again, theirs(of: again))
                continue
            }
            spoil(call, theirs(of: call), &market, &random)
        }
        return market
    }

    private static func spoil(
        _ ours: SideCall, _ right: SideCall, _ market: inout Market, _ random: inout SeededGenerator
    ) {
        let fault =
            Int.random(in: 0..<3, using: &random) == 0 ? Fault.allCases.randomElement(using: &random) ?? .none : .none
        var theirs = right
        let rate = ours.rate ?? .zero
        switch fault {
        case .none: break
        case .rounding:
            let cut = Amount(units: (ours.amount.units + 9_999) / 10_000 * 10_000)
            theirs.amount = cut
            if cut == ours.amount { return market.note("exact", ours, theirs) }
        case .increment:
            theirs.billedSeconds += 54
            theirs.amount = SideCall.price(theirs.billedSeconds, rate)
        case .duration:
            theirs.talkMilliseconds += 30_000
            theirs.billedSeconds += 30
            theirs.amount = SideCall.price(theirs.billedSeconds, rate)
        case .rate, .jurisdiction:
            let dearer = Amount(units: rate.units + 100_000)
            theirs.rate = dearer
            theirs.amount = SideCall.price(ours.billedSeconds, dearer)
            if fault == .jurisdiction { theirs.jurisdiction = "intrastate" }
        case .duplicate:
            market.note("exact", ours, theirs)
            let again = SideCall(
                id: UUID(), startedAt: theirs.startedAt, to: theirs.to, talkMilliseconds: theirs.talkMilliseconds,
                billedSeconds: theirs.billedSeconds, rate: theirs.rate, amount: theirs.amount)
            market.note("duplicate", nil, again)
            // Either of the two may be the one that is paired.
            market.items[again.id] = nil
            market.pairs[theirs.id] = nil
            return
        case .missingOurs: return market.note(fault.name, nil, theirs)
        case .missingTheirs: return market.note(fault.name, ours, nil)
        }
        market.note(fault.name, ours, theirs)
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
    func `each fault is found as what it is, and the sums agree to the last digit`(seed: UInt64) async throws {
        let market = Self.market(seed: seed)
        let book: Book = try await db.book()
        try await book.carrier()
        try await book.ours(market.ours)
        try await book.theirs(market.theirs.shuffled())
        #expect(try await book.compare() == market.lines, "seed \(seed)")

        let found = try await book.read(
            """
            select concat_ws(' ', coalesce(vendor_cdr_id, cdr_id), match_class) from cdr.reconciliation_items
             where tenant_id = TENANT and match_class <> 'duplicate' order by 1
            """)
        let items = market.items.map { "\($0.key.uuidString.lowercased()) \($0.value)" }.sorted()
        #expect(found == items, "seed \(seed)")
        let pairs = try await book.read(
            """
            select concat_ws(' ', id, cdr_id) from cdr.vendor_cdr where tenant_id = TENANT and cdr_id is not null
            """)
        let wrong = Set(market.pairs.map { "\($0.key) \($0.value)".lowercased() }).subtracting(pairs)
        #expect(wrong.isEmpty, "seed \(seed)")
        // And again: the same.
        #expect(try await book.compare() == market.lines, "seed \(seed)")
    }
}
