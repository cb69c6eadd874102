import Telecom

/// Telephone numbers as a request names them.
package enum NamedNumber {
    package static let expected = "E.164, as +12125550100"
    /// The same as a regular expression of JSON Schema's.
    package static let pattern = #"^\+[1-9][0-9]{1,14}$"#

    /// - Parameters:
    ///   - name: the field or parameter that has it.
    ///   - pointer: where in the body it is; `nil` for what the path names.
    /// - Returns: the number as the database has it.
    /// - Throws: `ResourceFault` with the name, the value and what is expected.
    package static func read(_ text: String, _ name: String, pointer: String? = nil) throws -> String {
        guard let number = E164(text) else {
            throw ResourceFault([.init(name, pointer: pointer, text, expected: expected)])
        }
        return number.description
    }

    /// The same of a list.
    /// - Throws: `ResourceFault` with all that are wrong, or there twice.
    package static func read(_ texts: [String], _ name: String) throws -> [String] {
        var seen: Set<String> = []
        var wrong: [ResourceFault.Value] = []
        for (index, text) in texts.enumerated() {
            if E164(text) == nil {
                wrong.append(.init(name, pointer: "/\(name)/\(index)", text, expected: expected))
            } else if !seen.insert(text).inserted {
                wrong.append(.init(name, pointer: "/\(name)/\(index)", text, expected: "each number once"))
            }
        }
        guard wrong.isEmpty else { throw ResourceFault(Array(wrong.prefix(mostFaults))) }
        return texts
    }

    private static let mostFaults = 100
}
