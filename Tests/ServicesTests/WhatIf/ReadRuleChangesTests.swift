import Foundation
import Testing

@testable import Services

/// Files of changes, as they are written.
@Suite struct ReadRuleChangesTests {
    @Test func `changes have an action, a table, a row and columns`() throws {
        let text = """
            [{"add": "route_rules", "set": {"kind": "never", "prefix": null, "carrier_trunk_id": "A"}},
             {"change": "routing.carrier_trunks", "row": "B", "set": {"tags": ["gold"], "priority": 5}},
             {"remove": "call_limits", "row": {"max_rate": 0.0045}}]
            """
        let changes = try ReadRuleChanges.changes(Data(text.utf8), "x")
        #expect(changes.map(\.number) == [1, 2, 3] && changes.map(\.action) == [.add, .change, .remove])
        #expect(
            changes[0].columns.map { "\($0.name) \($0.value.json)" } == [
                "carrier_trunk_id \"A\"", "kind \"never\"", "prefix null",
            ])
        #expect(changes[1].row?.json == "\"B\"")
        #expect(changes[1].columns.map(\.value.json) == ["5", "[\"gold\"]"])
        #expect(changes[2].row?.json == "{\"max_rate\":0.0045}")
    }

    static let wrong: [(text: String, field: String, expected: String)] = [
        ("[5]", "", "an object, like"),
        (#"[{"set": {"a": 1}}]"#, "", "one of \"add\", \"change\" and \"remove\""),
        (#"[{"add": "x", "remove": "x"}]"#, "", "one of \"add\""),
        (#"[{"add": 5, "set": {"a": 1}}]"#, "", "one of \"add\""),
        (#"[{"add": "x", "row": "y", "set": {"a": 1}}]"#, "row", "only add, set"),
        (#"[{"add": "x"}]"#, "set", "the columns to write"),
        (#"[{"change": "x", "set": {"a": 1}}]"#, "row", "a name, an id, or columns"),
        (#"[{"change": "x", "row": {}, "set": {"a": 1}}]"#, "row", "a name, an id, or columns"),
        (#"[{"remove": "x", "row": "y", "set": {"a": 1}}]"#, "set", "only remove, row"),
    ]

    @Test(arguments: wrong) func `what is no change is told with what is expected`(
        text: String, field: String, expected: String
    ) {
        let found = #expect(throws: RuleProblems.self) { try ReadRuleChanges.changes(Data(text.utf8), "x") }
        #expect(found?.problems.first?.field == field)
        #expect(found?.problems.first?.expected.hasPrefix(expected) == true, "\(found?.problems.first?.expected ?? "")")
    }

    static let noLists = ["", "{}", "[]", "[", "nonsense", "[{\"a\": 1} 5]"]

    @Test(arguments: noLists) func `what is no list is refused in a sentence`(text: String) {
        let failure = #expect(throws: ImportFailure.self) { try ReadRuleChanges.changes(Data(text.utf8), "x.json") }
        #expect(failure?.description.hasPrefix("x.json") == true, "\(failure?.description ?? "")")
    }
}
