import Telecom
import Testing

@testable import Services

/// The header rules of a trunk as the edge gets them.
@Suite struct TrunkHeaderRulesTests {
    @Test func `rules become lines and names, with the short forms of the names`() {
        let rules = HeaderRules(
            json: """
                [{"action": "remove", "header": "Subject"}, {"action": "add", "header": "X-Plan", "value": "gold"},
                 {"action": "remove", "header": "User-Agent"}, {"action": "add", "header": "X-Two", "value": "a: b"}]
                """)
        #expect(
            rules == HeaderRules(added: "X-Plan: gold\r\nX-Two: a: b\r\n", removed: ["Subject", "s", "User-Agent"]))
    }

    /// The database refuses them; whatever gets past it must not get further.
    @Test(arguments: [
        #"[{"action": "add", "header": "X-Plan", "value": "a\r\nVia: b"}]"#,
        #"[{"action": "add", "header": "X-Plan", "value": "a\nb"}]"#,
        #"[{"action": "add", "header": "X-Plan\r\nVia", "value": "a"}]"#,
        #"[{"action": "add", "header": "X-Plan"}]"#,
        #"[{"action": "remove", "header": "Subject|Via"}]"#,
        #"[{"action": "remove", "header": ".*"}]"#,
        #"[{"action": "move", "header": "Subject"}]"#,
        "{}",
    ])
    func `no rule ends its line or is a pattern`(json: String) {
        #expect(HeaderRules(json: json) == HeaderRules())
    }
}
