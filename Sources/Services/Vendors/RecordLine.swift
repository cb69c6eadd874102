import Foundation
import Telecom

/// Reads records of a carrier's file: what each field means, and what is wrong with it.
struct RecordLine {
    /// What a record comes to.
    enum Reading: Equatable {
        case record(VendorRecord)
        /// It is about no call that costs something; why not.
        case leftOut(String)
        case bad([ImportProblem])
    }

    private typealias Field = RecordLayout.Field

    private let map: RecordMap
    private let plan: DialPlan
    private let currency: String
    /// Later times are slips: days and months the wrong way round, say.
    private let latest: Int64
    private let time: RecordTime
    private var problems: [ImportProblem] = []

    /// 2000-01-01.
    private static let earliest: Int64 = 946_684_800_000_000
    private static let longestText = 200
    /// A month.
    private static let longestSeconds: Int64 = 2_678_400

    /// - Parameters:
    ///   - currency: of the amounts.
    ///   - now: a record is not of later than tomorrow.
    init(_ map: RecordMap, currency: String, now: Date) throws {
        guard let country = PlaceCode(map.country) else { throw ImportFailure("\(map.country) is no country") }
        self.map = map
        plan = DialPlan(country: country)
        self.currency = currency
        latest = now.microseconds + 86_400_000_000
        time = RecordTime(clock: map.clock, daysFirst: map.daysFirst)
    }

    mutating func read(_ reader: RecordReader) -> Reading {
        if let text = reader.malformed {
            let expected = "a JSON object of texts and numbers"
            return .bad([ImportProblem(line: reader.line, column: 0, field: "", value: text, expected: expected)])
        }
        if reader.isEmpty { return .leftOut("empty") }
        problems.removeAll()
        var record = VendorRecord()
        readNumbers(reader, &record)
        readTimes(reader, &record)
        readLengths(reader, &record)
        readMoney(reader, &record)
        guard problems.isEmpty else { return .bad(problems) }
        if record.durationMilliseconds == 0, record.billedSeconds == 0, record.amount == .zero {
            return .leftOut("not answered")
        }
        return .record(record)
    }

    // MARK: Numbers

    private mutating func readNumbers(_ reader: RecordReader, _ record: inout VendorRecord) {
        record.callID = reader.text(.callID)?.forDisplay(Self.longestText) ?? ""
        record.caller = reader.text(.caller)?.forDisplay(Self.longestText) ?? ""
        record.fromNumber = number(record.caller)
        if let callee = reader.text(.callee) {
            record.callee = callee.forDisplay(Self.longestText)
            record.toNumber = number(record.callee)
        } else {
            refuse(reader, .callee, "the called number")
        }
        record.lrn = reader.text(.lrn).map { number($0)?.description ?? $0.forDisplay(Self.longestText) }
        record.jurisdiction = reader.text(.jurisdiction).flatMap(Self.jurisdiction)
    }

    /// `nil` for what is no number: what carriers write there is not ours to refuse.
    private func number(_ text: String) -> E164? {
        var rest = text[...]
        for scheme in ["sip:", "sips:", "tel:"] where rest.lowercased().hasPrefix(scheme) {
            rest = rest.dropFirst(scheme.count)
        }
        rest = rest.prefix { $0 != "@" && $0 != ";" }
        for prefix in map.prefixes where rest.hasPrefix(prefix) {
            rest = rest.dropFirst(prefix.count)
            break
        }
        return try? plan.normalise(String(rest))
    }

    private static func jurisdiction(_ text: String) -> Jurisdiction? {
        let name = text.lowercased()
        if let exact = Jurisdiction(rawValue: name) { return exact }
        switch name {
        case "inter", "e", "ie", "inter-state": return .interstate
        case "intra", "a", "ia", "intra-state": return .intrastate
        case "indet", "ij", "ind", "u", "unknown": return .indeterminate
        case "int", "intl", "international": return .international
        case "loc", "l": return .local
        default: return nil
        }
    }

    // MARK: Times and lengths

    private mutating func readTimes(_ reader: RecordReader, _ record: inout VendorRecord) {
        record.answeredAt = moment(reader, .answered)
        if var text = reader.text(.start) {
            if let clock = reader.text(.time) { text += " " + clock }
            record.startedAt = moment(reader, .start, text) ?? 0
        } else if let answered = record.answeredAt {
            record.startedAt = answered
        } else if problems.isEmpty || reader.text(.answered) == nil {
            refuse(reader, reader.layout.columns[.start] == nil ? .answered : .start, RecordTime.form)
        }
    }

    private mutating func moment(_ reader: RecordReader, _ field: RecordLayout.Field, _ text: String? = nil) -> Int64? {
        guard let text = text ?? reader.text(field) else { return nil }
        guard let moment = time.read(text) else {
            refuse(reader, field, map.daysFirst ? RecordTime.form : RecordTime.form + "; \"days_first\" in a map", text)
            return nil
        }
        guard moment >= Self.earliest, moment <= latest else {
            refuse(reader, field, "a time from 2000 to tomorrow", text)
            return nil
        }
        return moment
    }

    private mutating func readLengths(_ reader: RecordReader, _ record: inout VendorRecord) {
        let talk = length(reader, .duration, reader.layout.durationUnit)
        let billed = length(reader, .billed, reader.layout.billedUnit)
        guard let milliseconds = talk ?? billed else {
            if problems.isEmpty {
                refuse(reader, reader.layout.columns[.duration] == nil ? .billed : .duration, Self.lengthForm)
            }
            return
        }
        record.durationMilliseconds = milliseconds
        record.billedSeconds = Int32((billed ?? milliseconds + 999) / 1_000)
    }

    private static let lengthForm = "a length like 65, 65.4 or 00:01:05"

    /// Milliseconds.
    private mutating func length(_ reader: RecordReader, _ field: RecordLayout.Field, _ unit: RecordLayout.Unit)
        -> Int64?
    {
        guard let text = reader.text(field) else { return nil }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        var units: Int64?
        if parts.count == 1 {
            let one: Int64 =
                switch unit {
                case .seconds: 1_000
                case .milliseconds: 1
                case .minutes: 60_000
                }
            // Beyond a month in milliseconds nothing is scaled, so that nothing overflows.
            units = Money(text).flatMap {
                $0.units / 100_000_000 <= Self.longestSeconds * 1_000 ? Self.scaled($0.units, by: one) : nil
            }
        } else if parts.count <= 3, let seconds = Money(String(parts[parts.count - 1])) {
            let whole = parts.dropLast().map { Int64($0) }
            if whole.allSatisfy({ $0.map { (0...100_000).contains($0) } ?? false }) {
                let minutes = whole.compactMap(\.self).reduce(0) { $0 * 60 + $1 }
                units = minutes * 60_000 + Self.scaled(seconds.units, by: 1_000)
            }
        }
        guard let units, units >= 0, units <= Self.longestSeconds * 1_000 else {
            refuse(reader, field, Self.lengthForm)
            return nil
        }
        return units
    }

    /// Of a count of 10⁻⁸, rounded.
    private static func scaled(_ units: Int64, by factor: Int64) -> Int64 {
        Money(units: units).scaled(by: factor, over: 100_000_000).units
    }

    // MARK: Money

    private mutating func readMoney(_ reader: RecordReader, _ record: inout VendorRecord) {
        if let text = reader.text(.currency), text.uppercased() != currency {
            refuse(reader, .currency, "\(currency), as the file's other amounts; a map or --currency names another")
        }
        record.rate = money(reader, .rate)
        if let rate = record.rate, rate < .zero { refuse(reader, .rate, "a price of 0 or more") }
        if let amount = money(reader, .amount) {
            record.amount = amount
        } else if let rate = record.rate, reader.text(.amount) == nil {
            record.amount = rate.scaled(by: Int64(record.billedSeconds), over: 60)
        } else if problems.isEmpty {
            refuse(reader, reader.layout.columns[.amount] == nil ? .rate : .amount, Self.moneyForm)
        }
    }

    private static let moneyForm = "an amount with a decimal point, like 0.0145"

    private mutating func money(_ reader: RecordReader, _ field: RecordLayout.Field) -> Money? {
        guard var text = reader.text(field) else { return nil }
        if let sign = text.firstIndex(of: "$"), sign == text.startIndex { text.removeFirst() }
        if text.first == "." { text = "0" + text }
        // More zeros than are kept say nothing.
        if text.contains(".") { while text.utf8.count > 10, text.last == "0" { text.removeLast() } }
        if text.last == "." { text.removeLast() }
        do {
            let amount = try Money(parsing: text)
            guard amount.units.magnitude < Self.largest.units.magnitude else {
                refuse(reader, field, "less than \(Self.largest)")
                return nil
            }
            return amount
        } catch {
            refuse(reader, field, error == .tooManyDecimals ? "at most eight decimals" : Self.moneyForm)
            return nil
        }
    }

    /// Of one call.
    private static let largest = Money(units: 1_000_000 * 100_000_000)

    private mutating func refuse(
        _ reader: RecordReader, _ field: RecordLayout.Field, _ expected: String, _ text: String? = nil
    ) {
        let column = reader.layout.columns[field]
        problems.append(
            ImportProblem(
                line: reader.line, column: column.map { $0 + 1 } ?? 0,
                field: column.map { reader.layout.names[$0] } ?? "", value: text ?? reader.text(field) ?? "",
                expected: expected))
    }
}
