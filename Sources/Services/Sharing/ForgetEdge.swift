package import Postgres

/// Forgets an edge that somebody knows to be off and without calls: the others get all that it had.
package struct ForgetEdge: Sendable {
    private let database: Database

    /// - Parameter database: as the engine.
    package init(_ database: Database) {
        self.database = database
    }

    /// - Returns: whether it was known.
    @discardableResult
    package func callAsFunction(_ edge: String) async throws -> Bool {
        try await database.run("select routing.retire_edge(\(edge))", deadline: .seconds(60)).value(Bool.self) ?? false
    }
}
