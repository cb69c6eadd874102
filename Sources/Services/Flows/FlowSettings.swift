import Telecom

/// The settings of a node, read by name.
struct FlowSettings {
    /// What is wrong with them, in a sentence.
    struct Fault: Error {
        let reason: String
    }

    let value: JSONValue

    /// The longest name of a variable or tag.
    private static let longestName = 100

    init(value: JSONValue) { self.value = value }

    /// Settings as they are kept: PostgreSQL takes JSON that is read nowhere else.
    init(reading text: String) throws(Fault) {
        do throws(JSONValue.Fault) {
            value = try JSONValue(Array(text.utf8))
        } catch {
            throw Fault(reason: "it cannot be read as JSON: \(error.reason)")
        }
    }

    /// A text that has to be there.
    func text(_ name: String, longest: Int = FlowText.longest) throws(Fault) -> String {
        guard let text = try optionalText(name, longest: longest), !text.isEmpty else {
            throw Fault(reason: "\(name) is missing")
        }
        return text
    }

    /// A number is taken as it is written.
    func optionalText(_ name: String, longest: Int = FlowText.longest) throws(Fault) -> String? {
        switch value[name] {
        case nil, .null?: return nil
        case .text(let text)?, .number(let text)?:
            guard text.unicodeScalars.count <= longest else {
                throw Fault(reason: "\(name) is longer than \(longest) characters")
            }
            return text
        default: throw Fault(reason: "\(name) is no text")
        }
    }

    /// - Parameter usual: what it is unless said; nil where it has to be said.
    func number(_ name: String, _ range: ClosedRange<Int>, usual: Int?) throws(Fault) -> Int {
        if value[name] == nil, let usual { return usual }
        guard let text = try optionalText(name), let number = Int(text), range.contains(number) else {
            throw Fault(reason: "\(name) is no number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func flag(_ name: String) throws(Fault) -> Bool {
        switch value[name] {
        case nil: return false
        case .boolean(let flag)?: return flag
        default: throw Fault(reason: "\(name) is neither true nor false")
        }
    }

    /// One of the names of a kind.
    func one<Kind: RawRepresentable & CaseIterable>(
        _ name: String, of kind: Kind.Type, usual: Kind? = nil
    ) throws(Fault) -> Kind where Kind.RawValue == String {
        if let usual, value[name] == nil { return usual }
        guard let found = try optionalText(name).flatMap({ Kind(rawValue: $0) }) else {
            throw Fault(reason: "\(name) is none of \(kind.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return found
    }

    /// So many parts at most; none where it is not there.
    func list(_ name: String, most: Int = 200) throws(Fault) -> [JSONValue] {
        switch value[name] {
        case nil, .null?: return []
        case .list(let elements)? where elements.count <= most: return elements
        default: throw Fault(reason: "\(name) is no list of \(most) at most")
        }
    }

    /// Texts; a number is taken as it is written.
    func texts(_ name: String, most: Int = 200) throws(Fault) -> [String] {
        var texts: [String] = []
        for element in try list(name, most: most) {
            switch element {
            case .text(let text), .number(let text): texts.append(text)
            default: throw Fault(reason: "\(name) has something that is no text")
            }
        }
        return texts
    }

    /// An object of texts, by name.
    func pairs(_ name: String, most: Int = 100) throws(Fault) -> [String: String] {
        switch value[name] {
        case nil, .null?: return [:]
        case .object(let members)? where members.count <= most:
            var pairs: [String: String] = [:]
            for member in members {
                guard member.name.unicodeScalars.count <= Self.longestName else {
                    throw Fault(reason: "\(name) has a name that is longer than \(Self.longestName) characters")
                }
                switch member.value {
                case .list, .object: throw Fault(reason: "\(name) has something that is no text: \(member.name)")
                default: pairs[member.name] = member.value.shown
                }
                guard member.value.shown.unicodeScalars.count <= FlowText.longest else {
                    throw Fault(reason: "\(member.name) is longer than \(FlowText.longest) characters")
                }
            }
            return pairs
        default: throw Fault(reason: "\(name) is no object of \(most) members at most")
        }
    }
}
