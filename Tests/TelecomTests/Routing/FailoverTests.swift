import Telecom
import Testing

@Suite struct FailoverTests {
    struct Row: CustomTestStringConvertible {
        let reply: Failover.Reply
        var flags: Failover.Flags = []
        let verdict: Failover.Verdict
        var testDescription: String { "\(reply.ending) \(reply.sawRinging ? "rang " : "")\(flags.rawValue)" }
    }

    static let always = [500, 501, 502, 503, 504, 513, 580].map {
        Row(reply: Failover.Reply(.response($0), sawRinging: true), verdict: .reroute)
    }

    static let never = [
        200, 202, 300, 301, 302, 305, 380, 400, 401, 402, 403, 404, 405, 406, 407, 410, 413, 414, 415, 416, 420, 421,
        423, 428, 433, 436, 437, 438, 481, 482, 483, 484, 485, 486, 487, 489, 491, 493, 494, 505, 555, 600, 603, 604,
        606, 607, 608, 699,
    ].map { Row(reply: Failover.Reply(.response($0)), verdict: .stop) }

    static let conditional = [
        Row(reply: Failover.Reply(.transportFailure), verdict: .reroute),
        Row(reply: Failover.Reply(.timeout), verdict: .reroute),
        Row(reply: Failover.Reply(.timeout, sawRinging: true), verdict: .stop),
        Row(reply: Failover.Reply(.response(408)), verdict: .reroute),
        Row(reply: Failover.Reply(.response(408), sawRinging: true), verdict: .stop),
        Row(reply: Failover.Reply(.response(488)), verdict: .reroute),
        Row(reply: Failover.Reply(.response(488), earlier488Count: 1), verdict: .stop),
        Row(reply: Failover.Reply(.response(480)), verdict: .reroute),
        Row(reply: Failover.Reply(.response(480), sawRinging: true), verdict: .stop),
        Row(reply: Failover.Reply(.response(480), hasReason: true), verdict: .stop),
        Row(reply: Failover.Reply(.response(480), q850Cause: 18), verdict: .stop),
        Row(reply: Failover.Reply(.response(480), q850Cause: 19), verdict: .stop),
        Row(reply: Failover.Reply(.response(480), q850Cause: 20), verdict: .stop),
        Row(reply: Failover.Reply(.response(480), sawRinging: true, q850Cause: 41), verdict: .reroute),
        Row(reply: Failover.Reply(.response(403)), flags: .forbiddenMeansNoRoute, verdict: .reroute),
        Row(reply: Failover.Reply(.response(404)), flags: .notFoundMeansNoRoute, verdict: .reroute),
        Row(reply: Failover.Reply(.response(403)), flags: .notFoundMeansNoRoute, verdict: .stop),
        Row(reply: Failover.Reply(.response(404)), flags: .forbiddenMeansNoRoute, verdict: .stop),
    ]

    static let network = [27, 34, 38, 41, 42, 44, 47, 58].map {
        Row(reply: Failover.Reply(.response(480), q850Cause: $0), verdict: .reroute)
    }

    @Test(arguments: always + never + conditional + network)
    func `a reply reroutes or stops`(_ row: Row) {
        #expect(Failover.verdict(on: row.reply, flags: row.flags) == row.verdict)
    }

    @Test func `a route carries the plain codes of its carrier`() {
        #expect(Failover.rerouteCodes(for: []) == [500, 501, 502, 503, 504, 513, 580])
        #expect(
            Failover.rerouteCodes(for: [.forbiddenMeansNoRoute, .notFoundMeansNoRoute])
                == [403, 404, 500, 501, 502, 503, 504, 513, 580])
    }

    @Test func `the plain codes and the verdict agree`() {
        for flags in [Failover.Flags(), .forbiddenMeansNoRoute, .notFoundMeansNoRoute] {
            for code in 300...699 where ![408, 480, 488].contains(code) {
                let verdict = Failover.verdict(on: Failover.Reply(.response(code)), flags: flags)
                #expect((verdict == .reroute) == Failover.rerouteCodes(for: flags).contains(code))
            }
        }
    }

    struct Hunt: CustomTestStringConvertible {
        let tries: [Failover.Ending]
        let code: Int
        var testDescription: String { "\(tries)" }
    }

    @Test(arguments: [
        Hunt(tries: [], code: 503),
        Hunt(tries: [.response(503)], code: 503),
        Hunt(tries: [.response(500), .timeout, .transportFailure], code: 503),
        Hunt(tries: [.response(503), .response(486)], code: 486),
        Hunt(tries: [.response(486), .response(503)], code: 486),
        Hunt(tries: [.response(404)], code: 404),
        Hunt(tries: [.response(503), .response(603), .response(486)], code: 603),
        // Neither a redirect nor a challenge is for the caller.
        Hunt(tries: [.response(302)], code: 503), Hunt(tries: [.response(503), .response(380)], code: 503),
        Hunt(tries: [.response(401)], code: 503), Hunt(tries: [.response(407)], code: 503),
        Hunt(tries: [.response(400)], code: 400), Hunt(tries: [.response(200)], code: 200),
    ])
    func `the caller gets the first code that is nobody's fault`(_ hunt: Hunt) {
        let tries = hunt.tries.map { (reply: Failover.Reply($0), flags: Failover.Flags()) }
        #expect(Failover.callerCode(after: tries) == hunt.code)
    }

    @Test func `a carrier that wants credentials is an alarm`() {
        #expect(Failover.isAlarm(.response(401)) && Failover.isAlarm(.response(407)))
        #expect(!Failover.isAlarm(.response(403)) && !Failover.isAlarm(.timeout))
    }
}
