import Postgres
package import Telecom

/// Sums travel as `numeric` with at most eight decimals.
extension MoneySum: PostgresEncodable, PostgresDecodable {
    private static let decimals = 8

    package static var postgresType: UInt32 { Numeric.postgresType }
    package static var postgresTypes: [UInt32] { Numeric.postgresTypes }

    package func encode(into bytes: inout [UInt8]) {
        Numeric.encode(units, scale: Self.decimals, into: &bytes)
    }

    package init?(postgres bytes: RawSpan, type: UInt32) {
        guard let (value, scale) = Numeric.decode(bytes) else { return nil }
        let step = (min(scale, Self.decimals)..<max(scale, Self.decimals)).reduce(Int128(1)) { step, _ in step * 10 }
        if scale > Self.decimals {
            guard value % step == 0 else { return nil }
            self.init(units: value / step)
        } else {
            let (units, overflow) = value.multipliedReportingOverflow(by: step)
            if overflow { return nil }
            self.init(units: units)
        }
    }
}

extension MoneySum: PostgresArrayElement {
    package static var postgresArrayType: UInt32 { Numeric.postgresArrayType }
}
