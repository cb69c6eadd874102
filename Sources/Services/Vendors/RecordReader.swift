import Foundation

/// A carrier's file of calls, separated values with a header or JSON lines, record by record.
final class RecordReader {
    private enum Source {
        case delimited(DelimitedReader)
        case json(JSONLineReader)
    }

    /// How the file is written: `csv` or `json`.
    let format: String
    /// What holds what. Objects may have members that earlier ones had not.
    private(set) var layout: RecordLayout

    private let source: Source
    private let map: RecordMap
    private var isAtRecord = false

    /// Records that may stand above the header.
    private static let mostTitles = 25

    init(path: String, _ map: RecordMap) throws {
        self.map = map
        if Self.isJSON(path) {
            let reader = try JSONLineReader(path: path)
            guard try reader.next() else { throw ImportFailure("\(path) is empty") }
            guard !reader.isMalformed else {
                throw ImportFailure(
                    "\(path) begins with \"\(reader.text.forDisplay(60))\", expected a JSON object a line")
            }
            layout = try RecordLayout(reader.names, map)
            if let lack = layout.lack {
                throw ImportFailure("the first record has no \(lack); it has \(reader.names.joined(separator: ", "))")
            }
            isAtRecord = true
            source = .json(reader)
            format = "json"
        } else {
            let reader = try DelimitedReader(path: path)
            layout = try Self.header(of: reader, map)
            source = .delimited(reader)
            format = "csv"
        }
    }

    private static func isJSON(_ path: String) -> Bool {
        guard let handle = FileHandle(forReadingAtPath: path) else { return false }
        defer { try? handle.close() }  // it was only read
        let start = (try? handle.read(upToCount: 64)) ?? nil
        return start?.first { $0 > 0x20 && ![0xEF, 0xBB, 0xBF].contains($0) } == UInt8(ascii: "{")
    }

    private static func header(of reader: DelimitedReader, _ map: RecordMap) throws -> RecordLayout {
        var first: RecordLayout?
        var best: RecordLayout?
        var refusal: ImportFailure?
        for _ in 0..<mostTitles {
            guard try reader.next() else { break }
            let names = (0..<reader.count).map { reader[$0] }
            do {
                let layout = try RecordLayout(names, map)
                if layout.lack == nil { return layout }
                if first == nil { first = layout }
                if layout.columns.count > best?.columns.count ?? 0 { best = layout }
            } catch let failure as ImportFailure {
                refusal = refusal ?? failure
            }
        }
        if let refusal { throw refusal }
        guard let layout = best ?? first else { throw ImportFailure("the file is empty") }
        let names = layout.names.joined(separator: ", ").forDisplay(200)
        throw ImportFailure(
            """
            no header was found with \(layout.lack ?? "calls"); there is "\(names)". A map (--map) says which column \
            is what: {"columns": {"callee": "B-Number"}}
            """)
    }

    var size: Int {
        switch source {
        case .delimited(let reader): reader.size
        case .json(let reader): reader.size
        }
    }

    var bytesRead: Int {
        switch source {
        case .delimited(let reader): reader.bytesRead
        case .json(let reader): reader.bytesRead
        }
    }

    /// On which the record begins, from 1.
    var line: Int {
        switch source {
        case .delimited(let reader): reader.line
        case .json(let reader): reader.line
        }
    }

    /// The line, when it is no record at all.
    var malformed: String? {
        guard case .json(let reader) = source, reader.isMalformed else { return nil }
        return reader.text
    }

    /// Goes to the next record; `false` at the end of the file.
    func next() throws -> Bool {
        if isAtRecord {
            isAtRecord = false
            return true
        }
        switch source {
        case .delimited(let reader): return try reader.next()
        case .json(let reader):
            guard try reader.next() else { return false }
            if reader.names.count > layout.names.count { layout = try RecordLayout(reader.names, map) }
            return true
        }
    }

    /// What the record says of a field; `nil` where it says nothing.
    func text(_ field: RecordLayout.Field) -> String? {
        guard let column = layout.columns[field] else { return nil }
        let text: String
        switch source {
        case .delimited(let reader):
            guard column < reader.count else { return nil }
            text = reader[column]
        case .json(let reader): text = reader[column]
        }
        return text.isEmpty ? nil : text
    }

    /// Whether the record has no field at all that means something.
    var isEmpty: Bool { layout.columns.keys.allSatisfy { text($0) == nil } }
}
