import Foundation

/// Turns the records of a file, or of a request, into calls.
struct IntakeReader {
    private let fields: FieldReader
    private let read: ReadCall
    private let isLatin1: Bool
    private var pairs: PairTransactions?
    private var number = 0

    /// - Parameter heading: the line that names the columns, where there is one.
    init(_ options: IntakeOptions, heading: [UInt8]?, now: Date = Date()) throws {
        isLatin1 = options.encoding == .latin1
        fields = try FieldReader(options.mapping, heading: heading, isLatin1: isLatin1)
        read = ReadCall(options.mapping, options, now: now)
        pairs = options.mapping.layout == .transactions ? PairTransactions() : nil
    }

    /// What a record came to; none while it waits for another, more when it settles others.
    mutating func take(_ raw: RecordSplitter.Raw) -> [IntakeRecord] {
        number += 1
        let values: FieldValues
        do throws(RecordProblem) {
            values = try fields.values(of: raw)
        } catch {
            return [record([(raw, number)], .problem(error))]
        }
        guard pairs != nil else { return [record([(raw, number)], call(values))] }
        return settle(pairs?.take(values, raw, number) ?? [])
    }

    /// What waits for another record gets none any more.
    mutating func finish() -> [IntakeRecord] { settle(pairs?.finish() ?? []) }

    /// The oldest record that waits for another.
    var oldest: RecordSplitter.Raw? { pairs?.oldest }

    private func settle(_ results: [PairTransactions.Result]) -> [IntakeRecord] {
        results.map { result in
            switch result {
            case .call(let values, let parts): record(parts, call(values))
            case .lonely(let problem, let raw, let number): record([(raw, number)], .problem(problem))
            case .skipped(let raw, let number): record([(raw, number)], .skipped)
            }
        }
    }

    private func call(_ values: FieldValues) -> IntakeRecord.Outcome {
        do throws(RecordProblem) {
            return .call(try read(values))
        } catch {
            return .problem(error)
        }
    }

    private func record(
        _ parts: [(raw: RecordSplitter.Raw, number: Int)], _ outcome: IntakeRecord.Outcome
    ) -> IntakeRecord {
        var text = Array(parts.map(\.raw.bytes).joined(separator: [UInt8(ascii: "\n")]))
        // What is kept of it is UTF-8, whatever the file was.
        if isLatin1, text.contains(where: { $0 > 0x7F }) {
            text = Array(text.readAsLatin1.utf8)
        }
        return IntakeRecord(
            line: parts.first?.raw.line ?? 1, start: parts.first?.raw.start ?? 0, text: text,
            isCut: parts.contains { $0.raw.isCut }, outcome: outcome,
            parts: parts.map(\.number))
    }
}
