/// A pattern for times, as of strptime: %Y %y %m %b %d %H %I %p %M %S %f (decimals) %z %s (since 1970) %T %F %%.
struct TimePattern: Sendable, Equatable {
    let text: String
    private let parts: [Part]

    private enum Part: Sendable, Equatable {
        case year, shortYear, month, monthName, day, hour, halfHour, half, minute, second, fraction, zone, epoch
        case blank
        case mark(UInt8)
    }

    /// `nil` when a letter is unknown, or the day or the hour would not be known.
    init?(_ text: String) {
        var parts: [Part] = []
        var isLetter = false
        for byte in text.utf8 {
            if isLetter {
                guard let meant = Self.meaning(byte) else { return nil }
                parts += meant
                isLetter = false
            } else if byte == UInt8(ascii: "%") {
                isLetter = true
            } else {
                parts.append(byte == UInt8(ascii: " ") ? .blank : .mark(byte))
            }
        }
        let hasDay = parts.contains(.day) && (parts.contains(.month) || parts.contains(.monthName))
        let hasYear = parts.contains(.year) || parts.contains(.shortYear)
        let hasHour = parts.contains(.hour) || parts.contains(.halfHour) && parts.contains(.half)
        guard !isLetter, parts.contains(.epoch) || hasDay && hasYear && hasHour else { return nil }
        self.text = text
        self.parts = parts
    }

    private static func meaning(_ letter: UInt8) -> [Part]? {
        switch Unicode.Scalar(letter) {
        case "Y": [.year]
        case "y": [.shortYear]
        case "m": [.month]
        case "b", "B", "h": [.monthName]
        case "d", "e": [.day]
        case "H", "k": [.hour]
        case "I", "l": [.halfHour]
        case "p", "P": [.half]
        case "M": [.minute]
        case "S": [.second]
        case "f": [.fraction]
        case "z", "Z": [.zone]
        case "s": [.epoch]
        case "T": [.hour, .mark(0x3A), .minute, .mark(0x3A), .second]
        case "F": [.year, .mark(0x2D), .month, .mark(0x2D), .day]
        case "D": [.month, .mark(0x2F), .day, .mark(0x2F), .shortYear]
        case "%": [.mark(0x25)]
        default: nil
        }
    }

    /// What was read so far.
    private struct Reading {
        var (year, month, day, hour, minute, second) = (1970, 1, 1, 0, 0, 0)
        var micros: Int64 = 0
        var isAfternoon: Bool?
        var offset: Int?
        var epoch: Int?
    }

    /// Microseconds since 1970; `nil` when the text is not of this form, to its end.
    func microseconds(_ text: String, _ clock: LocalClock) -> Int64? {
        var rest = text.utf8[...]
        var reading = Reading()
        for part in parts {
            guard Self.take(part, &rest, &reading) else { return nil }
        }
        guard rest.isEmpty else { return nil }
        if let epoch = reading.epoch { return Int64(epoch) * 1_000_000 + reading.micros }
        if let isAfternoon = reading.isAfternoon {
            guard (1...12).contains(reading.hour) else { return nil }
            reading.hour = reading.hour % 12 + (isAfternoon ? 12 : 0)
        }
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        guard (0...23).contains(reading.hour), (0...59).contains(reading.minute), (0...60).contains(reading.second),
            let midnight = CalendarDay("\(reading.year)-\(two(reading.month))-\(two(reading.day))")?.secondsSince1970
        else { return nil }
        let local = midnight + reading.hour * 3600 + reading.minute * 60 + reading.second
        return Int64(reading.offset.map { local - $0 } ?? clock.utc(local)) * 1_000_000 + reading.micros
    }

    private static func take(_ part: Part, _ rest: inout Substring.UTF8View, _ reading: inout Reading) -> Bool {
        switch part {
        case .year: return set(&reading.year, number(&rest, 4...4))
        case .shortYear: return set(&reading.year, number(&rest, 2...2).map { $0 < 70 ? 2000 + $0 : 1900 + $0 })
        case .month: return set(&reading.month, number(&rest, 1...2))
        case .monthName: return set(&reading.month, monthNamed(&rest))
        case .day: return set(&reading.day, number(&rest, 1...2))
        case .hour, .halfHour: return set(&reading.hour, number(&rest, 1...2))
        case .minute: return set(&reading.minute, number(&rest, 2...2))
        case .second: return set(&reading.second, number(&rest, 2...2))
        case .half: return takeHalf(&rest, &reading)
        case .fraction: return takeFraction(&rest, &reading)
        case .zone: return takeZone(&rest, &reading)
        case .epoch:
            reading.epoch = number(&rest, 1...11)
            return reading.epoch != nil
        case .blank: return takeBlank(&rest)
        case .mark(let byte): return rest.popFirst() == byte
        }
    }

    private static func set(_ place: inout Int, _ value: Int?) -> Bool {
        guard let value else { return false }
        place = value
        return true
    }

    private static func number(_ rest: inout Substring.UTF8View, _ lengths: ClosedRange<Int>) -> Int? {
        let digits = rest.prefix(lengths.upperBound).prefix { (0x30...0x39).contains($0) }
        guard digits.count >= lengths.lowerBound else { return nil }
        rest = rest.dropFirst(digits.count)
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

    private static func monthNamed(_ rest: inout Substring.UTF8View) -> Int? {
        let name = rest.prefix { $0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A }
        guard name.count >= 3, let index = months.firstIndex(of: String(Substring(name.prefix(3))).lowercased()) else {
            return nil
        }
        rest = rest.dropFirst(name.count)
        return index + 1
    }

    private static func takeHalf(_ rest: inout Substring.UTF8View, _ reading: inout Reading) -> Bool {
        let half = String(Substring(rest.prefix(2))).lowercased()
        guard half == "am" || half == "pm" else { return false }
        reading.isAfternoon = half == "pm"
        rest = rest.dropFirst(2)
        return true
    }

    private static func takeFraction(_ rest: inout Substring.UTF8View, _ reading: inout Reading) -> Bool {
        let digits = rest.prefix { (0x30...0x39).contains($0) }
        guard (1...9).contains(digits.count) else { return false }
        rest = rest.dropFirst(digits.count)
        reading.micros = DecimalText.scaled("0.\(Substring(digits))", by: 1_000_000) ?? 0
        return true
    }

    private static func takeZone(_ rest: inout Substring.UTF8View, _ reading: inout Reading) -> Bool {
        for name in ["UTC", "GMT", "Z"] where rest.starts(with: name.utf8) {
            rest = rest.dropFirst(name.utf8.count)
            reading.offset = 0
            return true
        }
        let zone = rest.prefix { $0 == 0x2B || $0 == 0x2D || $0 == 0x3A || (0x30...0x39).contains($0) }
        guard let offset = ZoneOffset.seconds(Substring(zone)) else { return false }
        reading.offset = offset
        rest = rest.dropFirst(zone.count)
        return true
    }

    private static func takeBlank(_ rest: inout Substring.UTF8View) -> Bool {
        let blanks = rest.prefix { $0 == 0x20 || $0 == 0x09 }
        rest = rest.dropFirst(blanks.count)
        return !blanks.isEmpty
    }
}
