import Foundation

/// A change of the rows that calls are routed by, as a file asks for it.
struct RuleChange {
    /// The raw value is the file's word.
    enum Action: String, CaseIterable, Sendable {
        case add, change, remove
    }

    /// Which of the file, from 1.
    let number: Int
    let action: Action
    /// The table's name, with or without its schema.
    let table: String
    /// Which row: its name or id, or the columns by which to find it; nil of what is added.
    let row: JSONTree?
    /// The columns to write, in order of their names.
    let columns: [(name: String, value: JSONTree)]
}

/// What is wrong with a change, so that whoever wrote it can mend it.
package struct RuleProblem: Sendable, Hashable {
    /// Which change of the file, from 1.
    package let change: Int
    /// Empty where the change names none that there is.
    package let table: String
    /// The column; empty when it is the change as a whole.
    package let field: String
    package let value: String
    package let expected: String

    init(_ change: Int, _ table: String, field: String = "", value: String = "", expected: String) {
        self.change = change
        self.table = table
        self.field = field
        self.value = value.forDisplay(80)
        self.expected = expected
    }
}

/// Why a file of changes was not taken: all that was found.
package struct RuleProblems: Error, Sendable, Equatable {
    package let problems: [RuleProblem]
}

/// What a change of the file did.
package struct RuleEffect: Sendable, Hashable {
    package let change: Int
    /// `add`, `change` or `remove`.
    package let action: String
    /// With its schema.
    package let table: String
    /// How many rows.
    package let rows: Int
}

extension JSONTree {
    /// As a document. Numbers are those of the file as far as a price needs, to fifteen digits.
    var json: String {
        switch self {
        case .object(let members):
            "{"
                + members.sorted { $0.key < $1.key }.map { "\(JSONTree.quoted($0.key)):\($0.value.json)" }
                .joined(separator: ",") + "}"
        case .array(let elements): "[" + elements.map(\.json).joined(separator: ",") + "]"
        case .string(let text): JSONTree.quoted(text)
        case .number, .flag: text ?? "null"
        case .null: "null"
        }
    }

    private static func quoted(_ text: String) -> String {
        var writer = JSONWriter()
        writer.text(nil, text)
        return writer.text
    }
}
