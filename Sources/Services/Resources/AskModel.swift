import Postgres

/// Calls functions of the model: what they refuse is told in their words.
enum AskModel {
    /// - Throws: `ResourceFault` for what is refused, or `PostgresError`.
    static func run(_ statement: SQL, _ session: Connection) async throws -> Rows {
        do throws(PostgresError) {
            return try await session.run(statement)
        } catch {
            throw WriteFailure.ofModel(error)
        }
    }
}
