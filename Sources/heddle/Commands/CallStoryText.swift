import Server
import Services
import Telecom

/// The story of a call, for people and for scripts.
struct CallStoryText {
    private let story: CallStory
    private let before: MoneySum
    private let after: MoneySum

    init(_ outcome: Demonstration.Outcome) {
        story = outcome.story
        before = outcome.balanceBefore
        after = outcome.balanceAfter
    }

    var text: String {
        var candidates = Table(["", "candidate", "rate/min", "prefix", ""], rightAligned: [2])
        for candidate in story.candidates {
            candidates.add([
                "   ", candidate.name, candidate.rate ?? "-", candidate.prefix ?? "-", Self.fate(candidate),
            ])
        }
        let jurisdiction = [story.jurisdiction, story.jurisdictionReason].compactMap(\.self).map(\.inWords)
        return """

            The story of one call
              caller        \(story.account), \(story.trunk), \(story.from)
              called        \(story.to), \(jurisdiction.joined(separator: ": "))
              candidates
            \(candidates.text)
              money held    \(story.held.map { "\($0.text(minimumDecimals: 2)) \(story.currency)" } ?? "none")
              carrier       \(story.carrier ?? "none")
              rang          \(ringing)
              talked        \(seconds(story.talkMilliseconds)) s, billed \(story.billedSeconds) s
              sold for      \(amount(story.sell))
              bought for    \(amount(story.buy))
              margin        \(amount(story.margin))
              balance       \(sum(before)) before, \(sum(after)) after
            """
    }

    var json: String {
        JSONWriter.object { json in
            json.text("routing_id", story.routingID.text)
            json.text("cdr_id", story.cdrID.text)
            json.text("account", story.account)
            json.text("trunk", story.trunk)
            json.text("from", story.from)
            json.text("to", story.to)
            json.text("jurisdiction", story.jurisdiction)
            json.array("candidates") { json in
                for candidate in story.candidates {
                    json.object { json in
                        json.text("name", candidate.name)
                        json.text("outcome", candidate.outcome)
                        json.text("prefix", candidate.prefix)
                        json.text("rate", candidate.rate)
                        json.number("turn", candidate.turn)
                        json.text("answer", candidate.answer)
                    }
                }
            }
            json.text("carrier", story.carrier)
            json.text("disposition", story.disposition)
            json.number("code", story.code)
            json.number("pdd_ms", story.postDialDelayMilliseconds)
            json.number("ring_ms", story.ringMilliseconds)
            json.number("talk_ms", story.talkMilliseconds)
            json.number("billed_s", story.billedSeconds)
            json.text("currency", story.currency)
            json.text("sell", story.sell.text(minimumDecimals: 8))
            json.text("buy", story.buy.text(minimumDecimals: 8))
            json.text("margin", story.margin.text(minimumDecimals: 8))
            json.text("balance_before", before.text(minimumDecimals: 8))
            json.text("balance_after", after.text(minimumDecimals: 8))
        }
    }

    private var ringing: String {
        guard let ring = story.ringMilliseconds, let delay = story.postDialDelayMilliseconds else {
            return "not at all"
        }
        return "\(seconds(ring)) s, beginning \(delay) ms after the INVITE"
    }

    /// Which turn a carrier had and what came of it, or why it had none.
    static func fate(_ candidate: CallStory.Candidate) -> String {
        guard let turn = candidate.turn else { return candidate.outcome.inWords }
        switch candidate.answer {
        case nil: return turn.ordinal
        case "timeout"?: return "\(turn.ordinal), did not answer"
        case let answer? where answer.hasPrefix("2"): return "\(turn.ordinal), answered"
        case let answer?: return "\(turn.ordinal), \(answer.inWords)"
        }
    }

    private func amount(_ money: Money) -> String { sum(MoneySum(money)) }
    private func sum(_ money: MoneySum) -> String { "\(money.text(minimumDecimals: 4)) \(story.currency)" }

    private func seconds(_ milliseconds: Int) -> String {
        let fraction = String(milliseconds % 1000)
        return "\(milliseconds / 1000)." + String(repeating: "0", count: 3 - fraction.count) + fraction
    }
}
