import Foundation
import Postgres
import TestSupport
import Testing

/// tracking.format_duration: milliseconds as people read them.
@Suite(.database) struct FormatDurationTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let ms: Int?
        let text: String?

        var testDescription: String { text ?? "nothing" }
    }

    @Test(arguments: [
        Case(ms: 0, text: "00:00:00"), Case(ms: 999, text: "00:00:00"), Case(ms: 61_000, text: "00:01:01"),
        Case(ms: 3_661_999, text: "01:01:01"), Case(ms: 359_999_999, text: "99:59:59"),
        Case(ms: 360_000_000, text: "100:00:00"), Case(ms: -1, text: nil), Case(ms: nil, text: nil),
    ])
    func `is hours, minutes and seconds`(line: Case) async throws {
        let text =
            try await TestDatabase.suite.engine.run("select tracking.format_duration(\(line.ms)::bigint)")
            .value(String?.self) ?? nil
        #expect(text == line.text)
    }
}
