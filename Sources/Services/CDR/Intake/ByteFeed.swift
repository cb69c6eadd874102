import Foundation

/// The bytes of a file part by part, in UTF-8 or ISO 8859-1: UTF-16 is turned into UTF-8 on the way.
///
/// Positions are counted in what it gives. Of UTF-16 a reader that goes on where another ended reads what was before
/// once more, and drops it.
final class ByteFeed {
    /// Bytes of the file, and how many were read.
    let size: Int
    private(set) var bytesRead = 0
    /// Where the text begins: behind a byte order mark.
    let beginning: Int

    private var handle: FileHandle?
    private var given: [UInt8]
    private let isBigEndian: Bool?
    /// Of UTF-16 what is left of a part: half a character.
    private var rest: [UInt8] = []
    private var toSkip = 0

    private static let chunk = 256 << 10

    /// - Parameter offset: where to go on; what `RecordSplitter` said.
    /// - Throws: `ImportFailure` when the file cannot be read, or is packed.
    init(path: String, _ encoding: RecordEncoding, from offset: Int = 0) throws {
        guard let handle = FileHandle(forReadingAtPath: path), let end = try? handle.seekToEnd() else {
            throw ImportFailure("\(path) cannot be read")
        }
        self.handle = handle
        size = Int(end)
        given = []
        try handle.seek(toOffset: 0)
        let head = [UInt8](try handle.read(upToCount: 4) ?? Data())
        if head.starts(with: "PK\u{3}\u{4}".utf8) {
            throw ImportFailure("\(path) is a workbook or an archive; export its sheet as CSV")
        }
        if head.starts(with: [0x1F, 0x8B]) || head.starts(with: [0xFD, 0x37, 0x7A]) || head.starts(with: "BZh".utf8) {
            throw ImportFailure("\(path) is compressed; unpack it first")
        }
        var mark = 0
        switch encoding {
        case .utf16le: isBigEndian = false
        case .utf16be: isBigEndian = true
        case .latin1: isBigEndian = nil
        case .auto:
            isBigEndian = head.starts(with: [0xFF, 0xFE]) ? false : head.starts(with: [0xFE, 0xFF]) ? true : nil
        }
        if isBigEndian != nil {
            if head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]) { mark = 2 }
            beginning = 0
            toSkip = offset
            try handle.seek(toOffset: UInt64(mark))
            bytesRead = mark
        } else {
            if encoding == .auto, head.starts(with: [0xEF, 0xBB, 0xBF]) { mark = 3 }
            beginning = mark
            bytesRead = max(offset, mark)
            try handle.seek(toOffset: UInt64(bytesRead))
        }
    }

    /// Text that is in memory already.
    init(_ text: [UInt8]) {
        given = text
        size = text.count
        beginning = 0
        isBigEndian = nil
    }

    deinit { try? handle?.close() }  // reading is over, whatever close says

    /// The next part; empty at the end.
    func next() throws -> [UInt8] {
        guard let handle else {
            let all = given
            given = []
            bytesRead += all.count
            return all
        }
        while true {
            let part: [UInt8]
            do {
                part = [UInt8](try handle.read(upToCount: Self.chunk) ?? Data())
            } catch {
                throw ImportFailure("the file cannot be read on at byte \(bytesRead)")
            }
            bytesRead += part.count
            guard let isBigEndian else { return part }
            var text = Self.utf8(&rest, part, isBigEndian)
            if toSkip > 0 {
                let skipped = min(toSkip, text.count)
                text.removeFirst(skipped)
                toSkip -= skipped
            }
            if !text.isEmpty || part.isEmpty { return text }
        }
    }

    /// - Parameter rest: half a character of the part before; becomes that of this one.
    private static func utf8(_ rest: inout [UInt8], _ part: [UInt8], _ isBigEndian: Bool) -> [UInt8] {
        let bytes = rest + part
        var units: [UInt16] = []
        units.reserveCapacity(bytes.count / 2)
        var index = 0
        while index + 1 < bytes.count {
            let (one, other) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
            units.append(isBigEndian ? one << 8 | other : other << 8 | one)
            index += 2
        }
        // The other half of the pair comes with the next part, unless there is none.
        if !part.isEmpty, let last = units.last, UTF16.isLeadSurrogate(last) {
            units.removeLast()
            index -= 2
        }
        rest = part.isEmpty ? [] : Array(bytes[index...])
        return Array(String(decoding: units, as: UTF16.self).utf8)
    }
}
