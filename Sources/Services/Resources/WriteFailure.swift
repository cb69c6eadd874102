import Catalog
import Postgres

/// What a refusal of the database means to who sent a row: constraints have sentences for names.
enum WriteFailure {
    /// - Parameter names: the fields that came.
    /// - Returns: the same error where it is not the sender's.
    static func fault(_ error: any Error, _ resource: Resource, _ names: [String]) -> any Error {
        guard let error = error as? PostgresError, let server = error.server, !error.isPartitionRace else {
            return error
        }
        let sentence = server.constraint.map(words) ?? ""
        let columns = server.constraint.flatMap { resource.constraints[$0] } ?? server.column.map { [$0] } ?? []
        switch server.sqlState {
        case "23505", "23P01":
            let what = columns.isEmpty ? "" : ": another row has the same \(columns.joined(separator: ", "))"
            return ResourceFault(.conflict, "\(sentence)\(what)", values(columns, names, sentence))
        case "23503":
            // The message of a row that is pointed to is of the other table.
            if server.message.hasPrefix("update or delete") {
                return ResourceFault(.inUse, "other rows point to it: \(sentence)")
            }
            return ResourceFault(.refused, "\(sentence): there is no such row", values(columns, names, sentence))
        case "23001":
            return ResourceFault(.inUse, message(server, sentence))
        case "23502":
            return ResourceFault(
                .refused, "\(server.column ?? "a value") is missing", values(columns, names, "a value"))
        case "23514", "P0001":
            return ResourceFault(.refused, message(server, sentence), values(columns, names, sentence))
        case "42501":
            return ResourceFault(
                .forbidden,
                server.constraint == nil ? "the row is not the sender's to write" : message(server, sentence))
        case "21000":
            return ResourceFault(.refused, "two rows of the request are the same row")
        case let state where state.hasPrefix("22"):
            return ResourceFault(
                .refused, server.message.forDisplay(300), values(server.column.map { [$0] } ?? [], names, ""))
        case "54000", "54001":
            return ResourceFault(.refused, "a value is too large")
        default: return error
        }
    }

    /// What a function of the model refused, as whoever asked for it is told; the same error where it is not the
    /// sender's.
    static func ofModel(_ error: PostgresError) -> any Error {
        guard let server = error.server else { return error }
        let sentence = message(server, server.constraint.map(words) ?? "")
        switch server.sqlState {
        case "P0002": return ResourceFault(.notFound, sentence)
        case "P0001", "55000": return ResourceFault(.refused, sentence)
        // One of ours has a name; a grant or a policy that is missing is nobody's fault but ours.
        case "42501" where server.constraint != nil: return ResourceFault(.forbidden, sentence)
        case let state where state.hasPrefix("22") || state.hasPrefix("23"): return ResourceFault(.refused, sentence)
        default: return error
        }
    }

    /// What a trigger says is a sentence of ours; what PostgreSQL says of a constraint is less than its name.
    private static func message(_ server: ServerError, _ sentence: String) -> String {
        let isGeneric = server.message.contains("violates") || server.message.contains("constraint")
        return isGeneric ? sentence : server.message.forDisplay(300)
    }

    /// `email_is_taken_once` is "email is taken once".
    private static func words(_ name: String) -> String { name.replacing("_", with: " ") }

    private static func values(_ columns: [String], _ names: [String], _ expected: String) -> [ResourceFault.Value] {
        columns.map { .init($0, pointer: names.contains($0) ? "/" + $0 : nil, "", expected: expected) }
    }
}
