import struct Foundation.Date
import struct Foundation.UUID
import typealias Foundation.uuid_t

extension Bool: PostgresEncodable, PostgresDecodable {
    package static var postgresType: UInt32 { PostgresType.bool }
    package static var postgresTypes: [UInt32] { [PostgresType.bool] }
    package func encode(into bytes: inout [UInt8]) { bytes.append(self ? 1 : 0) }
    package init?(postgres bytes: RawSpan, type: UInt32) {
        guard bytes.byteCount == 1 else { return nil }
        self = bytes.byte(at: 0) != 0
    }
}

extension Int16: PostgresEncodable {
    package static var postgresType: UInt32 { PostgresType.int2 }
    package func encode(into bytes: inout [UInt8]) { bytes.append(bigEndian: self) }
}

extension Int32: PostgresEncodable {
    package static var postgresType: UInt32 { PostgresType.int4 }
    package func encode(into bytes: inout [UInt8]) { bytes.append(bigEndian: self) }
}

extension Int64: PostgresEncodable {
    package static var postgresType: UInt32 { PostgresType.int8 }
    package func encode(into bytes: inout [UInt8]) { bytes.append(bigEndian: self) }
}

/// Travels as int8 and is read from any integer type.
extension Int: PostgresEncodable, PostgresDecodable {
    package static var postgresType: UInt32 { PostgresType.int8 }
    package static var postgresTypes: [UInt32] {
        [PostgresType.int8, PostgresType.int4, PostgresType.int2, PostgresType.oid]
    }
    package func encode(into bytes: inout [UInt8]) { bytes.append(bigEndian: Int64(self)) }
    package init?(postgres bytes: RawSpan, type: UInt32) {
        switch type {
        case PostgresType.int2: self = Int(bytes.integer(as: Int16.self) ?? 0)
        case PostgresType.int4: self = Int(bytes.integer(as: Int32.self) ?? 0)
        case PostgresType.oid: self = Int(bytes.integer(as: UInt32.self) ?? 0)
        default:
            guard let value = bytes.integer(as: Int64.self) else { return nil }
            self = Int(value)
        }
    }
}

extension Int64: PostgresDecodable {
    package static var postgresTypes: [UInt32] { Int.postgresTypes }
    package init?(postgres bytes: RawSpan, type: UInt32) {
        guard let value = Int(postgres: bytes, type: type) else { return nil }
        self = Int64(value)
    }
}

extension Double: PostgresEncodable, PostgresDecodable {
    package static var postgresType: UInt32 { PostgresType.float8 }
    package static var postgresTypes: [UInt32] { [PostgresType.float8] }
    package func encode(into bytes: inout [UInt8]) { bytes.append(bigEndian: bitPattern) }
    package init?(postgres bytes: RawSpan, type: UInt32) {
        guard let bits = bytes.integer(as: UInt64.self) else { return nil }
        self.init(bitPattern: bits)
    }
}

extension String: PostgresEncodable, PostgresDecodable {
    package static var postgresType: UInt32 { PostgresType.text }
    package static var postgresTypes: [UInt32] {
        [
            PostgresType.text, PostgresType.varchar, PostgresType.bpchar, PostgresType.name, PostgresType.json,
            PostgresType.jsonb,
        ]
    }
    package func encode(into bytes: inout [UInt8]) { bytes.append(contentsOf: utf8) }
    package init?(postgres bytes: RawSpan, type: UInt32) {
        // jsonb starts with its version.
        let start = type == PostgresType.jsonb ? Swift.min(1, bytes.byteCount) : 0
        let text = unsafe bytes.withUnsafeBytes { unsafe String(validating: $0[start...], as: UTF8.self) }
        guard let text else { return nil }
        self = text
    }
}

extension UUID: PostgresEncodable, PostgresDecodable {
    package static var postgresType: UInt32 { PostgresType.uuid }
    package static var postgresTypes: [UInt32] { [PostgresType.uuid] }
    package func encode(into bytes: inout [UInt8]) {
        let (high, low) = unsafe unsafeBitCast(uuid, to: (UInt64, UInt64).self)
        bytes.append(bigEndian: UInt64(bigEndian: high))
        bytes.append(bigEndian: UInt64(bigEndian: low))
    }
    package init?(postgres bytes: RawSpan, type: UInt32) {
        guard bytes.byteCount == 16,
            let high = bytes.integer(at: 0, as: UInt64.self), let low = bytes.integer(at: 8, as: UInt64.self)
        else { return nil }
        self.init(uuid: unsafe unsafeBitCast((high.bigEndian, low.bigEndian), to: uuid_t.self))
    }
}

/// A timestamptz, exact to the microsecond for dates of this age.
extension Date: PostgresEncodable, PostgresDecodable {
    package static var postgresType: UInt32 { PostgresType.timestamptz }
    package static var postgresTypes: [UInt32] { [PostgresType.timestamptz] }

    /// PostgreSQL counts from 2000-01-01, Foundation from 2001-01-01 (366 days later).
    private static let secondsBetweenEpochs = 366.0 * 86_400

    package func encode(into bytes: inout [UInt8]) {
        let microseconds = (timeIntervalSinceReferenceDate + Self.secondsBetweenEpochs) * 1_000_000
        bytes.append(bigEndian: Int64(microseconds.rounded()))
    }
    package init?(postgres bytes: RawSpan, type: UInt32) {
        guard let microseconds = bytes.integer(as: Int64.self) else { return nil }
        self.init(timeIntervalSinceReferenceDate: Double(microseconds) / 1_000_000 - Self.secondsBetweenEpochs)
    }
}
