/// The members of a body that are given one by one.
package enum RequestFields {
    /// - Parameters:
    ///   - texts: `name=value`; the value is a text as it is.
    ///   - values: `name=value`; the value is JSON.
    /// - Throws: `RequestFault`.
    package static func object(texts: [String], values: [String]) throws(RequestFault) -> JSONValue {
        var members: [JSONValue.Member] = []
        for field in texts {
            let (name, value) = try parts(of: field, "--field")
            members.append(JSONValue.Member(name, .text(value)))
        }
        for field in values {
            let (name, value) = try parts(of: field, "--json-field")
            members.append(JSONValue.Member(name, try json(value, of: name)))
        }
        let names = members.map(\.name)
        if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
            throw RequestFault("the member \"\(twice.forDisplay(100))\" is given twice; give it once")
        }
        return .object(members)
    }

    private static func parts(of field: String, _ option: String) throws(RequestFault) -> (String, String) {
        guard let equals = field.firstIndex(of: "="), equals != field.startIndex else {
            throw RequestFault("\(option) is \"\(field.forDisplay(100))\", expected name=value")
        }
        return (String(field[..<equals]), String(field[field.index(after: equals)...]))
    }

    private static func json(_ text: String, of name: String) throws(RequestFault) -> JSONValue {
        do {
            return try JSONValue(Array(text.utf8))
        } catch {
            throw RequestFault(
                "--json-field \(name.forDisplay(100)) is not JSON: \(error.reason); a text is given by --field")
        }
    }
}
