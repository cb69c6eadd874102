/// How the values of a column travel in the API.
package indirect enum ValueKind: Sendable, Hashable {
    case uuid
    case text
    /// A whole number, in JSON a number.
    case integer
    /// A decimal number, in JSON a text: a number would be read as a double.
    case decimal
    case boolean
    /// An instant: UTC, to the microsecond (RFC 3339).
    case timestamp
    /// A day: `2026-06-14`.
    case date
    /// A time of day: `08:30:00`.
    case time
    /// Any JSON.
    case json
    /// An address of a host.
    case address
    /// A network: `203.0.113.0/24`.
    case network
    /// Bytes, as hexadecimal digits. They are shown, never taken.
    case bytes
    case list(ValueKind)

    /// - Parameter type: a base type, as PostgreSQL writes it.
    init(type: String) {
        if type.hasSuffix("[]") {
            self = .list(ValueKind(type: String(type.dropLast(2))))
            return
        }
        switch type.prefix(while: { $0 != "(" }) {
        case "uuid": self = .uuid
        case "smallint", "integer", "bigint": self = .integer
        case "numeric", "double precision", "real": self = .decimal
        case "boolean": self = .boolean
        case "timestamp with time zone": self = .timestamp
        case "date": self = .date
        case "time without time zone": self = .time
        case "jsonb", "json": self = .json
        case "inet": self = .address
        case "cidr": self = .network
        case "bytea": self = .bytes
        default: self = .text
        }
    }

    /// Whether values have an order that people can mean.
    package var isOrdered: Bool {
        switch self {
        case .uuid, .text, .integer, .decimal, .timestamp, .date, .time: true
        case .boolean, .json, .address, .network, .bytes, .list: false
        }
    }
}
