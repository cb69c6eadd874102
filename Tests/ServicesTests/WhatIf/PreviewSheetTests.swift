import Foundation
import Postgres
import Telecom
import TestSupport
import Testing

@testable import Services

/// What the traffic of the last week says of a draft, in amounts that were added up by hand.
@Suite(.database) struct PreviewSheetTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// A draft of these lines.
    private func draft(
        _ text: String, _ sheet: Sheet, _ change: (inout SheetOptions) -> Void = { _ in }
    ) async throws -> Int {
        let scratch = try ScratchFile(text)
        defer { scratch.remove() }
        var options = SheetOptions()
        change(&options)
        let result = try await ImportSheet(db.engine)(scratch.path, into: sheet, options)
        return try #require(result.version, "\(result.problems)")
    }

    private func brief(_ code: UnpricedCodes.Code) -> String {
        "\(code.prefix) \(code.destination): \(code.reason.rawValue) \(code.calls) calls \(code.talkSeconds) s, "
            + "\(code.ownCalls) own \(code.ownTalkSeconds) s, \(code.lost) lost"
    }

    @Test func `a deck: costs, carriers, and the codes without a price, the worst first`() async throws {
        let market = try await WhatIfMarket(db)
        let sheet = try await FindSheet(db.engine)("A", .deck, of: market.tenant)
        let version = try await draft("Prefix,Rate,Increments\n44,0.03,60/60\n33,0.02,60/60\n", sheet)
        let impact = try await PreviewSheet(db.engine)(sheet, to: version)

        #expect(impact.calls == 5 && impact.isUsed && !impact.waitsForRows)
        let (before, after) = (impact.sums.total.before, impact.sums.total.after)
        #expect("\(before.sell) \(before.cost) \(before.margin)" == "0.27 0.0632 0.2068")
        #expect("\(after.sell) \(after.cost) \(after.margin)" == "0.17 0.08 0.09")
        #expect(
            impact.unpriced.map(brief) == [
                "49 Germany: gone 1 calls 120 s, 1 own 120 s, 1 lost",
                "4420 UK, London: blocked 2 calls 61 s, 1 own 61 s, 0 lost",
            ])
        #expect(impact.unpriced.last?.csv == "4420,\"UK, London\",blocked,2,61,1,61,0\n")

        let some = try await PreviewSheet(db.engine)(sheet, to: version, most: 3)
        #expect(some.calls == 5 && some.sums.calls == 3)
        // The other way round: from the draft to what holds.
        let back = try await PreviewSheet(db.engine)(sheet, from: version, to: 1)
        #expect("\(back.sums.total.won) \(back.sums.total.lost) \(back.unpriced.count)" == "1 0 0")
        #expect("\(back.sums.total.after.margin)" == "0.2068")
    }

    @Test func `a plan: revenue, and the codes that are no longer sold`() async throws {
        let market = try await WhatIfMarket(db)
        let sheet = try await FindSheet(db.engine)("Retail", .plan, of: market.tenant)
        let version = try await draft("Prefix,Rate,Increments\n44,0.06,60/60\n33,0.04,60/60\n", sheet)
        let impact = try await PreviewSheet(db.engine)(sheet, to: version)

        // 0.12 and 0.06 for 44, 0.04 for the half minute to 33; 49 is not sold, and its cost of 0.02 is saved.
        let after = impact.sums.total.after
        #expect("\(after.sell) \(after.cost)" == "0.22 0.0432")
        #expect(impact.sums.refusals.mapValues { "\($0.before) \($0.after)" } == ["no_sell_rate": "0 1"])
        #expect(impact.unpriced.map(brief) == ["49 Germany: gone 1 calls 120 s, 1 own 120 s, 1 lost"])
    }

    @Test func `prices that begin later are tried as from when they all hold`() async throws {
        let market = try await WhatIfMarket(db)
        let sheet = try await FindSheet(db.engine)("A", .deck, of: market.tenant)
        let begins = Date(timeIntervalSince1970: (Date().timeIntervalSince1970 + 10 * 86_400).rounded(.down))
        let version = try await draft("Prefix,Rate,Increments\n33,0.03,60/60\n", sheet) {
            $0.isDelta = true
            $0.effective = begins
        }
        let impact = try await PreviewSheet(db.engine)(sheet, to: version)
        #expect(impact.asOf == begins && impact.waitsForRows)
        // The half minute to 33 costs 0.03 instead of 0.02.
        #expect("\(impact.sums.total.before.cost) \(impact.sums.total.after.cost)" == "0.0632 0.0732")
        #expect(impact.unpriced.isEmpty && impact.sums.total.rerouted == 0)
    }

    @Test func `no traffic, and a deck that is not used, are told`() async throws {
        let market = try await WhatIfMarket(db, now: Date(timeIntervalSinceNow: -8 * 86_400))
        let sheet = try await FindSheet(db.engine)("A", .deck, of: market.tenant)
        let none = try await PreviewSheet(db.engine)(sheet, to: 1)
        #expect(none.calls == 0 && none.asOf == nil)
        try await db.owner.run("update routing.decks set status = 'suspended' where tenant_id = \(market.tenant)")
        #expect(try await !PreviewSheet(db.engine)(sheet, to: 1, days: 30).isUsed)
    }

    @Test func `a name from a file cannot become a formula`() {
        var code = UnpricedCodes.Code(prefix: "44", reason: .gone)
        code.destination = "=cmd|\"x\"\n"
        #expect(code.csv == "44,\"cmd|x\",gone,0,0,0,0,0\n")
    }
}
