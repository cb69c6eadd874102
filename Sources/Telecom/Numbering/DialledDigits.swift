/// The digits of what was dialled, with separators gone and letters decided upon; still without any meaning.
struct DialledDigits: Sendable, Hashable {
    /// Whether it began with `+`, which says that a country code follows.
    private(set) var hasPlus = false
    private(set) var digits = DigitRun()

    /// Of what a translation rule made: nothing is in it but what can be dialled.
    init(_ text: DialString) throws(NumberError) {
        for position in 0..<text.count {
            switch text[position] {
            case 0...9: try append(text[position])
            case DialString.plus: hasPlus = true  // stands in front only
            default: throw .featureCode
            }
        }
        if digits.count == 0 { throw .empty }
    }

    init(_ text: String, letters: DialPlan.Letters) throws(NumberError) {
        let bytes = text.utf8.span
        var index = 0
        scanning: while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                try append(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "+") where digits.count == 0 && !hasPlus: hasPlus = true
            // The visual separators of RFC 3966, section 5.1.1, and the blanks that people write.
            case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: " "): break
            case UInt8(ascii: "*"), UInt8(ascii: "#"): throw .featureCode
            case UInt8(ascii: ";"):
                if DialledDigits.isExtension(text.utf8.dropFirst(index + 1)) { throw .extensionNotAllowed }
                break scanning
            default:
                let rest = text.utf8.dropFirst(index)
                if digits.count > 0, DialledDigits.isExtension(rest) { throw .extensionNotAllowed }
                guard letters == .keypad, digits.count > 0, let digit = DialledDigits.keypadDigit(byte) else {
                    throw .notANumber
                }
                try append(digit)
            }
            index += 1
        }
        if digits.count == 0 { throw .empty }
    }

    private mutating func append(_ digit: UInt8) throws(NumberError) {
        guard digits.count < DigitRun.maximumCount else { throw .tooLong }
        digits.append(digit)
    }

    /// The keypad of ITU-T E.161: ABC 2, DEF 3, GHI 4, JKL 5, MNO 6, PQRS 7, TUV 8, WXYZ 9.
    private static func keypadDigit(_ byte: UInt8) -> UInt8? {
        switch byte | 0x20 {
        case UInt8(ascii: "a")...UInt8(ascii: "c"): 2
        case UInt8(ascii: "d")...UInt8(ascii: "f"): 3
        case UInt8(ascii: "g")...UInt8(ascii: "i"): 4
        case UInt8(ascii: "j")...UInt8(ascii: "l"): 5
        case UInt8(ascii: "m")...UInt8(ascii: "o"): 6
        case UInt8(ascii: "p")...UInt8(ascii: "s"): 7
        case UInt8(ascii: "t")...UInt8(ascii: "v"): 8
        case UInt8(ascii: "w")...UInt8(ascii: "z"): 9
        default: nil
        }
    }

    /// `ext=9`, `ext. 9`, `x 9`: the word, a few marks, then digits and nothing else until a parameter.
    static func isExtension(_ rest: Substring.UTF8View) -> Bool {
        var rest = rest.prefix { $0 != UInt8(ascii: ";") }
        for word in ["ext", "x"] where rest.lazy.map({ $0 | 0x20 }).starts(with: word.utf8) {
            rest = rest.dropFirst(word.utf8.count)
            let digits = rest.drop { byte in " .:=".utf8.contains(byte) }
            return !digits.isEmpty && digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        }
        return false
    }
}
