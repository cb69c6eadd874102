extension Catalog {
    /// A column, and what it means.
    package struct Column: Sendable {
        package let name: String
        /// As PostgreSQL writes it: `core.e164`, `text[]`.
        package let type: String
        package let isNullable: Bool
        /// The expression of its default, or of its value where it is generated; empty where there is none.
        package let value: String
        /// Whether the value always follows from the row's other columns.
        package let isGenerated: Bool
        /// Empty for a column that is not explained, and so not shown by the API.
        package let comment: String
        /// What the API's role may do with it.
        package let grants: Grants
    }

    /// What `heddle_app` is granted.
    package struct Grants: OptionSet, Sendable {
        package let rawValue: UInt8

        package init(rawValue: UInt8) { self.rawValue = rawValue }

        package static let select = Grants(rawValue: 1)
        package static let insert = Grants(rawValue: 2)
        package static let update = Grants(rawValue: 4)
        /// Of a table alone.
        package static let delete = Grants(rawValue: 8)

        /// As they are read: the letters of those that are granted.
        init(letters: String) {
            self = letters.reduce(into: []) { grants, letter in
                switch letter {
                case "r": grants.insert(.select)
                case "a": grants.insert(.insert)
                case "w": grants.insert(.update)
                case "d": grants.insert(.delete)
                default: break
                }
            }
        }
    }

    /// A key to another table.
    package struct ForeignKey: Sendable {
        /// What becomes of the row when the one goes that it points to; the raw value is PostgreSQL's `confdeltype`.
        package enum Deletion: String, Sendable {
            case isRefused = "a"
            case isRefusedAtOnce = "r"
            case cascades = "c"
            case setsNull = "n"
            case setsDefault = "d"
        }

        /// The constraint's name: a sentence.
        package let name: String
        package let columns: [String]
        /// The table that it points to, with its schema.
        package let target: String
        /// What each of the columns is there.
        package let targetColumns: [String]
        package let deletion: Deletion
    }

    /// What every row of a table has to be. The name is a sentence, and is what an error says.
    package struct Constraint: Sendable {
        package let name: String
        /// As PostgreSQL writes it: `CHECK (…)`.
        package let definition: String
        /// The columns that it is over, in its order where it has one.
        package let columns: [String]
    }

    /// An index, with what it is over, as PostgreSQL writes it after `USING`.
    package struct Index: Sendable {
        package let name: String
        package let isUnique: Bool
        package let definition: String
    }

    /// Which rows a session may see and write.
    package struct Policy: Sendable {
        package let name: String
        /// ALL, SELECT, INSERT, UPDATE or DELETE.
        package let command: String
        /// The condition on rows that are read, changed or deleted; empty where there is none.
        package let sees: String
        /// The condition on rows that are written; empty where it is the one on rows that are read.
        package let writes: String
    }
}
