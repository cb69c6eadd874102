import Postgres

/// Money in a test, written as people write it: `"10.00"`. A count of 0.00000001, as the ledger keeps it.
struct Amount: Sendable, Hashable, Comparable, ExpressibleByStringLiteral, CustomStringConvertible {
    static let scale = 8
    static let zero = Amount(units: 0)

    let units: Int64

    init(units: Int64) { self.units = units }

    /// Digits, at most eight of them behind one point, and perhaps a minus.
    init(stringLiteral text: String) {
        let parts = text.drop { $0 == "-" }.split(separator: ".", omittingEmptySubsequences: false)
        let fraction = parts.count > 1 ? parts[1] : ""
        let digits = parts[0] + fraction + String(repeating: "0", count: Self.scale - fraction.count)
        guard parts.count <= 2, let magnitude = Int64(digits) else { preconditionFailure("\(text) is not an amount") }
        units = text.hasPrefix("-") ? -magnitude : magnitude
    }

    var description: String {
        let digits = String(units.magnitude)
        let padded = String(repeating: "0", count: max(0, Self.scale + 1 - digits.count)) + digits
        return (units < 0 ? "-" : "") + padded.dropLast(Self.scale) + "." + padded.suffix(Self.scale)
    }

    static func < (left: Amount, right: Amount) -> Bool { left.units < right.units }
    static func + (left: Amount, right: Amount) -> Amount { Amount(units: left.units + right.units) }
    static func - (left: Amount, right: Amount) -> Amount { Amount(units: left.units - right.units) }
    static prefix func - (amount: Amount) -> Amount { Amount(units: -amount.units) }
    static func += (left: inout Amount, right: Amount) { left = left + right }
    static func -= (left: inout Amount, right: Amount) { left = left - right }
}

extension Amount: PostgresEncodable, PostgresDecodable, PostgresArrayElement {
    static var postgresType: UInt32 { Numeric.postgresType }
    static var postgresTypes: [UInt32] { Numeric.postgresTypes }
    static var postgresArrayType: UInt32 { Numeric.postgresArrayType }

    func encode(into bytes: inout [UInt8]) { Numeric(units: units, scale: Self.scale).encode(into: &bytes) }

    init?(postgres bytes: RawSpan, type: UInt32) {
        guard let units = Numeric(postgres: bytes, type: type)?.units(atScale: Self.scale) else { return nil }
        self.units = units
    }
}
