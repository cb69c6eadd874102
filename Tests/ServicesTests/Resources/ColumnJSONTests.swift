import Foundation
import Postgres
import TestSupport
import Testing

@testable import Catalog
@testable import Services

/// Values as JSON, compared with another reader of JSON.
@Suite(.database) struct ColumnJSONTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static func field(_ name: String) -> Resource.Field {
        Resource.Field(
            name: name, comment: "", kind: .text, baseType: "text", domain: nil, isNullable: true, rule: ValueRule(),
            value: "", isCreatable: true, isRequired: false, isUpdatable: true, isStaffOnly: false)
    }

    private func written(_ statement: SQL, _ fields: [Resource.Field]) async throws -> [String] {
        let shape = RowShape(fields)
        return try await db.app.run(statement).map { row in
            try JSONWriter.object { json in try shape.write(row, to: &json) }
        }
    }

    /// Whatever stands wherever among up to 24 others, which are looked at eight at a time.
    @Test func `a text is read as it was written, whatever is in it`() async throws {
        let special = ["\"", "\\", "\u{1}", "\u{1f}", "\n", "\u{7f}", " ", "!", "#", "[", "]", "é", "€", "😀", "\u{a2}"]
        var texts: [String] = [""]
        for length in 0..<24 {
            for place in 0...length {
                for one in special {
                    texts.append(
                        String(repeating: "a", count: place) + one + String(repeating: "z", count: length - place))
                }
            }
        }
        let rows = try await written(
            "select t from unnest(\(texts)) with ordinality x (t, n) order by n", [Self.field("t")])
        #expect(rows.count == texts.count)
        for (row, text) in zip(rows, texts) {
            let read = try JSONSerialization.jsonObject(with: Data(row.utf8)) as? [String: String]
            #expect(read == ["t": text], "\(row)")
        }
        // What needs no escape has none.
        #expect(
            rows.count { $0.contains("\\") }
                == texts.count { text in text.contains { "\"\\\u{1}\u{1f}\n".contains($0) } })
    }

    @Test func `the longest name that PostgreSQL takes is written, and null as null`() async throws {
        let name = String(repeating: "n", count: 63)
        let rows = try await written("select null::text, 'x'::text", [Self.field(name), Self.field("b")])
        #expect(rows == [#"{"\#(name)":null,"b":"x"}"#])
    }
}
