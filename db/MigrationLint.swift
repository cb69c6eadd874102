/// Keeps migrations backwards compatible: what a running older program may still use is taken away only in a contract
/// step of a named release.
enum MigrationLint {
    /// Words that take something away, as they stand in a statement.
    private static let contracting: [(words: [String], what: String)] = [
        (["drop", "table"], "drops a table"),
        (["drop", "column"], "drops a column"),
        (["drop", "schema"], "drops a schema"),
        (["drop", "view"], "drops a view"),
        (["drop", "function"], "drops a function"),
        (["drop", "domain"], "drops a domain"),
        (["drop", "type"], "drops a type"),
        (["drop", "constraint"], "drops a constraint"),
        (["drop", "not", "null"], "lets a column be null"),
        (["rename", "to"], "renames"),
        (["rename", "column"], "renames a column"),
        (["rename", "constraint"], "renames a constraint"),
        (["alter", "column", "*", "type"], "changes a column's type"),
        (["alter", "column", "*", "set", "data", "type"], "changes a column's type"),
        (["set", "not", "null"], "forbids nulls that an older program may write"),
    ]

    static func check(_ migration: Migration) throws(SchemaError) {
        let statements = SQLText.statements(of: migration.sql)
        if !migration.isTransactional && statements.count != 1 {
            throw SchemaError(
                "\(migration.file): marked `no transaction` with \(statements.count) statements, expected exactly one, "
                    + "so that it can be resumed")
        }
        guard migration.contractRelease == nil else { return }
        for statement in statements {
            let words = SQLText.words(of: statement)
            for rule in contracting where matches(rule.words, in: words) {
                throw SchemaError(
                    "\(migration.file): \(rule.what) (\(words.prefix(6).joined(separator: " ")) …), which breaks a "
                        + "program of the release before; add first, and take away a release later in a file marked "
                        + "`-- heddle: contract RELEASE`")
            }
        }
    }

    private static func matches(_ pattern: [String], in words: [String]) -> Bool {
        guard words.count >= pattern.count else { return false }
        return (0...(words.count - pattern.count)).contains { start in
            pattern.indices.allSatisfy { pattern[$0] == "*" || pattern[$0] == words[start + $0] }
        }
    }
}
