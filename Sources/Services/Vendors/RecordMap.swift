import Foundation

/// What somebody says of a carrier's files where their headers do not: names of columns, zone, units.
package struct RecordMap: Sendable {
    /// What the file calls a field.
    var columns: [RecordLayout.Field: String] = [:]
    /// Of times that name no zone.
    var clock = LocalClock.utc
    var daysFirst = false
    var durationUnit: RecordLayout.Unit?
    var billedUnit: RecordLayout.Unit?
    /// What is put before numbers and is no part of them.
    var prefixes: [String] = []
    /// Of amounts; the carrier's when `nil`.
    var currency: String?
    /// Where numbers without a country code are from.
    var country = "US"

    package init() {}

    /// Reads a file such as `{"columns": {"callee": "B-Number"}, "time_zone": "America/New_York"}`.
    /// - Throws: `ImportFailure` that names what is wrong.
    package init(path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ImportFailure("\(path) cannot be read")
        }
        guard let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any] else {
            throw ImportFailure("\(path) is no JSON object")
        }
        do {
            for (key, value) in object.sorted(by: { $0.key < $1.key }) { try read(key, value) }
        } catch let failure as ImportFailure {
            throw ImportFailure("\(path): \(failure)")
        }
    }

    private static let keys = """
        columns, time_zone, days_first, duration_unit, billed_unit, prefixes, currency, country
        """

    private mutating func read(_ key: String, _ value: Any) throws {
        let text = value as? String
        switch key {
        case "columns":
            guard let names = value as? [String: String] else {
                throw ImportFailure("columns is an object of names, like {\"callee\": \"B-Number\"}")
            }
            for (name, column) in names {
                guard let field = RecordLayout.Field(rawValue: name) else {
                    let fields = RecordLayout.Field.allCases.map(\.rawValue).joined(separator: ", ")
                    throw ImportFailure("there is no field \"\(name.forDisplay(40))\"; there are \(fields)")
                }
                columns[field] = column
            }
        case "time_zone":
            guard let text, let found = LocalClock(text) else {
                throw ImportFailure("time_zone is a name like America/New_York")
            }
            clock = found
        case "days_first":
            guard let flag = value as? Bool else { throw ImportFailure("days_first is true or false") }
            daysFirst = flag
        case "duration_unit": durationUnit = try Self.unit(key, text)
        case "billed_unit": billedUnit = try Self.unit(key, text)
        case "prefixes":
            guard let list = value as? [String] else { throw ImportFailure("prefixes is a list of texts") }
            prefixes = list.filter { !$0.isEmpty }.sorted { $0.count > $1.count }
        case "currency":
            guard let text, text.utf8.count == 3 else { throw ImportFailure("currency is a code like USD") }
            currency = text.uppercased()
        case "country":
            guard let text, text.utf8.count == 2 else { throw ImportFailure("country is a code like US") }
            country = text.uppercased()
        default: throw ImportFailure("\"\(key.forDisplay(40))\" is not known; there are \(Self.keys)")
        }
    }

    private static func unit(_ key: String, _ text: String?) throws -> RecordLayout.Unit {
        guard let unit = text.flatMap(RecordLayout.Unit.init) else { throw ImportFailure("\(key) is s, ms or min") }
        return unit
    }
}
