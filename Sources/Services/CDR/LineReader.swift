import Foundation

/// Reads a file in lines, a bounded number at a time, while somebody may still append to it.
final class LineReader {
    struct Line {
        let text: Substring
        /// It ends in a line end; the last line of a file that was cut does not.
        let isComplete: Bool
    }

    private let handle: FileHandle
    private var rest: [UInt8] = []
    private var isAtEnd = false
    /// Where the next line begins, in bytes.
    private(set) var offset: Int

    private static let chunk = 1 << 20
    private static let lineEnd = UInt8(ascii: "\n")

    init(path: String, from offset: Int = 0) throws {
        handle = try FileHandle(forReadingFrom: URL(filePath: path))
        try handle.seek(toOffset: UInt64(offset))
        self.offset = offset
    }

    deinit { try? handle.close() }  // reading is over, whatever close says

    /// At most `count` lines; none at the end of the file. Bytes that are not UTF-8 become U+FFFD.
    /// - Parameter isEnded: whether what stands behind the last line end is a line as well.
    func next(_ count: Int, isEnded: Bool) throws -> [Line] {
        var lines: [Line] = []
        var start = 0
        while lines.count < count {
            if let end = rest[start...].firstIndex(of: Self.lineEnd) {
                lines.append(line(rest[start..<end], isComplete: true))
                start = end + 1
            } else if isAtEnd {
                if isEnded && start < rest.count {
                    lines.append(line(rest[start...], isComplete: false))
                    start = rest.count
                }
                break
            } else {
                drop(start)
                start = 0
                let data = try handle.read(upToCount: Self.chunk) ?? Data()
                if data.isEmpty { isAtEnd = true } else { rest += data }
            }
        }
        drop(start)
        return lines
    }

    private func drop(_ count: Int) {
        rest.removeFirst(count)
        offset += count
    }

    private func line(_ bytes: ArraySlice<UInt8>, isComplete: Bool) -> Line {
        Line(text: Substring(decoding: bytes, as: UTF8.self), isComplete: isComplete)
    }
}
