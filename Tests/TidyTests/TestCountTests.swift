import Foundation
import Testing

/// What scripts/count-tests.awk makes of the event streams of test runs: a miscount would call a broken change good.
@Suite struct TestCountTests {
    // MARK: Lines of a stream, as Swift Testing writes them

    private static func line(_ kind: String, _ payload: String) -> String {
        #"{"kind":"\#(kind)","payload":{\#(payload)},"version":"6.3.0"}"#
    }

    private static func test(_ name: String, rows: Bool = false) -> String {
        let kind = #""displayName":"\#(name)","id":"A.B\/`\#(name)`()\/C.swift:1:2","isParameterized":\#(rows)"#
        return line("test", #"\#(kind),"kind":"function","name":"`\#(name)`()""#)
    }

    private static func event(_ kind: String, _ name: String? = nil) -> String {
        let id = name.map { #","testID":"A.B\/`\#($0)`()\/C.swift:1:2""# } ?? ""
        return line("event", #""instant":{"absolute":1.5},"kind":"\#(kind)","messages":[]\#(id)"#)
    }

    private static func issue(
        _ text: String, of id: String?, isFailure: Bool = true, isKnown: Bool = false
    ) -> String {
        let place = #""sourceLocation":{"column":9,"fileID":"A\/C.swift","line":7}"#
        let issue = #""issue":{"isFailure":\#(isFailure),"isKnown":\#(isKnown),\#(place)}"#
        let messages = #"[{"symbol":"fail","text":"Issue recorded"},{"symbol":"details","text":"\#(text)"}]"#
        return line(
            "event",
            #"\#(issue),"kind":"issueRecorded","messages":\#(messages)"# + (id.map { #","testID":"\#($0)""# } ?? ""))
    }

    private static func of(_ name: String) -> String { #"A.B\/`\#(name)`()\/C.swift:1:2"# }

    private static func whole(_ name: String, _ between: [String] = []) -> [String] {
        [event("testStarted", name), event("testCaseStarted", name)] + between
            + [event("testCaseEnded", name), event("testEnded", name)]
    }

    private static func row(_ name: String) -> [String] {
        [event("testCaseStarted", name), event("testCaseEnded", name)]
    }

    private static let begin = event("runStarted")
    private static let end = event("runEnded")

    // MARK: Streams

    struct Stream: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let lines: [String]
        let expected: [String]
    }

    private static let streams = [
        Stream(
            testDescription: "two good tests",
            lines: [test("a"), test("b"), begin] + whole("a") + whole("b") + [end], expected: ["COUNTS 2 0 0"]),
        Stream(
            testDescription: "one failed row of three",
            lines: [test("a", rows: true), begin, event("testStarted", "a")] + row("a")
                + [event("testCaseStarted", "a"), issue("2 is not 3", of: of("a")), event("testCaseEnded", "a")]
                + row("a") + [event("testEnded", "a"), end],
            expected: ["failed: A.B/`a`()/C.swift:1:2", "    A/C.swift:7: 2 is not 3", "COUNTS 2 1 0"]),
        Stream(
            testDescription: "several issues of one test are one failure, and are not all told",
            lines: [test("a"), begin] + whole("a", (1...5).map { issue("no \($0)", of: of("a")) }) + [end],
            expected: ["failed: A.B/`a`()/C.swift:1:2"] + (1...3).map { "    A/C.swift:7: no \($0)" }
                + ["    and 2 more issues", "COUNTS 0 1 0"]),
        Stream(
            testDescription: "quotes, ends of lines and slashes in an issue",
            lines: [test("a"), begin] + whole("a", [issue(#"\"x\"\n\/y\\n"#, of: of("a"))]) + [end],
            expected: ["failed: A.B/`a`()/C.swift:1:2", #"    A/C.swift:7: "x" /y\n"#, "COUNTS 0 1 0"]),
        Stream(
            testDescription: "a warning and a known issue",
            lines: [test("a"), begin]
                + whole("a", [issue("w", of: of("a"), isFailure: false), issue("k", of: of("a"), isKnown: true)]) + [
                    end
                ],
            expected: ["COUNTS 1 0 0"]),
        Stream(
            testDescription: "a crash in the middle of a test",
            lines: [test("a"), test("b"), test("c"), begin] + whole("a")
                + [event("testStarted", "b"), event("testCaseStarted", "b")],
            expected: [
                "still running when the tests stopped: A.B/`b`()/C.swift:1:2", "the tests stopped before their end",
                "COUNTS 1 1 0",
            ]),
        Stream(
            testDescription: "a crash in the second row",
            lines: [test("a", rows: true), begin, event("testStarted", "a")] + row("a")
                + [event("testCaseStarted", "a")],
            expected: [
                "still running when the tests stopped: A.B/`a`()/C.swift:1:2", "the tests stopped before their end",
                "COUNTS 1 1 0",
            ]),
        Stream(
            testDescription: "a crash between two tests",
            lines: [test("a"), test("b"), begin] + whole("a"),
            expected: ["the tests stopped before their end", "COUNTS 1 1 0"]),
        Stream(
            testDescription: "a suite whose set-up fails",
            lines: [test("a"), begin, issue("no server", of: "A.B"), end],
            expected: ["failed outside of a test: A.B", "    A/C.swift:7: no server", "COUNTS 0 1 0"]),
        Stream(
            testDescription: "an issue of no test",
            lines: [test("a"), begin] + whole("a") + [issue("late", of: nil), end],
            expected: ["failed outside of a test", "    A/C.swift:7: late", "COUNTS 1 1 0"]),
        Stream(
            testDescription: "a skipped test, and a cancelled row",
            lines: [test("a"), test("b", rows: true), begin, event("testSkipped", "a"), event("testStarted", "b")]
                + row("b") + [event("testCaseStarted", "b"), event("testCaseCancelled", "b")]
                + [event("testCaseEnded", "b"), event("testEnded", "b"), end],
            expected: ["COUNTS 1 0 2"]),
        Stream(testDescription: "no test", lines: [begin, end], expected: ["COUNTS 0 0 0"]),
        Stream(testDescription: "nothing at all", lines: [], expected: ["COUNTS 0 0 0"]),
    ]

    @Test(arguments: streams) func `a stream is counted, and what failed is told`(stream: Stream) throws {
        #expect(try Self.count([stream.lines]) == stream.expected)
    }

    @Test func `two streams are counted as one run, and both must end`() throws {
        let first = [Self.test("a"), Self.begin] + Self.whole("a") + [Self.end]
        let second = [Self.test("b"), Self.begin] + Self.whole("b")
        #expect(try Self.count([first, second + [Self.end]]) == ["COUNTS 2 0 0"])
        #expect(try Self.count([first, [Self.begin, Self.end]]) == ["COUNTS 1 0 0"])
        for cut in [second, []] {
            let found = try Self.count([first, cut])
            #expect(found == ["the tests stopped before their end", "COUNTS \(cut.isEmpty ? 1 : 2) 1 0"])
        }
    }

    /// The lines that the program prints for files of these lines.
    private static func count(_ streams: [[String]]) throws -> [String] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "heddle-count-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }  // the system clears its temporary files
        var arguments = ["-f", Repository.root.appending(path: "scripts/count-tests.awk").path]
        for (number, lines) in streams.enumerated() {
            let file = folder.appending(path: "\(number).jsonl")
            try lines.map { $0 + "\n" }.joined().write(to: file, atomically: false, encoding: .utf8)
            arguments.append(file.path)
        }
        let awk = Process()
        let output = Pipe()
        awk.executableURL = URL(filePath: "/usr/bin/awk")
        awk.arguments = arguments
        awk.standardOutput = output
        try awk.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        awk.waitUntilExit()
        #expect(awk.terminationStatus == 0)
        return text.split(separator: "\n").map(String.init)
    }
}
