import Foundation
import Postgres
import TestSupport
import Testing

@testable import Services
@testable import Telecom

/// Reports over random calls are what counting them one by one gives.
@Suite(.database, .serialized) struct ReportOracleTests {
    private let db: TestDatabase

    init() throws { db = try .suite }

    private typealias Call = ReportMarket.Call

    /// What a call adds to a row, counted as simply as possible.
    private struct Counts: Equatable, CustomStringConvertible {
        var (attempts, refused, seizures, answered, effective, short, talk) = (0, 0, 0, 0, 0, 0, 0)
        var delays: [Int] = []

        init() {}

        init(_ quality: CallQuality) {
            (attempts, refused, seizures) = (quality.attempts, quality.refused, quality.seizures)
            (answered, effective, short) = (quality.answered, quality.effective, quality.shortCalls)
            talk = quality.talkMilliseconds
        }

        mutating func ended(_ call: Call, atCarrier: Bool) {
            attempts += 1
            let isRefused = call.disposition == "refused"
            if isRefused, !atCarrier { refused += 1 }
            if !isRefused { seizures += 1 }
            if call.isAnswered { answered += 1 }
            if call.isEffective { effective += 1 }
            if call.isAnswered, call.talk <= 6_000 { short += 1 }
            talk += call.talk
            if let pdd = call.pdd { delays.append(pdd) }
        }

        mutating func tried() {
            attempts += 1
            seizures += 1
        }

        static func == (one: Counts, other: Counts) -> Bool { one.description == other.description }

        var description: String { "\(attempts) \(refused) \(seizures) \(answered) \(effective) \(short) \(talk)" }

        /// A percentile of a histogram lies in the bucket of the exact one.
        func holds(_ percentile: Int?, _ fraction: Double, _ bounds: [Int]) -> Bool {
            guard let percentile else { return delays.isEmpty }
            let place = max(Int((fraction * Double(delays.count)).rounded(.up)), 1) - 1
            let exact = delays.sorted()[place]
            let low = bounds.last { $0 <= exact } ?? 0
            let high = bounds.first { $0 > exact } ?? low
            return (low...high).contains(percentile)
        }
    }

    private let bounds = [
        100, 140, 200, 280, 400, 560, 800, 1_100, 1_600, 2_200, 3_200, 4_500, 6_300, 9_000, 12_500, 18_000, 25_000,
        35_000, 50_000, 70_000,
    ]

    private func names() async throws -> (customer: String, trunks: [UUID: String]) {
        let customer = try await db.owner.run(
            "select name || ' (' || ban || ')' from accounts.accounts where id = \(SeedDemo.customerAccount)"
        ).value(String.self)
        let trunks = try await db.owner.run(
            """
            select t.id, c.name || ' / ' || t.name
              from routing.carrier_trunks t join routing.carriers c on c.tenant_id = t.tenant_id and c.id = t.carrier_id
            """
        ).decode(UUID.self, String.self)
        return (try #require(customer), Dictionary(uniqueKeysWithValues: trunks))
    }

    private static func hour(_ date: Date) -> String {
        String(date.formatted(.iso8601).prefix(13)) + ":00Z"
    }

    private func expected(
        _ market: ReportMarket, _ grouping: ReportGrouping, in span: ReportSpan
    ) async throws -> [String: Counts] {
        let (customer, trunks) = try await names()
        var rows: [String: Counts] = [:]
        for call in market.calls where call.startedAt >= span.from && call.startedAt < span.until {
            let name: String? =
                switch grouping {
                case .customer: call.isCustomer ? customer : "nobody"
                case .destination: ReportMarket.numbers[call.number].destination
                case .hour: Self.hour(call.startedAt)
                case .day: String(call.startedAt.formatted(.iso8601).prefix(10))
                case .jurisdiction: "none"
                case .carrier: call.trunk.flatMap { trunks[$0] }
                }
            if let name { rows[name, default: Counts()].ended(call, atCarrier: grouping == .carrier) }
            guard grouping == .carrier else { continue }
            for failed in call.failed { rows[trunks[failed.trunk] ?? "?", default: Counts()].tried() }
        }
        return rows
    }

    private func span(_ fromHour: Int, _ untilHour: Int) throws -> ReportSpan {
        try #require(
            ReportSpan(
                from: ReportMarket.start.addingTimeInterval(Double(fromHour) * 3_600),
                until: ReportMarket.start.addingTimeInterval(Double(untilHour) * 3_600)))
    }

    @Test func `traffic, quality and losses are what counting each call gives`() async throws {
        try await SeedDemo(db.owner)()
        let market = ReportMarket(seed: 7, count: 400)
        try await market.store(db.owner)
        let source = ReportSource(db.engine)
        for span in [try span(0, 72), try span(5, 61)] {
            for grouping in ReportGrouping.allCases {
                let expected = try await expected(market, grouping, in: span)
                let report = try await ReportTraffic(source, tenant: SeedDemo.tenant)(by: grouping, in: span)
                let found = Dictionary(uniqueKeysWithValues: report.rows.map { ($0.name, $0.quality) })
                #expect(Set(found.keys) == Set(expected.keys), "\(grouping)")
                for (name, counts) in expected {
                    let quality = try #require(found[name])
                    #expect(Counts(quality) == counts, "\(grouping) \(name) \(span)")
                    #expect(counts.holds(quality.delayP50Milliseconds, 0.5, bounds), "\(name) \(quality)")
                    #expect(counts.holds(quality.delayP95Milliseconds, 0.95, bounds), "\(name) \(quality)")
                }
                let total = try #require(report.total)
                #expect(total.attempts == expected.values.reduce(0) { $0 + $1.attempts })
            }
            try await quality(market, span)
            try await loss(market, span)
        }
        let empty = try await ReportTraffic(source, tenant: SeedDemo.tenant)(by: .day, in: try self.span(96, 120))
        #expect(empty.rows.isEmpty && empty.total == nil)
    }

    /// Failed tries by what was said add up to the seizures without an answer.
    private func quality(_ market: ReportMarket, _ span: ReportSpan) async throws {
        let (_, trunks) = try await names()
        var codes: [String: [String: Int]] = [:]
        func count(_ trunk: UUID, _ call: Call, _ code: String) {
            let destination = ReportMarket.numbers[call.number].destination
            for key in ["\(trunks[trunk] ?? "?")|", "|\(destination)", "\(trunks[trunk] ?? "?")|\(destination)"] {
                codes[key, default: [:]][code, default: 0] += 1
            }
        }
        for call in market.calls where call.isOutbound && call.startedAt >= span.from && call.startedAt < span.until {
            for failed in call.failed { count(failed.trunk, call, failed.code) }
            if let trunk = call.trunk, !call.isAnswered {
                count(trunk, call, call.disposition == "lost" ? "lost" : "\(call.code)")
            }
        }
        for grouping in ReportQuality.Grouping.allCases {
            let report = try await ReportQuality(ReportSource(db.engine), tenant: SeedDemo.tenant)(
                by: grouping, in: span)
            #expect(!report.rows.isEmpty)
            for row in report.rows {
                let key = "\(row.carrier ?? "")|\(row.destination ?? "")"
                #expect(row.codes == codes[key] ?? [:], "\(key)")
                let failures = row.quality.seizures - row.quality.answered
                #expect(row.codes.values.reduce(0, +) == failures && row.causes.values.reduce(0, +) == failures)
                let share = row.quality.networkEffectiveness ?? 0
                #expect(Double(row.effectivenessBounds.low) / 100 <= share + 0.01)
                #expect(Double(row.effectivenessBounds.high) / 100 >= share - 0.01)
            }
            #expect(report.rows.map(\.effectivenessBounds.high) == report.rows.map(\.effectivenessBounds.high).sorted())
        }
    }

    private static func lost(_ calls: [Call]) -> MoneySum {
        MoneySum(calls.reduce(Money.zero) { $0 + $1.buy - $1.sell })
    }

    private func loss(_ market: ReportMarket, _ span: ReportSpan) async throws {
        let (customer, trunks) = try await names()
        let priced = market.calls.filter { $0.isAnswered && $0.startedAt >= span.from && $0.startedAt < span.until }
        var groups: [String: [Call]] = [:]
        for call in priced where call.buy > call.sell {
            let key = [
                call.isCustomer ? customer : "nobody", ReportMarket.numbers[call.number].destination,
                call.trunk.flatMap { trunks[$0] } ?? "none",
            ].joined(separator: "|")
            groups[key, default: []].append(call)
        }
        let report = try await ReportLoss(ReportSource(db.engine), tenant: SeedDemo.tenant)(in: span)
        #expect(report.rows.count == groups.count)
        for row in report.rows {
            let calls = try #require(groups["\(row.customer)|\(row.destination)|\(row.carrier)"])
            #expect(row.calls == calls.count)
            #expect(row.loss == Self.lost(calls))
            let worst = calls.sorted { $0.buy - $0.sell > $1.buy - $1.sell }.prefix(3).map(\.id)
            #expect(row.examples.map(\.id) == Array(worst))
        }
        #expect(report.rows.map(\.loss) == report.rows.map(\.loss).sorted(by: >))
        let total = try #require(report.totals.first)
        #expect(total.calls == priced.count && report.totals.count == 1)
        #expect(total.loss == Self.lost(groups.values.flatMap(\.self)))
        #expect(total.loss - total.profit == Self.lost(priced))
    }
}
