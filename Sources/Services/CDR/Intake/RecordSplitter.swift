/// Cuts a file into records, in bounded memory, and goes on behind what is none.
///
/// A record that is too long, or whose quotes do not end, costs its own line and no other; of it only the beginning is
/// kept.
final class RecordSplitter {
    enum Style: Sendable, Equatable {
        /// A record a line.
        case lines
        /// Fields between separators; one in quotes may hold line ends.
        case delimited(UInt8)
        /// JSON objects, one after the other or in a list, over as many lines as they like.
        case objects
    }

    /// A record as it stands there.
    struct Raw: Sendable {
        /// Where it begins: the line, from 1, and the byte.
        let line: Int
        let start: Int
        let bytes: [UInt8]
        /// Why it is none: what was expected.
        var expected: String?
        /// Whether bytes are only its beginning.
        var isCut = false
    }

    /// May be set until the first record is read: what it is may only be seen by looking (`peek`).
    var style: Style
    /// Behind the last record: the byte, and how many lines there are before it.
    private(set) var offset: Int
    private(set) var lines: Int

    private let feed: ByteFeed
    private var buffer: [UInt8] = []
    private var start = 0
    private var isAtEnd = false

    /// A longer record is none.
    static let longest = 1 << 20
    /// Quotes around more than this do not end.
    private static let longestInQuotes = 64 << 10
    /// Of a record that is none.
    private static let keptOfBad = 500

    private static let lineEnd = UInt8(ascii: "\n")
    private static let quote = UInt8(ascii: "\"")
    private static let space = UInt8(ascii: " ")

    init(_ feed: ByteFeed, _ style: Style, offset: Int = 0, lines: Int = 0) {
        self.feed = feed
        self.style = style
        self.offset = max(offset, feed.beginning)
        self.lines = lines
    }

    /// Bytes of the file that were looked at.
    var bytesRead: Int { feed.bytesRead - (buffer.count - start) }

    /// Bytes in memory.
    var heldBytes: Int { buffer.count }

    /// The first bytes from here on, to guess by; at least a line of them, if lines are not too long.
    func peek() throws -> ArraySlice<UInt8> {
        while !isAtEnd, buffer.count - start < Self.longest, !buffer[start...].contains(Self.lineEnd) { try fill() }
        return buffer[start...]
    }

    /// The next record; `nil` at the end. Blank lines are none.
    func next() throws -> Raw? {
        while true {
            let raw: Raw?
            switch style {
            case .lines: raw = try nextLine(separator: nil)
            case .delimited(let separator): raw = try nextLine(separator: separator)
            case .objects: raw = try nextObject()
            }
            guard let raw else { return nil }
            if raw.expected != nil || raw.bytes.contains(where: { $0 > Self.space }) { return raw }
        }
    }

    // MARK: Lines

    private func nextLine(separator: UInt8?) throws -> Raw? {
        var index = start
        var isQuoted = false
        var isFieldStart = true
        while true {
            while index < buffer.count {
                let byte = buffer[index]
                if byte == Self.lineEnd && !isQuoted { return take(to: index, skipping: 1) }
                if let separator {
                    let isMark = byte == Self.quote && (isQuoted || isFieldStart)
                    if isMark { isQuoted.toggle() }
                    isFieldStart = !isQuoted && (byte == separator || isMark || isFieldStart && byte == Self.space)
                }
                index += 1
            }
            let length = index - start
            let isTooLong = isQuoted ? length > Self.longestInQuotes : length > Self.longest
            if isTooLong || isAtEnd {
                if length == 0 { return nil }
                if isQuoted { return try endless(in: start..<index) }
                return isTooLong ? try tooLong() : take(to: index, skipping: 0)
            }
            let before = start
            try fill()
            index -= before
        }
    }

    /// Quotes that do not end: the first of their lines is given up.
    private func endless(in range: Range<Int>) throws -> Raw {
        guard let end = buffer[range].firstIndex(of: Self.lineEnd) else {
            return isAtEnd ? bad(take(to: range.upperBound, skipping: 0), "quotes that end") : try tooLong()
        }
        return bad(take(to: end, skipping: 1), "quotes that end")
    }

    private func bad(_ raw: Raw, _ expected: String) -> Raw {
        Raw(line: raw.line, start: raw.start, bytes: raw.bytes, expected: expected)
    }

    /// Takes a record and goes behind it.
    private func take(to end: Int, skipping: Int) -> Raw {
        var bytes = buffer[start..<end]
        if bytes.last == UInt8(ascii: "\r") { bytes = bytes.dropLast() }
        let raw = Raw(line: lines + 1, start: offset, bytes: Array(bytes))
        advance(to: end + skipping)
        return raw
    }

    private func advance(to end: Int) {
        lines += buffer[start..<end].count { $0 == Self.lineEnd }
        if isAtEnd && end == buffer.count && end > start && buffer[end - 1] != Self.lineEnd { lines += 1 }
        offset += end - start
        start = end
    }

    /// Keeps the beginning of a line and passes over the rest of it, however long that is.
    private func tooLong() throws -> Raw {
        let raw = Raw(
            line: lines + 1, start: offset, bytes: Array(buffer[start...].prefix(Self.keptOfBad)),
            expected: "a record of at most \(Self.longest >> 20) MB", isCut: true)
        try skip { buffer, start in buffer[start...].firstIndex(of: Self.lineEnd).map { $0 + 1 } }
        return raw
    }

    /// Passes over bytes, part by part, up to where `end` finds one.
    private func skip(to end: (_ buffer: [UInt8], _ start: Int) -> Int?) throws {
        while true {
            if let found = end(buffer, start) { return advance(to: found) }
            if isAtEnd { return advance(to: buffer.count) }
            // The last byte stays: it may be half of what is looked for.
            advance(to: max(buffer.count - 1, start))
            try fill()
        }
    }

    private func fill() throws {
        buffer.removeFirst(start)
        start = 0
        let part = try feed.next()
        if part.isEmpty { isAtEnd = true } else { buffer += part }
    }

    // MARK: Objects

    private func nextObject() throws -> Raw? {
        guard try findObject() else { return nil }
        guard buffer[start] == UInt8(ascii: "{") else { return try unreadable("an object") }
        var index = start
        var depth = 0
        var isText = false
        var isEscaped = false
        while true {
            while index < buffer.count {
                let byte = buffer[index]
                index += 1
                if isText {
                    if isEscaped {
                        isEscaped = false
                    } else if byte == UInt8(ascii: "\\") {
                        isEscaped = true
                    } else if byte == Self.quote {
                        isText = false
                    }
                } else if byte == Self.quote {
                    isText = true
                } else if byte == UInt8(ascii: "{") {
                    depth += 1
                } else if byte == UInt8(ascii: "}") {
                    depth -= 1
                    if depth == 0 { return take(to: index, skipping: 0) }
                }
            }
            if index - start > Self.longest { return try unreadable("an object of at most 1 MB") }
            if isAtEnd { return bad(take(to: index, skipping: 0), "an object that ends; the file may be cut") }
            let before = start
            try fill()
            index -= before
        }
    }

    /// Goes to the next byte that means something; `false` at the end.
    private func findObject() throws -> Bool {
        while true {
            let next = buffer[start...].firstIndex { $0 > Self.space && !"[],".utf8.contains($0) }
            if let next {
                advance(to: next)
                return true
            }
            advance(to: buffer.count)
            if isAtEnd { return false }
            try fill()
        }
    }

    /// Gives up what is there, to the next line that begins with an object.
    private func unreadable(_ expected: String) throws -> Raw {
        let raw = Raw(
            line: lines + 1, start: offset, bytes: Array(buffer[start...].prefix(Self.keptOfBad)), expected: expected,
            isCut: true)
        var isFirst = true
        try skip { buffer, start in
            // The object that is given up may stand at the beginning of its line.
            let from = isFirst ? start + 1 : start
            isFirst = false
            guard from < buffer.count else { return nil }
            return zip(from..., buffer[from...].dropFirst()).first { index, byte in
                buffer[index] == Self.lineEnd && byte == UInt8(ascii: "{")
            }.map { $0.0 + 1 }
        }
        return raw
    }
}
