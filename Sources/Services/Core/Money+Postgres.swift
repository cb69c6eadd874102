import Postgres
package import Telecom

/// Money travels as `numeric` with at most eight decimals.
extension Money: PostgresEncodable, PostgresDecodable {
    package static var postgresType: UInt32 { Numeric.postgresType }
    package static var postgresTypes: [UInt32] { Numeric.postgresTypes }

    package func encode(into bytes: inout [UInt8]) {
        Numeric(units: units, scale: 8).encode(into: &bytes)
    }

    package init?(postgres bytes: RawSpan, type: UInt32) {
        guard let numeric = Numeric(postgres: bytes, type: type), let units = numeric.units(atScale: 8) else {
            return nil
        }
        self.init(units: units)
    }
}

extension Money: PostgresArrayElement {
    package static var postgresArrayType: UInt32 { Numeric.postgresArrayType }
}
