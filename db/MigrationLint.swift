/// Keeps migrations backwards compatible: what a running older program may still use is taken away only in a contract
/// step of a named release. Bodies of functions are not looked at, those of DO are, with the texts that they execute.
enum MigrationLint {
    /// They end the transaction that the file is one of.
    private static let transactionWords: Set<String> = [
        "begin", "start", "commit", "end", "rollback", "abort", "prepare",
    ]

    static func check(_ migration: Migration) throws(SchemaError) {
        let statements = SQLText.statements(of: migration.sql)
        if migration.isTransactional {
            for statement in statements where transactionWords.contains(statement.words[0]) {
                throw SchemaError(
                    "\(migration.file): has a statement that begins with \(statement.words[0]), but the file is one "
                        + "transaction from its first line to its last: take it out")
            }
        }
        guard migration.contractRelease == nil else { return }
        for statement in statements {
            guard let what = whatItTakes(statement) else { continue }
            throw SchemaError(
                "\(migration.file): \(what) (\(statement.words.prefix(6).joined(separator: " ")) …), which breaks a "
                    + "program of the release before; add first, and take away a release later in a file marked "
                    + "`-- heddle: contract RELEASE`")
        }
    }

    /// What a statement takes away, in words.
    private static func whatItTakes(_ statement: SQLText.Statement) -> String? {
        switch statement.words[0] {
        case "drop": "drops something; what is replaced needs only `create or replace`"
        case "alter": whatItAlters(statement.words[...])
        case "do": statement.quotes.lazy.compactMap(whatItDoes).first
        default: nil
        }
    }

    /// `alter` of anything. Each part of `alter table a …, …` is looked at, with and without the word `column`.
    private static func whatItAlters(_ words: ArraySlice<String>) -> String? {
        for (position, word) in zip(words.indices, words) {
            let rest = words[position...].dropFirst()
            switch word {
            case "drop": return "drops a part of something, or a rule that a program may rely on"
            case "rename": return "renames"
            case "detach": return "takes a partition away"
            case "alter" where isChangeOfType(rest): return "changes a column's type"
            case "set" where rest.starts(with: ["not", "null"]): return "forbids nulls that an older program may write"
            case "set" where rest.starts(with: ["schema"]): return "moves something to another schema"
            default: break
            }
        }
        return nil
    }

    private static func isChangeOfType(_ words: ArraySlice<String>) -> Bool {
        let name = ["column", "attribute"].contains(words.first) ? words.dropFirst() : words
        let action = name.dropFirst()
        return action.starts(with: ["type"]) || action.starts(with: ["set", "data", "type"])
    }

    /// The body of a DO, or a text within it that it may execute: anywhere in it, because statements are not all that
    /// its semicolons end.
    private static func whatItDoes(_ body: String) -> String? {
        for statement in SQLText.statements(of: body) {
            if statement.words.contains("drop") { return "drops something in a DO body" }
            for (position, word) in zip(statement.words.indices, statement.words) where word == "alter" {
                if let what = whatItAlters(statement.words[position...]) { return "\(what) in a DO body" }
            }
            if let what = statement.quotes.lazy.compactMap(whatItDoes).first { return what }
        }
        return nil
    }
}
