import ArgumentParser
import Foundation
import Server
import Services
import Telecom

extension RouteCommand {
    struct Trace: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what was decided about a call of the past, by which data, and why.")

        @OptionGroup var options: DataOptions

        @OptionGroup var tenant: TenantOption

        @Argument(help: "The call: its routing id; or of the last two months the id of its CDR, or its Call-ID.")
        var call: String

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            let found = try await options.withDatabases(options.configuration()) { databases in
                try await ReadTrace(databases.engine, tenant: try await tenant.id(in: databases))(call)
            }
            guard let trace = found else {
                throw CommandFailure("no call is known by \"\(call)\"; `heddle cdr tail` lists the last ones")
            }
            print(json ? TraceText.json(trace) : TraceText.text(trace))
        }
    }
}

/// A stored decision, for people and for programs.
enum TraceText {
    static func text(_ trace: ReadTrace.Trace) -> String {
        var lines = [
            "call          \(trace.callID), \(trace.requestedAt.formatted(.iso8601)), from \(trace.source)",
            "account       \(trace.account ?? "-"), trunk \(trace.trunk ?? "-")",
            "called        \(trace.to ?? trace.callee)" + (trace.to == trace.callee ? "" : ", dialled \(trace.callee)"),
            "caller        \(trace.from ?? "\(trace.caller), not a number")",
        ]
        if let routing = trace.routingNumber { lines.append("ported to     \(routing)") }
        if let jurisdiction = trace.jurisdiction {
            lines.append("jurisdiction  \(jurisdiction.inWords): \((trace.jurisdictionReason ?? "").inWords)")
        }
        if let plan = trace.ratePlan {
            lines.append("sold by       \(plan)" + (trace.hold.map { ", \($0) held" } ?? ""))
        }
        lines.append("routing data  version \(trace.snapshotVersion)")
        let refusal = trace.reason.isEmpty ? "routed" : "refused with \(trace.code): \(trace.reason.inWords)"
        lines.append("decision      \(refusal)")
        if let outcome = trace.outcome {
            lines.append(
                "became        \(outcome.inWords) by \(trace.carrier ?? "nobody"), "
                    + "sold for \(trace.sellAmount ?? .zero), "
                    + "bought for \(trace.buyAmount ?? .zero)")
        } else {
            lines.append("became        \(trace.state.inWords)")
        }
        guard !trace.candidates.isEmpty else { return lines.joined(separator: "\n") }
        var table = Table(
            ["", "CANDIDATE", "RATE/MIN", "PREFIX", "COST", "MARGIN", "DECK", "WHY"], rightAligned: [0, 2, 4, 5])
        for (index, candidate) in trace.candidates.enumerated() {
            table.add([
                candidate.outcome == "chosen" ? "\(index + 1)" : "", candidate.name, candidate.rate ?? "-",
                candidate.prefix ?? "-", candidate.cost ?? "-", candidate.margin ?? "-", candidate.deck ?? "-",
                candidate.outcome.inWords,
            ])
        }
        return (lines + ["", table.text]).joined(separator: "\n")
    }

    static func json(_ trace: ReadTrace.Trace) -> String {
        JSONWriter.object { json in
            json.text("routing_id", trace.routingID.text)
            json.text("cdr_id", trace.cdrID.text)
            json.text("call_id", trace.callID)
            json.text("requested_at", trace.requestedAt.formatted(.iso8601))
            json.text("source", trace.source)
            json.text("direction", trace.direction)
            json.text("state", trace.state)
            json.text("account", trace.account)
            json.text("trunk", trace.trunk)
            json.text("caller", trace.caller)
            json.text("callee", trace.callee)
            json.text("from", trace.from)
            json.text("to", trace.to)
            json.text("lrn", trace.routingNumber)
            json.text("jurisdiction", trace.jurisdiction)
            json.text("jurisdiction_reason", trace.jurisdictionReason)
            json.number("code", trace.code)
            json.text("reason", trace.reason)
            json.text("rate_plan", trace.ratePlan)
            json.text("hold", trace.hold?.description)
            if let seconds = trace.maximumSeconds { json.number("max_duration_s", seconds) }
            json.number("snapshot_version", trace.snapshotVersion)
            json.text("disposition", trace.outcome)
            json.text("carrier", trace.carrier)
            json.text("sell_amount", trace.sellAmount?.description)
            json.text("buy_amount", trace.buyAmount?.description)
            json.array("candidates") { json in
                for candidate in trace.candidates {
                    json.object { json in
                        json.text("name", candidate.name)
                        json.text("outcome", candidate.outcome)
                        json.text("prefix", candidate.prefix)
                        json.text("rate", candidate.rate)
                        json.text("expected_cost", candidate.cost)
                        json.text("expected_margin", candidate.margin)
                        json.text("uri", candidate.uri)
                        json.text("deck", candidate.deck)
                    }
                }
            }
        }
    }
}
