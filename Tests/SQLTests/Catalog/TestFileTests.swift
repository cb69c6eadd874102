import Foundation
import Postgres
import TestSupport
import Testing

/// Every SQL function has a file of tests beside this one, in the folder of its schema.
@Suite(.database) struct TestFileTests {
    @Test func `every function has its test file, and every file its function`() async throws {
        let functions = try await TestDatabase.suite.owner.run(
            """
            select distinct n.nspname, p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace
             where n.nspname in (\(unescaped: House.schemaList))
            """
        ).decode(String.self, String.self)
        let expected = Set(
            functions.map { schema, function in
                let words = function.split(separator: "_")
                let name = words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
                return "\(schema)/\(name)Tests.swift"
            })
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        var found: Set<String> = []
        for schema in House.schemas {
            let path = folder.appending(path: schema).path
            let files = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []  // no folder: no function
            // Two files of a target cannot have one name: where two schemas have a function of one name, the second's
            // file starts with its schema.
            let prefix = schema.uppercased()
            found.formUnion(files.map { "\(schema)/\($0.hasPrefix(prefix) ? $0.dropFirst(prefix.count) : $0[...])" })
        }
        #expect(expected.subtracting(found).sorted() == [], "write them")
        let extra = found.subtracting(expected).subtracting([
            "billing/BalanceLookupTests.swift", "billing/LedgerWalkTests.swift", "billing/LedgerModel.swift",
        ])
        #expect(extra.sorted() == [], "there is no such function; delete or move them")
    }
}
