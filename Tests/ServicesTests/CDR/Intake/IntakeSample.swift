import Foundation
import Testing

@testable import Services

/// Records of a text, read by a mapping.
struct IntakeSample {
    let records: [IntakeRecord]

    /// 2026-11-26T12:00:00Z, so that tests have no day on which they fail.
    static let now = Date(timeIntervalSince1970: 1_795_694_400)

    init(_ text: String, _ preset: String = "generic-csv", _ change: (inout CDRMapping) throws -> Void = { _ in })
        throws
    {
        var mapping = try #require(CDRMapping.preset(preset))
        try change(&mapping)
        try self.init(Array(text.utf8), IntakeOptions(preset: preset, mapping: mapping))
    }

    init(_ bytes: [UInt8], _ options: IntakeOptions) throws {
        let mapping = options.mapping
        let splitter = RecordSplitter(ByteFeed(bytes), .objects)
        var heading: [UInt8]?
        if mapping.layout != .json {
            let first = bytes.prefix { $0 != UInt8(ascii: "\n") }
            splitter.style = .delimited(mapping.delimiter ?? FieldReader.separator(of: first))
            if mapping.columns.isEmpty { heading = try splitter.next()?.bytes }
        }
        var reader = try IntakeReader(options, heading: heading, now: Self.now)
        var records: [IntakeRecord] = []
        while let raw = try splitter.next() { records += reader.take(raw) }
        self.records = records + reader.finish()
    }

    var calls: [IntakeCall] {
        records.compactMap { record -> IntakeCall? in if case .call(let call) = record.outcome { call } else { nil } }
    }

    /// What was not taken: line, field and why.
    var problems: [String] {
        records.compactMap { record in
            guard case .problem(let problem) = record.outcome else { return nil }
            return "\(record.line) \(problem.name): \(problem.words)"
        }
    }

    var skipped: Int { records.count { record in if case .skipped = record.outcome { true } else { false } } }
}

extension IntakeCall {
    /// In a line: start, then ringing, answer and end as ms after it, talk in ms, code, who called whom.
    var summary: String {
        func after(_ time: Int64?) -> String { time.map { String(($0 - startedMicroseconds) / 1_000) } ?? "-" }
        let start = Date(microseconds: startedMicroseconds).formatted(.iso8601)
        return
            "\(start) \(after(ringingMicroseconds)) \(after(answeredMicroseconds)) \(after(endedMicroseconds)) "
            + "\(talkMilliseconds) \(code) \(caller) \(callee)"
    }
}
