/// A piece of a message: the message's bytes and where in them the piece lies. Making one copies nothing.
///
/// Two texts are equal when their bytes are; SIP's case rules differ by field, so ask for them by name.
package struct Text: Sendable {
    let source: [UInt8]
    let extent: Extent

    init(_ source: [UInt8], _ extent: Extent) {
        self.source = source
        self.extent = extent
    }

    /// A text of its own, for comparing with and looking up.
    package init(_ string: String) {
        source = Array(string.utf8.prefix(Limits.messageBytesEver))
        extent = Extent(0, source.count)
    }

    /// The length in bytes.
    package var count: Int { extent.count }
    /// Whether there is nothing, such as a header without value.
    package var isEmpty: Bool { extent.isEmpty }
    /// The bytes as they came, folds included.
    package var bytes: ArraySlice<UInt8> { source[extent.lower..<extent.upper] }

    /// The text to read: a fold is one space, bytes that are not UTF-8 and control characters are U+FFFD.
    ///
    /// No control character means that the string may go to a log or a database column as it is.
    package var string: String {
        let text = source.span
        for at in extent.lower..<extent.upper where text[at] < 0x20 || text[at] == 0x7F {
            return String(decoding: cleaned, as: UTF8.self)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The text with `%hh` escapes decoded, then cleaned as in ``string``.
    package var unescaped: String {
        guard bytes.contains(UInt8(ascii: "%")) else { return string }
        let text = source.span
        var decoded: [UInt8] = []
        decoded.reserveCapacity(count)
        var at = extent.lower
        while at < extent.upper {
            if text[at] == UInt8(ascii: "%"), at + 2 < extent.upper,
                let high = Span<UInt8>.nibble(text[at + 1]), let low = Span<UInt8>.nibble(text[at + 2])
            {
                decoded.append(high << 4 | low)
                at += 3
            } else {
                decoded.append(text[at])
                at += 1
            }
        }
        return Text(decoded, Extent(0, decoded.count)).string
    }

    /// The content of a quoted string without quotes and backslashes; any other text as ``string``.
    package var unquoted: String {
        guard count >= 2, bytes.first == UInt8(ascii: "\""), bytes.last == UInt8(ascii: "\"") else { return string }
        var content: [UInt8] = []
        content.reserveCapacity(count)
        var escaped = false
        for byte in bytes.dropFirst().dropLast() {
            if !escaped, byte == UInt8(ascii: "\\") {
                escaped = true
            } else {
                content.append(byte)
                escaped = false
            }
        }
        return Text(content, Extent(0, content.count)).string
    }

    /// Compares byte by byte.
    package static func == (text: Text, string: String) -> Bool {
        let word = string.utf8.span
        let bytes = text.source.span
        guard word.count == text.count else { return false }
        for index in word.indices where bytes[text.extent.lower + index] != word[index] { return false }
        return true
    }

    /// Compares without regard to ASCII case.
    package func matches(_ string: String) -> Bool {
        source.span.matches(string, from: extent.lower, to: extent.upper)
    }

    /// Compares without regard to ASCII case.
    func matches(_ other: Text) -> Bool {
        let (mine, theirs) = (source.span, other.source.span)
        guard count == other.count else { return false }
        for index in 0..<count {
            let byte = Span<UInt8>.lowercase(theirs[other.extent.lower + index])
            if Span<UInt8>.lowercase(mine[extent.lower + index]) != byte { return false }
        }
        return true
    }

    private var cleaned: [UInt8] {
        var clean: [UInt8] = []
        clean.reserveCapacity(count)
        let text = source.span
        var at = extent.lower
        while at < extent.upper {
            let byte = text[at]
            if Span<UInt8>.isBlank(byte) {
                clean.append(UInt8(ascii: " "))
                at = byte == UInt8(ascii: "\r") ? text.skipBlank(from: at, to: extent.upper) : at + 1
            } else {
                if byte < 0x20 || byte == 0x7F { clean += [0xEF, 0xBF, 0xBD] } else { clean.append(byte) }
                at += 1
            }
        }
        return clean
    }
}

extension Text: Hashable {
    /// Compares byte by byte.
    package static func == (left: Text, right: Text) -> Bool { left.bytes == right.bytes }

    /// Hashes the bytes.
    package func hash(into hasher: inout Hasher) {
        for byte in bytes { hasher.combine(byte) }
    }
}

extension Text: CustomStringConvertible {
    /// As ``string``.
    package var description: String { string }
}
