/// Text in lines of 76 characters at most, all ASCII, that people can still read (RFC 2045, section 6.7).
enum QuotedPrintable {
    private static let longestLine = 76
    private static let digits = Array("0123456789ABCDEF".utf8)

    /// - Returns: lines that end with CRLF, the last one too.
    static func encode(_ text: String) -> String {
        var lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
            line.last == UInt8(ascii: "\r") ? Array(line.dropLast()) : Array(line)
        }
        // The text's own last line end.
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines.map { encode(line: $0) + "\r\n" }.joined()
    }

    private static func encode(line: [UInt8]) -> String {
        var (done, current): ([UInt8], [UInt8]) = ([], [])
        for (index, byte) in line.enumerated() {
            let piece = isPlain(byte, isLast: index == line.count - 1) ? [byte] : escaped(byte)
            // The last place is for the mark that the line goes on.
            if current.count + piece.count > longestLine - 1 {
                done += current + Array("=\r\n".utf8)
                current = []
            }
            current += piece
        }
        return String(decoding: done + current, as: UTF8.self)
    }

    /// White space at the end of a line is lost on the way.
    private static func isPlain(_ byte: UInt8, isLast: Bool) -> Bool {
        switch byte {
        case UInt8(ascii: "="): false
        case UInt8(ascii: " "), UInt8(ascii: "\t"): !isLast
        default: (0x21...0x7E).contains(byte)
        }
    }

    private static func escaped(_ byte: UInt8) -> [UInt8] {
        [UInt8(ascii: "="), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
}
