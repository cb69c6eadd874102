import Testing

@testable import Postgres

/// The names in an error, by which it is told from others.
@Suite struct ServerErrorTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var sqlState = "23503"
        var message = "x"
        var table: String?
        var constraint: String?
        var names: [String?]

        var testDescription: String { "\(sqlState) \(message) \(table ?? "") \(constraint ?? "")" }
    }

    @Test(arguments: [
        Row(table: "trunks", constraint: "trunk_belongs_to_account", names: ["trunks", "trunk_belongs_to_account"]),
        // On a node of a distributed database.
        Row(
            table: "trunks_102125", constraint: "trunk_belongs_to_account_102125",
            names: ["trunks", "trunk_belongs_to_account"]),
        Row(
            sqlState: "23505", message: #"duplicate key value violates unique constraint "ban_is_taken_once_1021250""#,
            names: [nil, "ban_is_taken_once"]),
        Row(
            message:
                #"update or delete on table "a_102008" violates foreign key constraint "b_is_of_a_102009""#,
            names: [nil, "b_is_of_a"]),
        // Numbers that are no shard's.
        Row(
            table: "raw_cdr_p202611", constraint: "max_tries_between_1_and_8",
            names: ["raw_cdr_p202611", "max_tries_between_1_and_8"]),
        Row(table: "x_12345", constraint: "y_99999", names: ["x_12345", "y_99999"]),
        // Sentences that name no constraint, or are of another kind.
        Row(
            sqlState: "23514", message: #"new row for relation "a_default" violates partition constraint"#,
            names: [nil, nil]),
        Row(
            sqlState: "23502", message: #"null value in column "b" of relation "a" violates not-null constraint"#,
            names: [nil, nil]),
        Row(sqlState: "42704", message: #"constraint "a" of relation "b" does not exist"#, names: [nil, nil]),
    ])
    func `are those of the schema, whatever shard it was`(row: Row) {
        let error = ServerError(
            sqlState: row.sqlState, message: row.message, detail: nil, hint: nil, schema: nil, table: row.table,
            column: nil, constraint: row.constraint, position: nil)
        #expect([error.table, error.constraint] == row.names)
    }
}
