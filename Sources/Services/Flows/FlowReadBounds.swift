import Postgres

/// How much of a flow, and of what it points at, is read: who writes flows is a customer.
enum FlowReadBounds {
    /// Of settings, conditions and filters, as JSON.
    static let mostBytes = 4_194_304

    /// Rows of a statement that asks for one more than is read.
    /// - Throws: `ResourceFault` where there are more.
    static func rows(_ rows: Rows, _ most: Int, _ what: String) throws(ResourceFault) -> Rows {
        guard rows.count <= most else { throw ResourceFault(.refused, "more than \(most) \(what)") }
        return rows
    }

    /// - Parameter rows: of a statement that sums bytes.
    /// - Throws: `ResourceFault` where they are too many, or `PostgresError`.
    static func bytes(_ rows: Rows, _ what: String) throws {
        guard try rows.value(Int.self) ?? 0 <= mostBytes else {
            throw ResourceFault(.refused, "\(what) have more than \(mostBytes) bytes")
        }
    }
}
