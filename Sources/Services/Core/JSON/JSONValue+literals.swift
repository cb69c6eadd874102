// A document that the program itself spells, member by member.

extension JSONValue: ExpressibleByStringInterpolation {
    package init(stringLiteral value: String) { self = .text(value) }
}

extension JSONValue: ExpressibleByIntegerLiteral {
    package init(integerLiteral value: Int) { self = .number(String(value)) }
}

extension JSONValue: ExpressibleByBooleanLiteral {
    package init(booleanLiteral value: Bool) { self = .boolean(value) }
}

extension JSONValue: ExpressibleByArrayLiteral {
    package init(arrayLiteral elements: JSONValue...) { self = .list(elements) }
}

extension JSONValue: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(elements.map { Member($0.0, $0.1) })
    }
}

extension JSONValue {
    /// A member of an object, if it has one of that name.
    package subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// The object with more members behind its own.
    package func with(_ members: [Member]) -> JSONValue {
        guard case .object(let own) = self else { return self }
        return .object(own + members)
    }

    /// The document on one line.
    package var text: String {
        var json = JSONWriter()
        write(to: &json)
        return json.text
    }

    /// The document on lines, for people: what is short stays on one.
    package func lines(indent: String = "", width: Int = 160) -> String {
        let short = text
        guard short.utf8.count + indent.utf8.count > width else { return short }
        let deeper = indent + "  "
        switch self {
        case .list(let elements):
            let parts = elements.map { deeper + $0.lines(indent: deeper, width: width) }
            return "[\n" + parts.joined(separator: ",\n") + "\n\(indent)]"
        case .object(let members):
            let parts = members.map { member in
                deeper + JSONValue.text(member.name).text + ": " + member.value.lines(indent: deeper, width: width)
            }
            return "{\n" + parts.joined(separator: ",\n") + "\n\(indent)}"
        default: return short
        }
    }
}
