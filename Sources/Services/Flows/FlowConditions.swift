import Telecom

/// Conditions as they are in the database: `{"all": [{"variable": "state", "operator": "equal_to", "value": "TX"}]}`.
enum FlowConditions {
    private typealias Fault = FlowSettings.Fault

    static func condition(_ value: JSONValue) throws(FlowSettings.Fault) -> FlowCondition {
        let settings = FlowSettings(value: value)
        for match in FlowCondition.Match.allCases where value[match.rawValue] != nil {
            var comparisons: [FlowComparison] = []
            for element in try settings.list(match.rawValue) { comparisons.append(try comparison(element)) }
            return FlowCondition(match, comparisons)
        }
        throw Fault(reason: "a condition has comparisons in all or any")
    }

    static func comparison(_ value: JSONValue) throws(FlowSettings.Fault) -> FlowComparison {
        let settings = FlowSettings(value: value)
        let subject: FlowComparison.Subject = value["tag"] == nil ? .variable : .tag
        let name = try settings.text(subject.rawValue, longest: 100)
        let isList = if case .list? = value["value"] { true } else { false }
        let test = try settings.one("operator", of: FlowComparison.Test.self, usual: isList ? .anyOf : .equalTo)
        var values: [String] = []
        if isList {
            values = try settings.texts("value", most: 1_000)
        } else if let single = value["value"], single != .null {
            values = [single.shown]
        }
        guard let comparison = FlowComparison(subject, name, test, values) else {
            throw Fault(reason: "\(name) is not compared with what \(test.rawValue) takes")
        }
        return comparison
    }

    /// What a call must have to go somewhere. A filter that cannot be read lets nothing pass.
    static func filters(_ text: String) -> [FlowComparison] {
        guard case .list(let elements)? = try? JSONValue(Array(text.utf8)) else {
            return [.unreadable("filters")]
        }
        return elements.map { (try? comparison($0)) ?? .unreadable($0["tag"]?.shown ?? "filter") }
    }
}
