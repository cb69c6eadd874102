/// A value that can be sent to the server, in PostgreSQL's binary format.
package protocol PostgresEncodable: Sendable {
    /// The type that the server is told (pg_type.oid).
    static var postgresType: UInt32 { get }
    func encode(into bytes: inout [UInt8])
}

/// A value that can be read from a result, in PostgreSQL's binary format.
package protocol PostgresDecodable: PostgresField, Sendable {
    /// The types it can be read from (pg_type.oid); a domain counts as the type under it.
    static var postgresTypes: [UInt32] { get }
    /// - Parameter type: which of `postgresTypes` the bytes are of.
    init?(postgres bytes: RawSpan, type: UInt32)
}

/// Numbers of the built-in types that this client speaks (pg_type.dat); an array type has its own.
package enum PostgresType {
    package static let bool: UInt32 = 16
    package static let bytea: UInt32 = 17
    package static let name: UInt32 = 19
    package static let int8: UInt32 = 20
    package static let int2: UInt32 = 21
    package static let int4: UInt32 = 23
    package static let text: UInt32 = 25
    package static let oid: UInt32 = 26
    package static let json: UInt32 = 114
    package static let float8: UInt32 = 701
    package static let bpchar: UInt32 = 1042
    package static let varchar: UInt32 = 1043
    package static let timestamptz: UInt32 = 1184
    package static let numeric: UInt32 = 1700
    package static let uuid: UInt32 = 2950
    package static let jsonb: UInt32 = 3802

    static let boolArray: UInt32 = 1000
    static let int2Array: UInt32 = 1005
    static let int4Array: UInt32 = 1007
    static let textArray: UInt32 = 1009
    static let int8Array: UInt32 = 1016
    static let varcharArray: UInt32 = 1015
    static let timestamptzArray: UInt32 = 1185
    static let numericArray: UInt32 = 1231
    static let uuidArray: UInt32 = 2951
    static let jsonbArray: UInt32 = 3807
}

extension RawSpan {
    /// A big-endian integer at an offset, when the bytes are there.
    func integer<Integer: FixedWidthInteger & BitwiseCopyable>(
        at offset: Int = 0, as type: Integer.Type = Integer.self
    ) -> Integer? {
        guard offset >= 0, byteCount - offset >= MemoryLayout<Integer>.size else { return nil }
        return Integer(bigEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: Integer.self))
    }

    func byte(at offset: Int) -> UInt8 { unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self) }

    /// The bytes as an array.
    var array: [UInt8] { unsafe withUnsafeBytes { unsafe Array($0) } }
}

extension [UInt8] {
    /// Appends an integer, big-endian.
    mutating func append<Integer: FixedWidthInteger>(bigEndian value: Integer) {
        unsafe Swift.withUnsafeBytes(of: value.bigEndian) { unsafe append(contentsOf: $0) }
    }
}
