import Foundation
import Postgres
import Services
import Telecom

/// What is shown of a run.
struct RerateFinding {
    let run: RerateRun
    let grouping: ReportRerate.Grouping
    let rows: [ReportRerate.Row]
    let missing: [(reason: String, calls: Int)]
    let top: [RerateLine]
    let settled: PostRerate.Result

    init(_ database: Database, tenant: UUID, _ run: RerateRun, by grouping: ReportRerate.Grouping) async throws {
        let report = ReportRerate(database, tenant: tenant)
        self.run = run
        self.grouping = grouping
        rows = try await report(run.id, by: grouping)
        missing = run.unpriced > 0 ? try await report.missing(run.id) : []
        top = try await report.top(run.id, atMost: 10)
        settled = try await PostRerate(database, tenant: tenant).result(run.id)
    }

    init(
        run: RerateRun, by grouping: ReportRerate.Grouping, rows: [ReportRerate.Row],
        missing: [(reason: String, calls: Int)] = [], top: [RerateLine] = [],
        settled: PostRerate.Result = PostRerate.Result()
    ) {
        (self.run, self.grouping, self.rows, self.missing) = (run, grouping, rows, missing)
        (self.top, self.settled) = (top, settled)
    }
}

enum RerateText {
    static func table(_ runs: [RerateRun]) -> String {
        guard !runs.isEmpty else { return "nothing was rated again yet; `heddle rerate run` does" }
        var table = Table(
            ["RUN", "FROM", "TO", "STATE", "CALLS", "DIFFERENT", "NO PRICE", "REASON"], rightAligned: [4, 5, 6])
        for run in runs {
            table.add([
                run.id.uuidString.lowercased(), time(run.from), time(run.until), run.state, run.seen.shown,
                run.different.shown, run.unpriced.shown, run.reason.forDisplay(40),
            ])
        }
        return table.text
    }

    static func text(_ finding: RerateFinding) -> String {
        let run = finding.run
        var lines = [
            "run \(run.id.uuidString.lowercased()), \(run.state): \(run.reason.forDisplay(200))",
            "calls from \(time(run.from)) to \(time(run.until))\(filter(run)), \(prices(run))",
            "\(run.seen.shown) calls looked at, \(run.rated.shown) rated, \(run.different.shown) differ, "
                + "\(run.unpriced.shown) without a price on a side",
        ]
        if !finding.rows.isEmpty { lines += ["", sums(finding)] }
        if !finding.missing.isEmpty {
            lines += ["", "without a price:"] + finding.missing.map { "  \($0.calls.shown) calls: \($0.reason)" }
        }
        let top = finding.top.filter { $0.newSell != nil || $0.newBuy != nil }
        if !top.isEmpty { lines += ["", "the largest differences:", calls(top)] }
        let settled = settled(finding.settled)
        if !settled.isEmpty { lines += [""] + settled }
        if let next = next(run) { lines += ["", next] }
        return lines.joined(separator: "\n")
    }

    static func text(_ result: PostRerate.Result) -> String {
        let lines = settled(result)
        return lines.isEmpty ? "nothing differs: nothing was posted" : lines.joined(separator: "\n")
    }

    private static func sums(_ finding: RerateFinding) -> String {
        var table = Table(
            [
                finding.grouping.rawValue.uppercased(), "CALLS", "MINUTES", "SELL WAS", "SELL IS", "DIFFERENCE",
                "BUY WAS", "BUY IS", "DIFFERENCE", "NO PRICE", "",
            ], rightAligned: [1, 2, 3, 4, 5, 6, 7, 8, 9])
        for row in finding.rows {
            table.add([
                row.name, row.calls.shown, minutes(row.talkMilliseconds), row.sell.old.shown(decimals: 4),
                row.sell.new.shown(decimals: 4), row.sell.difference.signed(decimals: 4),
                row.buy.old.shown(decimals: 4), row.buy.new.shown(decimals: 4),
                row.buy.difference.signed(decimals: 4), row.unpriced.shown, row.currency,
            ])
        }
        return table.text
    }

    private static func calls(_ lines: [RerateLine]) -> String {
        var table = Table(
            ["BEGAN", "CALL", "ACCOUNT", "TO", "SECONDS", "SELL WAS", "SELL IS", "BUY WAS", "BUY IS", ""],
            rightAligned: [4, 5, 6, 7, 8])
        for line in lines {
            table.add([
                line.startedAt.formatted(.iso8601), line.id.uuidString.lowercased(), line.account ?? "-",
                line.prefix.isEmpty ? "-" : "+\(line.prefix)…", String((line.talkMilliseconds + 999) / 1000),
                line.oldSell.shown(decimals: 4), line.newSell?.shown(decimals: 4) ?? "-",
                line.oldBuy.shown(decimals: 4), line.newBuy?.shown(decimals: 4) ?? "-", line.currency,
            ])
        }
        return table.text
    }

    private static func settled(_ result: PostRerate.Result) -> [String] {
        var lines: [String] = []
        func add(_ count: Int, _ text: String) {
            if count > 0 { lines.append("\(count.shown) calls \(text)") }
        }
        add(result.posted, "posted")
        add(result.carried, "on an invoice: the difference is charged with the next one")
        add(result.held, "on a draft: `heddle invoice void` or `finalise` it, and post again")
        for (reason, count) in result.reasons.sorted(by: { $0.key < $1.key }) { add(count, "skipped: \(reason)") }
        return lines
    }

    private static func filter(_ run: RerateRun) -> String {
        (run.account.map { " of account \($0)" } ?? "") + (run.carrier.map { " over \($0)" } ?? "")
    }

    private static func prices(_ run: RerateRun) -> String {
        let side = run.side == "both" ? "both sides" : run.side
        let sheet = run.sheet.map { "by version \(run.version ?? 0) of \($0)" } ?? "by what held"
        return "\(side) \(sheet)" + (run.asOf.map { ", as of \($0.formatted(.iso8601))" } ?? "")
    }

    private static func next(_ run: RerateRun) -> String? {
        let id = run.id.uuidString.lowercased()
        switch run.state {
        case "rating": return "go on: heddle rerate run --resume \(id)"
        case "rated" where run.different > 0:
            return "nothing is changed yet; post the differences: heddle rerate post \(id)"
        case "posting": return "not all is posted; go on: heddle rerate post \(id)"
        default: return nil
        }
    }

    static func time(_ date: Date) -> String {
        let text = date.formatted(.iso8601)
        return text.hasSuffix("T00:00:00Z") ? String(text.prefix(10)) : text
    }

    private static func minutes(_ milliseconds: Int) -> String {
        Money(units: Int64(milliseconds) * 100_000).scaled(by: 1, over: 60).shown(decimals: 1)
    }
}
