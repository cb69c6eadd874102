import struct Foundation.Date
import struct Foundation.UUID

/// A value that can stand in an array.
package protocol PostgresArrayElement: PostgresEncodable {
    /// The number of the array type (pg_type.typarray).
    static var postgresArrayType: UInt32 { get }
}

extension Bool: PostgresArrayElement { package static var postgresArrayType: UInt32 { PostgresType.boolArray } }
extension Int16: PostgresArrayElement { package static var postgresArrayType: UInt32 { PostgresType.int2Array } }
extension Int32: PostgresArrayElement { package static var postgresArrayType: UInt32 { PostgresType.int4Array } }
extension Int64: PostgresArrayElement { package static var postgresArrayType: UInt32 { PostgresType.int8Array } }
extension Int: PostgresArrayElement { package static var postgresArrayType: UInt32 { PostgresType.int8Array } }
extension String: PostgresArrayElement { package static var postgresArrayType: UInt32 { PostgresType.textArray } }
extension UUID: PostgresArrayElement { package static var postgresArrayType: UInt32 { PostgresType.uuidArray } }
extension Date: PostgresArrayElement { package static var postgresArrayType: UInt32 { PostgresType.timestamptzArray } }
extension JSONText: PostgresArrayElement { package static var postgresArrayType: UInt32 { PostgresType.jsonbArray } }
extension Numeric: PostgresArrayElement { package static var postgresArrayType: UInt32 { PostgresType.numericArray } }

/// One-dimensional arrays (array_send in PostgreSQL's sources): dimensions, has-nulls, element type, length, lower
/// bound, then each element with its length, -1 for null.
extension Array: PostgresEncodable where Element: PostgresArrayElement {
    package static var postgresType: UInt32 { Element.postgresArrayType }

    @specialized(where Element == Bool)
    @specialized(where Element == Date)
    @specialized(where Element == Int)
    @specialized(where Element == Int32)
    @specialized(where Element == Int64)
    @specialized(where Element == JSONText)
    @specialized(where Element == Numeric)
    @specialized(where Element == String)
    @specialized(where Element == UUID)
    package func encode(into bytes: inout [UInt8]) {
        encodeArrayHead(of: Element.self, count: count, hasNulls: false, into: &bytes)
        for element in self { encodeField(element, into: &bytes) }
    }
}

/// An array in which nulls may stand, for `unnest` over columns that are not always known.
package struct NullableArray<Element: PostgresArrayElement>: PostgresEncodable {
    package let elements: [Element?]

    package init(_ elements: [Element?]) { self.elements = elements }

    package static var postgresType: UInt32 { Element.postgresArrayType }

    @specialized(where Element == Bool)
    @specialized(where Element == Date)
    @specialized(where Element == Int)
    @specialized(where Element == Int32)
    @specialized(where Element == Int64)
    @specialized(where Element == JSONText)
    @specialized(where Element == Numeric)
    @specialized(where Element == String)
    @specialized(where Element == UUID)
    package func encode(into bytes: inout [UInt8]) {
        encodeArrayHead(of: Element.self, count: elements.count, hasNulls: true, into: &bytes)
        for element in elements { encodeNullable(element, into: &bytes) }
    }
}

/// All that comes before the elements; nothing comes behind it when there are none.
private func encodeArrayHead<Element: PostgresArrayElement>(
    of type: Element.Type, count: Int, hasNulls: Bool, into bytes: inout [UInt8]
) {
    bytes.append(bigEndian: Int32(count == 0 ? 0 : 1))
    bytes.append(bigEndian: Int32(hasNulls ? 1 : 0))
    bytes.append(bigEndian: Element.postgresType)
    if count == 0 { return }
    bytes.append(bigEndian: Int32(count))
    bytes.append(bigEndian: Int32(1))
}

/// A value with its length in front, as in arrays and COPY; -1 stands for null.
func encodeNullable<Value: PostgresEncodable>(_ value: Value?, into bytes: inout [UInt8]) {
    if let value { encodeField(value, into: &bytes) } else { encodeNull(into: &bytes) }
}

/// What stands in place of a value.
func encodeNull(into bytes: inout [UInt8]) { bytes.append(bigEndian: Int32(-1)) }

/// A value with its length in front.
func encodeField(_ value: some PostgresEncodable, into bytes: inout [UInt8]) {
    let start = bytes.count
    bytes.append(bigEndian: Int32(0))
    value.encode(into: &bytes)
    let length = UInt32(bytes.count - start - 4)
    for index in 0..<4 { bytes[start + index] = UInt8(truncatingIfNeeded: length >> (24 - 8 * UInt32(index))) }
}

/// Arrays of text are read as they are; other element types by their own decoder. Nulls are not expected.
extension Array: PostgresDecodable, PostgresField where Element: PostgresDecodable & PostgresArrayElement {
    package static var postgresTypes: [UInt32] { [Element.postgresArrayType, PostgresType.varcharArray] }

    package init?(postgres bytes: RawSpan, type: UInt32) {
        guard let dimensions = bytes.integer(at: 0, as: Int32.self), dimensions <= 1,
            let elementType = bytes.integer(at: 8, as: UInt32.self),
            dimensions == 0 || Element.postgresTypes.contains(elementType)
        else { return nil }
        self = []
        guard dimensions == 1, let count = bytes.integer(at: 12, as: Int32.self), count >= 0 else { return }
        var offset = 20
        for _ in 0..<count {
            guard let length = bytes.integer(at: offset, as: Int32.self), length >= 0 else { return nil }
            offset += 4
            guard offset + Int(length) <= bytes.byteCount,
                let element = Element(
                    postgres: bytes.extracting(offset..<offset + Int(length)), type: elementType)
            else { return nil }
            append(element)
            offset += Int(length)
        }
    }
}
