import Foundation

/// Reads a file of JSON objects, one a line, in bounded memory. Texts and numbers are fields by their paths; numbers
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
            let values = FlatJSON.values(of: Array(bytes))
            isMalformed = values == nil
            for (name, value) in (values ?? [:]).sorted(by: { $0.key < $1.key }) { take(name, value) }
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
