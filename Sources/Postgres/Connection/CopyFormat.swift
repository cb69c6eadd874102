/// Writes rows in COPY's binary format: a header, per row the number of fields and each field with its length, a
/// trailer. Rows are gathered and sent in chunks, with back-pressure.
package final class CopyWriter {
    /// Signature, flags and the length of the header's extension.
    private static let header: [UInt8] =
        Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0x00] + [UInt8](repeating: 0, count: 8)
    private static let chunk = 128 * 1024

    private let connection: Connection
    private var buffer = CopyWriter.header

    init(connection: Connection) { self.connection = connection }

    /// Writes one row; the fields in the order of the columns, of exactly their types.
    package func row(_ fields: (any PostgresEncodable)?...) async throws(PostgresError) {
        buffer.append(bigEndian: Int16(fields.count))
        for field in fields {
            if let field { encodeField(field, into: &buffer) } else { encodeNull(into: &buffer) }
        }
        if buffer.count >= Self.chunk { try await send() }
    }

    func finish() async throws(PostgresError) {
        buffer.append(bigEndian: Int16(-1))
        try await send()
    }

    private func send() async throws(PostgresError) {
        let bytes = buffer
        buffer = []
        buffer.reserveCapacity(Self.chunk + 4096)
        try await connection.putCopy(bytes)
    }
}

/// Takes the bytes of a COPY in, with back-pressure.
package struct CopySink: Sendable {
    let connection: Connection

    /// - Parameter bytes: best some ten thousand at a time.
    package func write(_ bytes: [UInt8]) async throws(PostgresError) { try await connection.putCopy(bytes) }
}

/// One row of a COPY out: its fields in binary format.
package struct CopiedRow: Sendable {
    /// The fields in order; `nil` is null.
    package let fields: [[UInt8]?]

    /// Reads one field as a type.
    package func field<Value: PostgresDecodable>(_ index: Int, as type: Value.Type = Value.self) throws(PostgresError)
        -> Value?
    {
        guard let bytes = fields[index] else { return nil }
        guard let value = unsafe Value(postgres: bytes.span.bytes, type: Value.postgresTypes[0]) else {
            throw PostgresError(.decoding, "field \(index) of a copied row cannot be read as \(Value.self)")
        }
        return value
    }
}

/// Splits COPY's binary format into rows. libpq hands out one row at a time, the header with the first.
struct CopyParser {
    private var sawHeader = false

    /// A row, or `nil` for the trailer.
    mutating func parse(_ bytes: [UInt8]) throws(PostgresError) -> CopiedRow? {
        let span = unsafe bytes.span.bytes
        var offset = 0
        if !sawHeader {
            sawHeader = true
            offset = 19
            if bytes.count == offset { return nil }
        }
        guard let count = span.integer(at: offset, as: Int16.self) else { throw Self.malformed }
        guard count >= 0 else { return nil }
        offset += 2
        var fields: [[UInt8]?] = []
        for _ in 0..<count {
            guard let length = span.integer(at: offset, as: Int32.self) else { throw Self.malformed }
            offset += 4
            guard length >= 0 else {
                fields.append(nil)
                continue
            }
            guard offset + Int(length) <= bytes.count else { throw Self.malformed }
            fields.append(Array(bytes[offset..<offset + Int(length)]))
            offset += Int(length)
        }
        return CopiedRow(fields: fields)
    }

    private static let malformed = PostgresError(.decoding, "the server sent a malformed COPY row")
}
