import Crypto

/// One numbered step of the model: `0042_subject.sql`, one subject, one transaction.
///
/// Marks are comment lines at the top of the file:
/// - `-- heddle: no transaction` for the one statement that PostgreSQL refuses inside one (a concurrent index);
/// - `-- heddle: contract 1.4` for a step that takes something away, in the release named.
///
/// Any other mark is an error.
package struct Migration: Sendable, Hashable {
    package let file: String
    package let number: Int
    package let sql: String
    /// SHA-256 of the text, in hex: a migration never changes once it has been applied anywhere.
    package let checksum: String
    /// What a file without a transaction does.
    package let concurrentIndex: ConcurrentIndex?
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
        var (isTransactional, contractRelease) = (true, String?.none)
        for line in head where line.hasPrefix(Self.mark) {
            let words = line.dropFirst(Self.mark.count).split(separator: " ")
            if words == ["no", "transaction"] {
                isTransactional = false
            } else if words.count == 2, words[0] == "contract", Self.isRelease(words[1]) {
                contractRelease = String(words[1])
            } else {
                throw SchemaError(
                    "\(file): \(line) is no mark; expected `-- heddle: no transaction` or `-- heddle: contract 1.4`")
            }
        }
        self.contractRelease = contractRelease
        concurrentIndex =
            isTransactional ? nil : try ConcurrentIndex(SQLText.statements(of: sql), of: file)
        try MigrationLint.check(self)
    }

    package var isTransactional: Bool { concurrentIndex == nil }

    private static let mark = "-- heddle:"

    /// Numbers with points between them.
    private static func isRelease(_ text: Substring) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.allSatisfy { !$0.isEmpty && $0.allSatisfy { "0"..."9" ~= $0 } }
    }
}
