/// A count since 1970 whose length tells its unit.
enum EpochText {
    /// 9 or 10 digits are seconds, perhaps with decimals, 13 milliseconds, 16 microseconds. Nil for anything else.
    static func microseconds(_ text: String) -> Int64? {
        let whole = text.utf8.prefix { $0 != UInt8(ascii: ".") }
        guard whole.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        switch whole.count {
        case 9, 10: return DecimalText.scaled(text, by: 1_000_000)
        case 13: return DecimalText.scaled(text, by: 1_000)
        case 16: return DecimalText.scaled(text, by: 1)
        default: return nil
        }
    }
}
