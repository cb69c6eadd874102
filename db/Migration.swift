import Crypto

/// One numbered step of the model: `0042_subject.sql`, one subject, one transaction.
///
/// Marks are comment lines at the top of the file:
/// - `-- heddle: no transaction` for the one statement that PostgreSQL refuses inside one (a concurrent index);
/// - `-- heddle: contract 1.4` for a step that takes something away, in the release named.
package struct Migration: Sendable, Hashable {
    package let file: String
    package let number: Int
    package let sql: String
    /// SHA-256 of the text, in hex: a migration never changes once it has been applied anywhere.
    package let checksum: String
    package let isTransactional: Bool
    /// The release that this contract step belongs to.
    package let contractRelease: String?

    package init(file: String, sql: String) throws(SchemaError) {
        let name = file.prefix { $0 != "_" }
        guard file.hasSuffix(".sql"), name.count == 4, let number = Int(name) else {
            throw SchemaError("\(file): expected a name like 0042_subject.sql")
        }
        let head = sql.split(separator: "\n").prefix { $0.hasPrefix("--") }
        guard !head.isEmpty else { throw SchemaError("\(file): expected a comment at the top that says what and why") }
        self.file = file
        self.number = number
        self.sql = sql
        checksum = SHA256.hash(data: Array(sql.utf8)).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
            .joined()
        isTransactional = !head.contains("-- heddle: no transaction")
        contractRelease = head.first { $0.hasPrefix("-- heddle: contract ") }
            .map { String($0.dropFirst("-- heddle: contract ".count)) }
        try MigrationLint.check(self)
    }
}
