/// The values of a JSON object by their paths, as text: `variables.uuid`, `callflow.0.caller_profile.username`.
///
/// Numbers stay as they are written, so that an id of twenty digits is not rounded. Records come by the thousand a
/// second and have some hundred members each; a tree of them would cost more than all that follows.
struct FlatJSON {
    private let bytes: [UInt8]
    private var index = 0
    private var path: [UInt8] = []
    private var values: [String: String] = [:]

    private static let deepest = 32
    private static let mostValues = 10_000

    private struct Malformed: Error {}

    /// `nil` when the bytes are not one object, or it is absurd.
    static func values(of bytes: [UInt8]) -> [String: String]? {
        var reader = FlatJSON(bytes)
        do throws(Malformed) {
            reader.skipSpace()
            guard reader.peek == UInt8(ascii: "{") else { return nil }
            try reader.value(0)
            reader.skipSpace()
        } catch {
            return nil
        }
        return reader.index == bytes.count ? reader.values : nil
    }

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
    }

    private mutating func expect(_ byte: UInt8) throws(Malformed) {
        guard peek == byte else { throw Malformed() }
        index += 1
    }

    private mutating func value(_ depth: Int) throws(Malformed) {
        guard depth < Self.deepest, values.count < Self.mostValues, let byte = peek else { throw Malformed() }
        switch byte {
        case UInt8(ascii: "{"): try parts(UInt8(ascii: "}"), depth, named: true)
        case UInt8(ascii: "["): try parts(UInt8(ascii: "]"), depth, named: false)
        case UInt8(ascii: "\""):
            let text = try text()
            keep(text)
        default:
            let start = index
            while let byte = peek, byte > 0x20, !",]}".utf8.contains(byte) { index += 1 }
            let word = bytes[start..<index]
            guard Self.isWord(word) || Self.isNumber(word) else { throw Malformed() }
            // The member is there, and says nothing.
            keep(word.elementsEqual("null".utf8) ? "" : String(decoding: word, as: UTF8.self))
        }
    }

    private static func isWord(_ word: ArraySlice<UInt8>) -> Bool {
        ["true", "false", "null"].contains { word.elementsEqual($0.utf8) }
    }

    private static func isNumber(_ word: ArraySlice<UInt8>) -> Bool {
        guard let first = word.first, first == 0x2D || (0x30...0x39).contains(first), word.count <= 100 else {
            return false
        }
        return word.allSatisfy { (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) }
    }

    private mutating func keep(_ text: String) { values[String(decoding: path, as: UTF8.self)] = text }

    /// The members of an object, or the elements of a list, which are called by their number.
    private mutating func parts(_ end: UInt8, _ depth: Int, named: Bool) throws(Malformed) {
        index += 1
        skipSpace()
        if peek == end {
            index += 1
            return
        }
        let length = path.count
        var number = 0
        while true {
            skipSpace()
            var name = String(number)
            if named {
                name = try text()
                skipSpace()
                try expect(UInt8(ascii: ":"))
                skipSpace()
            }
            if length > 0 { path.append(UInt8(ascii: ".")) }
            path += name.utf8
            try value(depth + 1)
            path.removeLast(path.count - length)
            number += 1
            skipSpace()
            if peek == end { break }
            try expect(UInt8(ascii: ","))
        }
        index += 1
    }

    private mutating func text() throws(Malformed) -> String {
        try expect(UInt8(ascii: "\""))
        let start = index
        while let byte = peek, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { index += 1 }
        if peek == UInt8(ascii: "\"") {
            guard let text = String(validating: bytes[start..<index], as: UTF8.self) else { throw Malformed() }
            index += 1
            return text
        }
        var units = Array(bytes[start..<index])
        while let byte = peek, byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { throw Malformed() }
            index += 1
            if byte == UInt8(ascii: "\\") { units += String(try escaped()).utf8 } else { units.append(byte) }
        }
        try expect(UInt8(ascii: "\""))
        guard let text = String(validating: units, as: UTF8.self) else { throw Malformed() }
        return text
    }

    private mutating func escaped() throws(Malformed) -> Unicode.Scalar {
        guard let byte = peek else { throw Malformed() }
        index += 1
        switch Unicode.Scalar(byte) {
        case "\"", "\\", "/": return Unicode.Scalar(byte)
        case "b": return "\u{8}"
        case "f": return "\u{C}"
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "u":
            let one = try hex()
            guard UTF16.isLeadSurrogate(one) else { return Unicode.Scalar(one) ?? "\u{FFFD}" }
            guard bytes[index...].starts(with: "\\u".utf8) else { return "\u{FFFD}" }
            index += 2
            let other = try hex()
            guard UTF16.isTrailSurrogate(other) else { return "\u{FFFD}" }
            return Unicode.Scalar(0x10000 + (UInt32(one) - 0xD800) << 10 + UInt32(other) - 0xDC00) ?? "\u{FFFD}"
        default: throw Malformed()
        }
    }

    private mutating func hex() throws(Malformed) -> UInt16 {
        guard index + 4 <= bytes.count,
            let text = String(validating: bytes[index..<index + 4], as: UTF8.self), text.allSatisfy(\.isHexDigit),
            let number = UInt16(text, radix: 16)
        else { throw Malformed() }
        index += 4
        return number
    }
}
