/// The one statement of a file without a transaction: it makes or drops an index while its table is in use, and can be
/// resumed, because what it came to can be seen in the catalog.
package enum ConcurrentIndex: Sendable, Hashable {
    /// The index lies in the schema of its table.
    case create(name: String, table: String)
    /// The name, with its schema where it was given.
    case drop(name: String)

    init(_ statements: [SQLText.Statement], of file: String) throws(SchemaError) {
        guard statements.count == 1, let index = Self.parse(statements[0].words) else {
            throw SchemaError(
                "\(file): marked `no transaction`, so it may hold only one statement, `create [unique] index "
                    + "concurrently NAME on TABLE …` or `drop index concurrently [if exists] NAME`, with names in "
                    + "small letters and without quotes, so that it can be resumed")
        }
        self = index
    }

    private static func parse(_ words: [String]) -> ConcurrentIndex? {
        if words.starts(with: ["drop", "index", "concurrently"]) {
            let names = words.dropFirst(3)
            let name = names.starts(with: ["if", "exists"]) ? names.dropFirst(2) : names
            guard name.count == 1, let name = name.first, isName(name) else { return nil }
            return .drop(name: name)
        }
        let rest = words.filter { $0 != "unique" && $0 != "only" }
        guard rest.starts(with: ["create", "index", "concurrently"]), rest.count > 5, rest[4] == "on",
            isName(rest[3]), isName(rest[5]), !rest[3].contains(".")
        else { return nil }
        return .create(name: rest[3], table: rest[5])
    }

    private static func isName(_ word: String) -> Bool {
        word.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"),
                UInt8(ascii: "."):
                true
            default: false
            }
        }
    }
}
