import Foundation

/// The model as files: migrations, seeds and the generated dump, carried in the program's resource bundle.
package enum Schema {
    /// Every migration, in order of its number.
    /// - Throws: `SchemaError` when a file's name or text breaks a rule; the message names the file.
    package static func migrations() throws -> [Migration] {
        let files = try FileManager.default.contentsOfDirectory(atPath: directory("migrations").path)
        let migrations = try files.filter { $0.hasSuffix(".sql") }.sorted().map { file in
            try Migration(file: file, sql: text(of: "migrations/\(file)"))
        }
        for (index, migration) in migrations.enumerated() where migration.number != index + 1 {
            throw SchemaError("\(migration.file): expected number \(index + 1); migrations are numbered without gaps")
        }
        return migrations
    }

    /// The demonstration operator: a string of statements that may be run again and again.
    package static func demoSeed() throws -> String { try text(of: "seed/demo.sql") }

    /// The query that lists what keeps the schema from being distributed by tenant; no row is the right answer.
    package static func distributableLint() throws -> String { try text(of: "lint/distributable.sql") }

    private static func text(of path: String) throws -> String {
        try String(contentsOf: directory(path), encoding: .utf8)
    }

    private static func directory(_ path: String) -> URL { Bundle.module.bundleURL.appending(path: path) }
}

/// A file of the schema that breaks a rule, with the file and what is expected.
package struct SchemaError: Error, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
}
