import Foundation

/// Reads a file of separated values record by record, in bounded memory.
///
/// Commas, tabs, semicolons or bars, whichever the first line has most of; fields in quotes may hold separators, line
/// ends and doubled quotes (RFC 4180). What publishers do besides is taken as well: a byte order mark, either line end,
/// blank lines, and bytes that are no UTF-8, which are read as ISO 8859-1.
final class DelimitedReader {
    /// Bytes of the file.
    let size: Int
    /// Bytes that were read so far.
    private(set) var bytesRead = 0
    /// Line on which the record begins, from 1.
    private(set) var line = 0

    private let path: String
    private let handle: FileHandle
    private var buffer: [UInt8] = []
    private var position = 0
    private var nextLine = 1
    private var separator = UInt8(ascii: ",")
    /// The fields of the record one after the other, without quotes and separators, and where each ends.
    private var content: [UInt8] = []
    private var ends: [Int] = []

    private static let chunk = 1 << 20
    /// A record longer than this has a quote that does not end.
    private static let longestRecord = 1 << 20
    private static let quote = UInt8(ascii: "\"")
    private static let lineEnd = UInt8(ascii: "\n")
    private static let space = UInt8(ascii: " ")
    private static let carriageReturn = UInt8(ascii: "\r")

    init(path: String) throws {
        self.path = path
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw ImportFailure("\(path) cannot be read")
        }
        self.handle = handle
        size = Int(try handle.seekToEnd())
        try handle.seek(toOffset: 0)
        guard try fill() else { return }
        if buffer.starts(with: [0xFF, 0xFE]) || buffer.starts(with: [0xFE, 0xFF]) {
            throw ImportFailure("\(path) is UTF-16; save it as UTF-8")
        }
        if buffer.starts(with: "PK\u{3}\u{4}".utf8) {
            throw ImportFailure("\(path) is a workbook or an archive; export its sheet as CSV")
        }
        if buffer.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        let first = buffer[position...].prefix { $0 != Self.lineEnd }
        let counts = [",", "\t", ";", "|"].map { text in (first.count { $0 == text.utf8.first }, text.utf8.first) }
        if let most = counts.max(by: { $0.0 < $1.0 }), most.0 > 0, let byte = most.1 { separator = byte }
    }

    deinit { try? handle.close() }  // reading is over, whatever close says

    /// How many fields the record has.
    var count: Int { ends.count }

    /// A field of the record, without the white space around it.
    subscript(index: Int) -> String {
        let bytes = content[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
        guard let first = bytes.firstIndex(where: { $0 > 0x20 }), let last = bytes.lastIndex(where: { $0 > 0x20 })
        else { return "" }
        let field = bytes[first...last]
        return String(validating: field, as: UTF8.self)
            ?? String(String.UnicodeScalarView(field.map(Unicode.Scalar.init)))
    }

    /// Goes to the next record; `false` at the end of the file.
    func next() throws -> Bool {
        begin()
        var isQuoted = false
        var isFieldStart = true
        while let byte = try take() {
            if isQuoted {
                if byte == Self.lineEnd { nextLine += 1 }
                if byte != Self.quote {
                    content.append(byte)
                } else if try peek() == Self.quote {
                    content.append(byte)
                    position += 1
                } else {
                    isQuoted = false
                }
            } else if byte == Self.lineEnd {
                nextLine += 1
                if endRecord() { return true }
                begin()
            } else if byte == separator {
                ends.append(content.count)
            } else if byte == Self.quote && isFieldStart {
                isQuoted = true
            } else {
                content.append(byte)
            }
            isFieldStart =
                !isQuoted && (byte == separator || byte == Self.lineEnd || (isFieldStart && byte == Self.space))
            if content.count > Self.longestRecord { throw unending() }
        }
        if isQuoted { throw unending() }
        return endRecord()
    }

    private func begin() {
        line = nextLine
        content.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
    }

    /// Whether there is something in the record.
    private func endRecord() -> Bool {
        if content.last == Self.carriageReturn, content.count > ends.last ?? 0 { content.removeLast() }
        guard !content.isEmpty || !ends.isEmpty else { return false }
        ends.append(content.count)
        return true
    }

    private func unending() -> ImportFailure {
        ImportFailure("\(path): the quotes of the record that begins on line \(line) do not end")
    }

    private func take() throws -> UInt8? {
        guard let byte = try peek() else { return nil }
        position += 1
        return byte
    }

    private func peek() throws -> UInt8? {
        if position == buffer.count, !(try fill()) { return nil }
        return buffer[position]
    }

    private func fill() throws -> Bool {
        do {
            buffer = [UInt8](try handle.read(upToCount: Self.chunk) ?? Data())
        } catch {
            throw ImportFailure("\(path) cannot be read")
        }
        position = 0
        bytesRead += buffer.count
        return !buffer.isEmpty
    }
}
