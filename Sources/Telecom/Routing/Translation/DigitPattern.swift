/// Which numbers a translation rule is for, as dial plans write it: `9011.`, `1NXXNXXXXXX`, `0[1-35]X.`.
///
/// The digits, `*` and `#` are themselves, X is any digit, Z is 1…9, N is 2…9, brackets hold a class of digits, `+` may
/// come first, and `.` at the end takes whatever follows, or nothing. There is nothing to choose while a number is
/// read, so that it is read once and never again: no pattern takes more steps than it has symbols. The domain
/// `routing.digit_pattern` is the same language.
package struct DigitPattern: Sendable, Hashable {
    /// For each symbol of the number the symbols that it may be: bit n for the symbol n of a `DialString`.
    let sets: [UInt16]
    /// Whether more may follow.
    let takesRest: Bool

    /// Why a text is not a pattern. The raw value is shown.
    package enum Fault: String, Error, Sendable, Hashable, CaseIterable {
        case empty
        case tooLong = "too_long"
        /// A symbol that the language does not have, a `+` that does not come first, something behind the `.`.
        case unknownSymbol = "unknown_symbol"
        /// A class that is not closed, is empty, or has a range that descends.
        case badClass = "bad_class"
    }

    /// A `+` in front is one more.
    package static let maximumSymbols = 31

    private static let digits: UInt16 = 0b11_1111_1111

    package init(_ text: String) throws(Fault) {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty else { throw .empty }
        var sets: [UInt16] = []
        var rest = bytes[...]
        if rest.first == UInt8(ascii: "+") {
            sets.append(1 << UInt16(DialString.plus))
            rest = rest.dropFirst()
        }
        let takesRest = rest.last == UInt8(ascii: ".")
        if takesRest { rest = rest.dropLast() }
        let plusCount = sets.count
        while let byte = rest.popFirst() {
            guard sets.count - plusCount < DigitPattern.maximumSymbols else { throw .tooLong }
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): sets.append(1 << UInt16(byte - UInt8(ascii: "0")))
            case UInt8(ascii: "*"): sets.append(1 << UInt16(DialString.star))
            case UInt8(ascii: "#"): sets.append(1 << UInt16(DialString.hash))
            case UInt8(ascii: "X"): sets.append(DigitPattern.digits)
            case UInt8(ascii: "Z"): sets.append(DigitPattern.digits & ~0b1)
            case UInt8(ascii: "N"): sets.append(DigitPattern.digits & ~0b11)
            case UInt8(ascii: "["): sets.append(try DigitPattern.readClass(&rest))
            default: throw .unknownSymbol
            }
        }
        self.sets = sets
        self.takesRest = takesRest
    }

    /// `13-5]`: the bracket has been read.
    private static func readClass(_ rest: inout ArraySlice<UInt8>) throws(Fault) -> UInt16 {
        var set: UInt16 = 0
        while let byte = rest.popFirst(), byte != UInt8(ascii: "]") {
            guard let first = digit(byte) else { throw .badClass }
            var last = first
            if rest.first == UInt8(ascii: "-") {
                rest = rest.dropFirst()
                guard let end = rest.popFirst().flatMap(digit), end > first else { throw .badClass }
                last = end
            }
            for digit in first...last { set |= 1 << digit }
            if rest.isEmpty { throw .badClass }
        }
        guard set != 0 else { throw .badClass }
        return set
    }

    private static func digit(_ byte: UInt8) -> UInt16? {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? UInt16(byte - UInt8(ascii: "0")) : nil
    }

    /// Whether the whole of a number is one that it is for.
    package func matches(_ number: DialString) -> Bool {
        DigitPattern.matches(number, sets[...], takesRest: takesRest)
    }

    static func matches(_ number: DialString, _ sets: ArraySlice<UInt16>, takesRest: Bool) -> Bool {
        guard takesRest ? number.count >= sets.count : number.count == sets.count else { return false }
        for (position, set) in sets.enumerated() where set >> UInt16(number[position]) & 1 == 0 { return false }
        return true
    }
}
