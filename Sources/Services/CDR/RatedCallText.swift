import Foundation
import Telecom

/// A rated call for people and for programs.
package enum RatedCallText {
    /// A sentence a line.
    package static func text(_ call: ReadRatedCall.Call) -> String {
        let seconds = Money(units: call.talkMilliseconds * 100_000)
        var lines = [
            "call      \(call.id.uuidString.lowercased())", "started   \(call.startedAt.formatted(.iso8601))",
            "from      \(call.from)", "to        \(call.to)",
            "ended     \(call.disposition), \(seconds) s, \(call.direction)"
                + (call.jurisdiction.map { ", " + $0 } ?? ""),
        ]
        for payer in call.payers { lines += ["", head(payer)] + details(payer).map { "    " + $0 } }
        return lines.joined(separator: "\n")
    }

    private static func head(_ payer: ReadRatedCall.Payer) -> String {
        "\(payer.role) \(payer.name) pays \(payer.amount) \(payer.currency)"
    }

    private static func details(_ payer: ReadRatedCall.Payer) -> [String] {
        guard let rate = payer.rate, let initial = payer.initialSeconds, let next = payer.nextSeconds else { return [] }
        var lines = ["\(payer.billedSeconds) s at \(rate) a minute, \(initial)/\(next)"]
        if let fee = payer.connectFee, fee != .zero { lines.append("connect fee \(fee)") }
        if let rating = payer.rating { lines += details(rating) }
        if let margin = payer.margin { lines.append("earns \(margin)") }
        return lines
    }

    private static func details(_ rating: KeptRating) -> [String] {
        var lines: [String] = []
        for part in rating.parts ?? [] {
            var line = "\(part.seconds) s at \(part.rate)"
            if let factor = part.factor { line += " times \(factor)" }
            if let included = part.includedSeconds { line += ", \(included) s of them included" }
            let reasons = [
                part.talkStep.map { "step of length \($0)" }, part.usageStep.map { "step of use \($0)" },
                part.window.map { "window \($0)" },
            ]
            lines.append(([line] + reasons.compactMap(\.self)).joined(separator: ", "))
        }
        if let used = rating.usedSeconds { lines.append("\(used) s were used before it") }
        if let fee = rating.attemptFee { lines.append("attempt fee \(fee)") }
        if let fee = rating.shortCallFee { lines.append("short call fee \(fee)") }
        if rating.isRaisedToMinimum == true { lines.append("raised to the least amount") }
        if rating.isCapped == true { lines.append("capped") }
        if let exchange = rating.exchange {
            lines.append("prices in \(exchange.from), times \(exchange.times) over \(exchange.over)")
        }
        if let extras = rating.extras { lines.append("by rate extras \(extras)") }
        return lines
    }

    /// As an object.
    package static func json(_ call: ReadRatedCall.Call) -> String { JSONWriter.object { write(call, to: &$0) } }

    /// The members of that object.
    package static func write(_ call: ReadRatedCall.Call, to json: inout JSONWriter) {
        json.id("id", call.id)
        json.text("started_at", call.startedAt.formatted(.iso8601))
        json.text("from", call.from)
        json.text("to", call.to)
        json.text("direction", call.direction)
        json.text("disposition", call.disposition)
        json.number("talk_ms", call.talkMilliseconds)
        json.text("jurisdiction", call.jurisdiction)
        json.array("payers") { json in
            for payer in call.payers {
                json.object { json in
                    json.text("role", payer.role)
                    json.text("name", payer.name)
                    json.text("amount", payer.amount.text(minimumDecimals: 8))
                    json.text("currency", payer.currency)
                    json.number("billed_s", payer.billedSeconds)
                    json.id("rate_id", payer.rateID)
                    json.text("rate", payer.rate?.description)
                    json.text("connect_fee", payer.connectFee?.description)
                    json.number("initial_s", payer.initialSeconds)
                    json.number("next_s", payer.nextSeconds)
                    json.text("margin", payer.margin?.description)
                    json.array("parts") { json in details(payer).forEach { json.text(nil, $0) } }
                }
            }
        }
    }
}
