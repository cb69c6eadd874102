import Postgres
import TestSupport
import Testing

/// routing.header_rules: what a trunk may change in the headers of a call.
@Suite(.database) struct HeaderRulesTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func refusal(of rules: String) async throws -> Refusal? {
        try await Refusal.of { try await db.app.run("select \(rules)::jsonb::routing.header_rules") }
    }

    private static let shape = "header_rules_have_action_header_and_a_value_of_one_line"
    private static let protected = "header_rules_have_no_header_that_calls_stand_on"

    @Test(arguments: [
        "[]",
        #"[{"action": "remove", "header": "User-Agent"}]"#,
        #"[{"action": "remove", "header": "Subject"}, {"action": "add", "header": "Subject", "value": "x"}]"#,
        #"[{"action": "add", "header": "X-Plan", "value": "gold; level=\"1\""}]"#,
        #"[{"action": "add", "header": "X-Heddlesome", "value": "~"}, {"action": "remove", "header": "Contactless"}]"#,
    ])
    func `rules are taken`(rules: String) async throws {
        #expect(try await refusal(of: rules) == nil)
    }

    @Test(arguments: [
        (#"{"action": "remove", "header": "Subject"}"#, "header_rules_are_a_list"),
        (#""remove Subject""#, "header_rules_are_a_list"),
        (#"[{"header": "Subject"}]"#, shape),
        (#"[{"action": "replace", "header": "Subject", "value": "x"}]"#, shape),
        (#"[{"action": "remove"}]"#, shape),
        (#"[{"action": "remove", "header": 7}]"#, shape),
        (#"[{"action": "remove", "header": "Subject", "value": "x"}]"#, shape),
        (#"[{"action": "remove", "header": ""}]"#, shape),
        (#"[{"action": "remove", "header": "Sub ject"}]"#, shape),
        (#"[{"action": "remove", "header": "Subject|Via"}]"#, shape),
        (#"[{"action": "remove", "header": ".*"}]"#, shape),
        (#"[{"action": "remove", "header": "v"}]"#, shape),
        (#"[{"action": "add", "header": "X-Plan"}]"#, shape),
        (#"[{"action": "add", "header": "X-Plan", "value": 7}]"#, shape),
        (#"[{"action": "add", "header": "X-Plan", "value": ""}]"#, shape),
        (#"[{"action": "add", "header": "X-Plan", "value": " gold"}]"#, shape),
        (#"[{"action": "add", "header": "X-Plan", "value": "a\r\nVia: b"}]"#, shape),
        (#"[{"action": "add", "header": "X-Plan", "value": "a\nb"}]"#, shape),
        (#"[{"action": "add", "header": "X-Plan", "value": "a\r"}]"#, shape),
        (#"[{"action": "add", "header": "X-Plan", "value": "a\n"}]"#, shape),
        (#"[{"action": "add", "header": "X-Plan\r\nVia", "value": "a"}]"#, shape),
        (#"[{"action": "add", "header": "X-Plan", "value": "größe"}]"#, shape),
        (#"[[{"action": "add", "header": "X-Plan", "value": "a"}]]"#, shape),
        (#"[{"action": "remove", "header": "Subject"}, 7]"#, shape),
    ])
    func `what is no rule is refused, and so is what could end its line`(rules: String, why: String) async throws {
        #expect(try await refusal(of: rules) == Refusal("23514", why))
    }

    @Test(arguments: [
        "Via", "Route", "Record-Route", "Path", "Service-Route", "Contact", "From", "To", "Call-ID", "CSeq",
        "Max-Forwards", "Max-Breadth", "RAck", "RSeq", "Content-Type", "Content-Length", "Content-Anything",
        "MIME-Version", "Require", "Proxy-Require", "Authorization", "Proxy-Authorization", "WWW-Authenticate",
        "Proxy-Authenticate", "Authentication-Info", "Proxy-Authentication-Info", "P-Asserted-Identity",
        "P-Preferred-Identity", "Remote-Party-ID", "Privacy", "X-Heddle-Edge", "x-heddle-source", "CALL-id",
    ])
    func `headers that calls stand on are neither removed nor added`(header: String) async throws {
        for rule in [
            #"{"action": "remove", "header": "\#(header)"}"#,
            #"{"action": "add", "header": "\#(header)", "value": "x"}"#,
        ] {
            let other = #"{"action": "remove", "header": "Subject"}"#
            #expect(try await refusal(of: "[\(other), \(rule)]") == Refusal("23514", Self.protected))
        }
    }

    @Test func `a trunk has at most sixteen rules`() async throws {
        func rules(_ count: Int) -> String {
            let rule = #"{"action": "remove", "header": "Subject"}"#
            return "[" + Array(repeating: rule, count: count).joined(separator: ",") + "]"
        }
        #expect(try await refusal(of: rules(16)) == nil)
        #expect(try await refusal(of: rules(17)) == Refusal("23514", "header_rules_are_at_most_sixteen"))
    }

    @Test func `customers' and carriers' trunks keep to them`() async throws {
        let types = try await db.owner.run(
            """
            select format_type(a.atttypid, null) from pg_attribute a where a.attname = 'header_rules'
               and a.attrelid in ('routing.trunks'::regclass, 'routing.carrier_trunks'::regclass)
            """
        ).decode(String.self)
        #expect(types == ["routing.header_rules", "routing.header_rules"])
    }
}
