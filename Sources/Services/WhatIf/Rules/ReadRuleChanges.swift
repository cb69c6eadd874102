import Foundation

/// Reads a file of changes: a JSON list, each element with `add`, `change` or `remove` and the name of a table, with
/// `row` (which one) and `set` (the columns).
///
///     [{"add": "route_rules", "set": {"kind": "never", "prefix": "4470", "carrier_trunk_id": "Palisade A"}},
///      {"change": "carrier_trunks", "row": "Cordillera A", "set": {"priority": 50}},
///      {"remove": "call_limits", "row": {"prefix": "44"}}]
enum ReadRuleChanges {
    /// A file with more is not a what-if any more.
    static let mostChanges = 500
    private static let mostBytes = 1 << 20

    static func file(_ path: String) throws -> [RuleChange] {
        guard let handle = FileHandle(forReadingAtPath: path) else { throw ImportFailure("\(path) cannot be read") }
        defer { try? handle.close() }  // it was only read
        guard let data = try? handle.read(upToCount: mostBytes + 1) else {
            throw ImportFailure("\(path) cannot be read")
        }
        guard data.count <= mostBytes else { throw ImportFailure("\(path) has more than \(mostBytes) bytes") }
        return try changes(data, path)
    }

    static func changes(_ data: Data, _ name: String) throws -> [RuleChange] {
        let tree: JSONTree
        do {
            tree = try JSONDecoder().decode(JSONTree.self, from: data)
        } catch {
            throw ImportFailure("\(name) is no JSON\(place(of: error))")
        }
        guard case .array(let elements) = tree, (1...mostChanges).contains(elements.count) else {
            throw ImportFailure("\(name): expected a list of 1 to \(mostChanges) changes, like \(example)")
        }
        var changes: [RuleChange] = []
        var problems: [RuleProblem] = []
        for (index, element) in elements.enumerated() {
            switch change(element, index + 1) {
            case .success(let change): changes.append(change)
            case .failure(let found): problems += found.problems
            }
        }
        if !problems.isEmpty { throw RuleProblems(problems: problems) }
        return changes
    }

    private static let example = #"[{"change": "carrier_trunks", "row": "NAME", "set": {"priority": 50}}]"#

    private static func change(_ element: JSONTree, _ number: Int) -> Result<RuleChange, RuleProblems> {
        func wrong(_ field: String, _ value: String, _ expected: String) -> Result<RuleChange, RuleProblems> {
            .failure(.init(problems: [RuleProblem(number, "", field: field, value: value, expected: expected)]))
        }
        guard case .object(let members) = element else { return wrong("", element.json, "an object, like \(example)") }
        let actions = RuleChange.Action.allCases.filter { members[$0.rawValue] != nil }
        guard actions.count == 1, let action = actions.first, case .string(let table)? = members[action.rawValue] else {
            return wrong("", element.json, "one of \"add\", \"change\" and \"remove\", with the name of a table")
        }
        let known = [action.rawValue] + (action == .add ? [] : ["row"]) + (action == .remove ? [] : ["set"])
        if let unknown = members.keys.sorted().first(where: { !known.contains($0) }) {
            return wrong(unknown, members[unknown]?.json ?? "", "only \(known.joined(separator: ", "))")
        }
        var row: JSONTree?
        if action != .add {
            switch members["row"] {
            case .string(let name): row = .string(name)
            case .object(let columns) where !columns.isEmpty: row = .object(columns)
            case let other: return wrong("row", other?.json ?? "", "a name, an id, or columns by which to find it")
            }
        }
        var columns: [(name: String, value: JSONTree)] = []
        if action != .remove {
            guard case .object(let set)? = members["set"], !set.isEmpty else {
                return wrong("set", members["set"]?.json ?? "", "the columns to write, like {\"priority\": 50}")
            }
            columns = set.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
        }
        return .success(RuleChange(number: number, action: action, table: table, row: row, columns: columns))
    }

    /// Where the text stops being JSON, as far as the reader says it.
    private static func place(of error: any Error) -> String {
        guard case DecodingError.dataCorrupted(let context)? = error as? DecodingError,
            let reason = (context.underlyingError as? NSError)?.userInfo[NSDebugDescriptionErrorKey] as? String
        else { return "" }
        return ": \(reason.forDisplay(120))"
    }
}
