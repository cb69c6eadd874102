extension StringProtocol {
    /// As a part of an address has it (RFC 3986, section 2.1): letters, digits, `-._~` and the marks stay as they are.
    package func percentEncoded(also marks: String = "") -> String { PercentEncoding.text(String(self), also: marks) }
}

private enum PercentEncoding {
    static func text(_ text: String, also marks: String) -> String {
        // Nearly always there is nothing to encode.
        if text.utf8.allSatisfy({ stays($0, marks) }) { return text }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count + 16)
        for byte in text.utf8 {
            if stays(byte, marks) {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), hexadecimal[Int(byte >> 4)], hexadecimal[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func stays(_ byte: UInt8, _ marks: String) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: marks.utf8.contains(byte)
        }
    }

    private static let hexadecimal = Array("0123456789ABCDEF".utf8)
}
