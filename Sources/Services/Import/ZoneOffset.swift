/// How far a written zone is ahead of UTC.
enum ZoneOffset {
    /// Reads +0530, -05:00 and +02.
    static func seconds(_ text: some StringProtocol) -> Int? {
        guard let sign = text.first, sign == "+" || sign == "-" else { return nil }
        let digits = String(text.dropFirst()).replacing(":", with: "")
        guard digits.utf8.count == 2 || digits.utf8.count == 4, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = Int(digits)
        else { return nil }
        let (hours, minutes) = digits.utf8.count == 2 ? (number, 0) : number.quotientAndRemainder(dividingBy: 100)
        guard hours <= 14, minutes < 60 else { return nil }
        return (hours * 60 + minutes) * 60 * (sign == "-" ? -1 : 1)
    }
}
