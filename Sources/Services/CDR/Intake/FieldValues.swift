/// What a record says, by our fields.
struct FieldValues: Sendable {
    /// A value and where it stands.
    struct Found: Sendable {
        /// From 1; 0 where fields have no places.
        let column: Int
        let name: String
        let text: String
    }

    private var values: [Found?]
    /// Which fields the record, or its file, has a place for.
    private var known: Set<CDRMapping.Field>

    private static let order: [CDRMapping.Field: Int] = Dictionary(
        uniqueKeysWithValues: CDRMapping.Field.allCases.enumerated().map { ($1, $0) })

    init(known: Set<CDRMapping.Field> = []) {
        values = Array(repeating: nil, count: CDRMapping.Field.allCases.count)
        self.known = known
    }

    /// Whether there is a place for a field, be it empty.
    func has(_ field: CDRMapping.Field) -> Bool { known.contains(field) }

    /// Notes that there is a place for a field.
    mutating func note(_ field: CDRMapping.Field) { known.insert(field) }

    /// `nil` where the record says nothing.
    subscript(field: CDRMapping.Field) -> Found? {
        get { Self.order[field].flatMap { values[$0] } }
        set { if let place = Self.order[field] { values[place] = newValue } }
    }

    /// A problem with a field.
    func wrong(_ field: CDRMapping.Field, _ expected: String, reason: String? = nil) -> RecordProblem {
        let found = self[field]
        return RecordProblem(
            column: found?.column ?? 0, name: found?.name ?? field.rawValue, value: found?.text ?? "",
            expected: expected, reason: reason)
    }
}

/// Why a record was not taken.
struct RecordProblem: Error, Sendable, Equatable {
    /// Which field, from 1; 0 is the record as a whole.
    var column = 0
    var name = ""
    var value = ""
    let expected: String
    /// In a sentence of its own, where "expected …" does not say it.
    var reason: String?

    /// In words.
    var words: String { reason ?? "expected \(expected)" }

    func problem(onLine line: Int) -> ImportProblem {
        ImportProblem(
            line: line, column: column, field: name.forDisplay(80), value: value,
            expected: reason.map { "\(expected): \($0)" } ?? expected)
    }
}
