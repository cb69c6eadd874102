import Foundation
import TestSupport
import Testing

@testable import Services

/// The picture of a replay, by its lines.
@Suite(.database) struct ReplayPlotTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func picture(_ market: WhatIfMarket, hours: Double, title: String) async throws -> String {
        let scratch = try ScratchFile(#"[{"remove": "destination_rules", "row": {"prefix": "33"}}]"#)
        defer { scratch.remove() }
        let apply = try ApplyRuleChanges(scratch.path, tenant: market.tenant)
        let (before, after) = try await RehearseRouting(db.owner)(of: market.tenant) { _ = try await apply($0) }
        let span = market.now.addingTimeInterval(-hours * 3_600 - 60)..<market.now
        let sums = try await ReplayCalls(db.engine, tenant: market.tenant)(
            .init(span, currency: "USD"), by: before, and: after)
        return ReplayPlot(sums, title: title).svg
    }

    @Test func `every hour has a point, amounts and refused calls have scales of their own`() async throws {
        let market = try await WhatIfMarket(db, now: Date(timeIntervalSince1970: 1_800_000_000))
        let svg = try await picture(market, hours: 5, title: "A & B <1>")
        #expect(svg.contains("A &amp; B &lt;1>"))
        let lines = svg.split(separator: "\n").filter { $0.hasPrefix("<polyline") }
        #expect(
            lines.count == 6
                && lines.allSatisfy { $0.split(separator: "points=").last?.filter { $0 == "," }.count == 5 })
        // The best hour leaves 0.0868, so that a scale of five steps ends at 0.1.
        #expect(svg.contains(">0.10</text>") && svg.contains(">0.00</text>") && !svg.contains(">0.12</text>"))
        let refused = try #require(lines.first { $0.contains("<title>refused after") })
        #expect(refused.contains("points=\"84.0,454.0 297.0,364.0 510.0,454.0 723.0,454.0 936.0,454.0\""), "\(refused)")
    }

    @Test func `one hour can be seen, and nothing that was refused is not drawn`() async throws {
        let market = try await WhatIfMarket(db, now: Date(timeIntervalSince1970: 1_800_000_000))
        let svg = try await picture(market, hours: 1, title: "x")
        #expect(svg.contains("<circle") && !svg.contains("<polyline") && !svg.contains("refused"))
    }
}
