import Catalog
import Foundation
import Postgres

/// The order of a list, and where in it a page begins.
///
/// A page begins behind a row, not at a number: what is added or deleted meanwhile moves nothing. The key comes last in
/// every order, so that no two rows are in the same place.
struct RowOrder: Sendable {
    /// The fields that decide, the key's last.
    let fields: [Resource.Field]
    let isDescending: Bool
    /// As it was asked for; empty is the order of the key.
    private let text: String

    /// - Parameter text: `created_at`, or `-created_at` for the largest first.
    /// - Throws: `ResourceFault`.
    init(_ text: String?, of resource: Resource, _ shown: [Resource.Field]) throws {
        let key = resource.key.compactMap { resource.field($0) }
        guard let text else {
            fields = key
            isDescending = resource.isNewestFirst
            self.text = ""
            return
        }
        let name = text.hasPrefix("-") ? String(text.dropFirst()) : text
        let possible = shown.filter { !$0.isNullable && $0.kind.isOrdered }
        guard let field = possible.first(where: { $0.name == name }) else {
            let names = possible.map(\.name).joined(separator: ", ")
            throw ResourceFault.parameter("order", text, expected: "one of \(names), also with - before it")
        }
        fields = [field] + key.filter { $0.name != name }
        isDescending = text.hasPrefix("-")
        self.text = text
    }

    /// Whether it is the order of the key, which every table has an index of.
    var isOfKey: Bool { text.isEmpty }

    /// The clause; none for a table that has one row of each tenant.
    var clause: SQL {
        if fields.isEmpty { return "" }
        return SQL(
            unescaped: "order by "
                + fields.map { "t.\"\($0.name)\" \(isDescending ? "desc" : "asc")" }.joined(separator: ", "))
    }

    /// What the row of a cursor has in the fields that decide.
    /// - Throws: `ResourceFault` when it is none of this order.
    func values(of cursor: String) throws -> [String] {
        guard !fields.isEmpty, let data = Data(base64URL: cursor), case .list(let parts)? = try? JSONValue(Array(data))
        else { throw Self.noCursor(cursor) }
        let texts = parts.compactMap { if case .text(let text) = $0 { text } else { nil } }
        guard texts.count == parts.count, texts.count == fields.count + 1, texts[0] == text else {
            throw Self.noCursor(cursor)
        }
        let values = Array(texts.dropFirst())
        guard zip(fields, values).allSatisfy({ FieldCheck.problem(text: $1, $0) == nil }) else {
            throw Self.noCursor(cursor)
        }
        return values
    }

    private static func noCursor(_ text: String) -> ResourceFault {
        .refused("cursor", text, expected: "the next_cursor of an answer to a list in the same order")
    }

    /// The rows behind one that has these values.
    func behind(_ values: [String]) -> SQL { behind(texts: stored(values).map { "\($0)::text" }) }

    /// The values as the database has them.
    func stored(_ values: [String]) -> [String] { zip(fields, values).map { EndOfTime.stored($1, $0.kind) } }

    /// The rows behind one that has these values.
    /// - Parameter texts: expressions of type text, one for each of the fields that decide.
    func behind(texts: [SQL]) -> SQL {
        let columns = fields.map { "t.\(identifier: $0.name)" as SQL }
        let values = zip(fields, texts).map { "\($1)::\(unescaped: $0.comparedType)" as SQL }
        let sign: SQL = isDescending ? "<" : ">"
        return "(\(SQL.list(columns))) \(sign) (\(SQL.list(values)))"
    }

    /// What a row has in the fields that decide.
    func values(of row: Row, _ shape: RowShape) throws -> [String] {
        try fields.map { try shape.text(row, $0.name) ?? "" }
    }

    /// Where the next page begins.
    func cursor(behind row: Row, _ shape: RowShape) throws -> String {
        var json = JSONWriter()
        try json.array { json in
            json.text(nil, text)
            for value in try values(of: row, shape) { json.text(nil, value) }
        }
        return Data(json.bytes).base64URL
    }
}

extension SQL {
    /// Parts with commas between.
    static func list(_ parts: [SQL]) -> SQL { joined(parts, by: ", ") }

    /// Conditions that all hold.
    static func all(_ parts: [SQL]) -> SQL { parts.isEmpty ? "true" : joined(parts, by: " and ") }

    private static func joined(_ parts: [SQL], by separator: SQL) -> SQL {
        guard let first = parts.first else { return "" }
        return parts.dropFirst().reduce(first) { "\($0)\(separator)\($1)" }
    }
}
