import Foundation

/// Reads a file of JSON objects, one a line, in bounded memory. Texts and numbers are fields by their names; numbers
/// keep their digits, for money may not pass through a floating-point number.
final class JSONLineReader {
    let size: Int
    private(set) var bytesRead = 0
    private(set) var line = 0
    /// What the objects so far called their members.
    private(set) var names: [String] = []
    /// Whether the line is no object.
    private(set) var isMalformed = false

    private let path: String
    private let handle: FileHandle
    private var buffer: [UInt8] = []
    private var position = 0
    private var columns: [String: Int] = [:]
    private var fields: [String] = []

    private static let chunk = 1 << 20
    private static let longestLine = 1 << 20
    private static let mostNames = 500

    init(path: String) throws {
        self.path = path
        guard let handle = FileHandle(forReadingAtPath: path) else { throw ImportFailure("\(path) cannot be read") }
        self.handle = handle
        size = Int(try handle.seekToEnd())
        try handle.seek(toOffset: 0)
    }

    deinit { try? handle.close() }  // reading is over, whatever close says

    var count: Int { names.count }

    subscript(index: Int) -> String { index < fields.count ? fields[index] : "" }

    /// Goes to the next line that is not blank; `false` at the end of the file.
    func next() throws -> Bool {
        while let bytes = try nextLine() {
            guard bytes.contains(where: { $0 > 0x20 }) else { continue }
            for index in fields.indices { fields[index] = "" }
            var scan = ObjectScan(bytes)
            isMalformed = !scan.read { name, value in take(name, value) }
            return true
        }
        return false
    }

    /// The line as it is, for what is said of it.
    private(set) var text = ""

    private func take(_ name: String, _ value: String) {
        var column = columns[name]
        if column == nil, names.count < Self.mostNames {
            column = names.count
            columns[name] = column
            names.append(name)
            fields.append("")
        }
        if let column { fields[column] = value }
    }

    private func nextLine() throws -> ArraySlice<UInt8>? {
        while true {
            if let end = buffer[position...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { position = end + 1 }
                return begin(buffer[position..<end])
            }
            guard buffer.count - position <= Self.longestLine else {
                throw ImportFailure("\(path): line \(line + 1) is longer than a record can be")
            }
            var chunk: [UInt8]
            do {
                chunk = [UInt8](try handle.read(upToCount: Self.chunk) ?? Data())
            } catch {
                throw ImportFailure("\(path) cannot be read")
            }
            bytesRead += chunk.count
            if chunk.isEmpty {
                guard position < buffer.count else { return nil }
                defer { position = buffer.count }
                return begin(buffer[position...])
            }
            if bytesRead == chunk.count, chunk.starts(with: [0xEF, 0xBB, 0xBF]) { chunk.removeFirst(3) }
            buffer = Array(buffer[position...]) + chunk
            position = 0
        }
    }

    private func begin(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        line += 1
        text = String(decoding: bytes.prefix(80), as: UTF8.self)
        return bytes
    }
}

/// Goes through one object once; what is nested in it is passed over.
private struct ObjectScan {
    private let bytes: ArraySlice<UInt8>
    private var at: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        at = bytes.startIndex
    }

    /// Whether the bytes are an object.
    mutating func read(_ take: (String, String) -> Void) -> Bool {
        guard skip("{") else { return false }
        if skip("}") { return isAtEnd }
        while true {
            guard let name = readText(), skip(":"), let value = readValue() else { return false }
            take(name, value)
            if skip("}") { return isAtEnd }
            guard skip(",") else { return false }
        }
    }

    private var isAtEnd: Bool { bytes[at...].allSatisfy { $0 <= 0x20 } }

    private mutating func skip(_ expected: Unicode.Scalar) -> Bool {
        while at < bytes.endIndex, bytes[at] <= 0x20 { at += 1 }
        guard at < bytes.endIndex, bytes[at] == UInt8(ascii: expected) else { return false }
        at += 1
        return true
    }

    /// A text or a literal; nothing for null and for what is nested.
    private mutating func readValue() -> String? {
        while at < bytes.endIndex, bytes[at] <= 0x20 { at += 1 }
        guard at < bytes.endIndex else { return nil }
        switch bytes[at] {
        case UInt8(ascii: "\""): return readText()
        case UInt8(ascii: "{"), UInt8(ascii: "["): return skipNested() ? "" : nil
        default:
            let start = at
            while at < bytes.endIndex, !",}] \t\r".utf8.contains(bytes[at]) { at += 1 }
            let text = String(decoding: bytes[start..<at], as: UTF8.self)
            return text.isEmpty ? nil : text == "null" ? "" : text
        }
    }

    private mutating func skipNested() -> Bool {
        var depth = 0
        while at < bytes.endIndex {
            switch bytes[at] {
            case UInt8(ascii: "\""):
                guard readText() != nil else { return false }
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            default: break
            }
            at += 1
            if depth == 0 { return true }
        }
        return false
    }

    private mutating func readText() -> String? {
        guard skip("\"") else { return nil }
        let start = at
        var hasEscape = false
        while at < bytes.endIndex, bytes[at] != UInt8(ascii: "\"") {
            if bytes[at] == UInt8(ascii: "\\") {
                hasEscape = true
                at += 1
            }
            at += 1
        }
        guard at < bytes.endIndex else { return nil }
        let raw = bytes[start..<at]
        at += 1
        guard hasEscape else { return String(decoding: raw, as: UTF8.self) }
        // Escapes are rare: Foundation knows them.
        return try? JSONDecoder().decode([String].self, from: Data("[\"".utf8 + raw + "\"]".utf8)).first
    }
}
