/// Reads the parts of JSON (RFC 8259) that all its readers have in common: space, texts and words.
struct JSONScanner {
    let bytes: [UInt8]
    private(set) var index = 0

    /// It is not JSON, from the scanner's index on.
    struct Malformed: Error {}

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

    mutating func skip() { index += 1 }

    mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
    }

    mutating func expect(_ byte: UInt8) throws(Malformed) {
        guard peek == byte else { throw Malformed() }
        index += 1
    }

    /// `true`, `false`, `null` or a number, as it is written.
    mutating func word() throws(Malformed) -> ArraySlice<UInt8> {
        let start = index
        var end = index
        while end < bytes.count, bytes[end] > 0x20, !",]}".utf8.contains(bytes[end]) { end += 1 }
        let word = bytes[start..<end]
        guard Self.isName(word) || Self.isNumber(word) else { throw Malformed() }
        index = end
        return word
    }

    private static func isName(_ word: ArraySlice<UInt8>) -> Bool {
        word.elementsEqual("true".utf8) || word.elementsEqual("false".utf8) || word.elementsEqual("null".utf8)
    }

    /// A double has 343 at most.
    private static let mostDigits = 400
    private static let mostExponent = 400

    /// As RFC 8259, section 6, has it, and no longer than anything means, also when its exponent is written out as
    /// PostgreSQL does it: what is taken can be read again.
    private static func isNumber(_ word: ArraySlice<UInt8>) -> Bool {
        guard word.count <= mostDigits else { return false }
        var rest = word
        func digits() -> Int {
            let count = rest.prefix { (0x30...0x39).contains($0) }.count
            rest = rest.dropFirst(count)
            return count
        }
        if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        let significand = rest
        let isZero = rest.first == UInt8(ascii: "0")
        let whole = digits()
        guard whole > 0, !isZero || whole == 1 else { return false }
        var fraction = 0
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            fraction = digits()
            guard fraction > 0 else { return false }
        }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest = rest.dropFirst()
            guard let exponent = Int(String(decoding: rest, as: UTF8.self)),
                (-mostExponent...mostExponent).contains(exponent)
            else { return false }
            let written = significand.prefix { $0 != UInt8(ascii: "e") && $0 != UInt8(ascii: "E") }
            let sign = word.count - significand.count
            return sign + length(written.filter { $0 != UInt8(ascii: ".") }, whole, fraction, exponent) <= mostDigits
        }
        return rest.isEmpty
    }

    /// How long a number is without its exponent: trailing zeros of its fraction stay, leading ones go.
    private static func length(_ digits: [UInt8], _ whole: Int, _ fraction: Int, _ exponent: Int) -> Int {
        let zeros = digits.prefix { $0 == UInt8(ascii: "0") }.count
        let left = zeros == digits.count ? 1 : max(1, whole - zeros + exponent)
        let right = max(0, fraction - exponent)
        return left + (right > 0 ? 1 + right : 0)
    }

    /// A text in quotation marks. A surrogate without its other half is U+FFFD.
    mutating func text() throws(Malformed) -> String {
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
