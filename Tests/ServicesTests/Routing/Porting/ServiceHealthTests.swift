import Foundation
import Testing

@testable import Services

/// What is told of a service's health, and how often.
@Suite struct ServiceHealthTests {
    private let start = Date(timeIntervalSince1970: 1_790_000_000)

    /// The level that is told after some answers (`+`) and failures (`-`).
    @Test(
        arguments: [
            ("", nil), ("+", .healthy), ("++++++++++-", .healthy), ("+++++++++-", .healthy), ("++++++++-", .degraded),
            ("-", .degraded), ("----", .degraded), ("-----", .down), ("-----+", .degraded),
            ("+++++++++++++-----", .down),
        ] as [(String, ServiceHealth.Level?)])
    func `how a service does`(answers: String, level: ServiceHealth.Level?) {
        var health = ServiceHealth()
        for answer in answers { note(answer, &health) }
        #expect(health.report(at: start)?.level == level)
    }

    private func note(_ answer: Character, _ health: inout ServiceHealth) {
        if answer == "+" {
            health.answered(at: start)
        } else {
            health.failed(.unusable("it answered with status 503"), at: start)
        }
    }

    @Test func `news is told at once, and what stays the same every minute`() {
        var health = ServiceHealth()
        var told: [String] = []
        // A question a second: for two minutes it answers, then it does not for ten seconds.
        for second in 0..<180 {
            let now = start + Double(second)
            note((120..<130).contains(second) ? "-" : "+", &health)
            if let report = health.report(at: now) { told.append("\(second) \(report.level)") }
        }
        #expect(
            told == [
                "0 healthy", "60 healthy", "120 healthy", "121 degraded", "124 down", "130 degraded", "131 healthy",
            ])
    }

    @Test func `nobody asked, nothing told`() {
        var health = ServiceHealth()
        note("+", &health)
        #expect(health.report(at: start) != nil)
        #expect(health.report(at: start + 3_600) == nil)
        note("+", &health)
        #expect(health.report(at: start + 7_200)?.level == .healthy)
    }

    @Test func `the last failure is told in short, without control characters`() {
        var health = ServiceHealth()
        health.failed(.unusable("a\u{0}\nb" + String(repeating: "é", count: 500)), at: start)
        health.answered(at: start + 1)
        let report = health.report(at: start + 2)
        #expect(report?.failure?.text == "ab" + String(repeating: "é", count: 298))
        #expect(report?.failure?.at == start && report?.at == start + 1 && report?.consecutiveFailures == 0)
        health.failed(.timedOut, at: start + 3)
        #expect(health.report(at: start + 90)?.failure?.text == "it did not answer in time")
    }
}
