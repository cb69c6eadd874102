import Foundation

/// Reads a file in lines, a bounded number at a time.
final class LineReader {
    struct Line {
        let text: Substring
        /// It ends in a line end; the last line of a file that was cut does not.
        let isComplete: Bool
    }

    private let handle: FileHandle
    private var rest: [UInt8] = []
    private var isAtEnd = false

    private static let chunk = 1 << 20
    private static let lineEnd = UInt8(ascii: "\n")

    init(path: String) throws {
        handle = try FileHandle(forReadingFrom: URL(filePath: path))
    }

    deinit { try? handle.close() }  // reading is over, whatever close says

    /// At most `count` lines; none at the end of the file. Bytes that are not UTF-8 become U+FFFD.
    func next(_ count: Int) throws -> [Line] {
        var lines: [Line] = []
        var start = 0
        while lines.count < count {
            if let end = rest[start...].firstIndex(of: Self.lineEnd) {
                lines.append(line(rest[start..<end], isComplete: true))
                start = end + 1
            } else if isAtEnd {
                if start < rest.count { lines.append(line(rest[start...], isComplete: false)) }
                start = rest.count
                break
            } else {
                rest.removeFirst(start)
                start = 0
                let data = try handle.read(upToCount: Self.chunk) ?? Data()
                if data.isEmpty { isAtEnd = true } else { rest += data }
            }
        }
        rest.removeFirst(start)
        return lines
    }

    private func line(_ bytes: ArraySlice<UInt8>, isComplete: Bool) -> Line {
        Line(text: Substring(decoding: bytes, as: UTF8.self), isComplete: isComplete)
    }
}
