/// Why a message cannot be taken: the field, what was expected there, and the status that says so to the sender.
package struct ParseError: Error, Sendable, Hashable {
    /// The part of the message that is wrong.
    package enum Field: Sendable, Hashable {
        case message, startLine, requestURI, uri
        case header(HeaderName)
    }

    /// The part that is wrong.
    package let field: Field
    /// What belongs in the field, as a phrase that follows "expected".
    package let expected: String
    /// The final response for a request with this error (RFC 3261 section 21.4).
    package let status: Status
    /// Where in the message reading stopped, in bytes.
    package let offset: Int

    /// An error of `status` 400 unless told otherwise.
    package init(_ field: Field, expected: String, at offset: Int, status: Status = .badRequest) {
        self.field = field
        self.expected = expected
        self.status = status
        self.offset = offset
    }

    /// A reason phrase for the response: which field, and nothing the sender wrote.
    package var reason: String {
        status == .badRequest ? "Bad \(field)" : status.reasonPhrase
    }
}

extension ParseError: CustomStringConvertible {
    /// Status, field, expectation and offset; nothing the sender wrote.
    package var description: String { "\(status.rawValue) \(field): expected \(expected) at byte \(offset)" }
}

extension ParseError.Field: CustomStringConvertible {
    /// The name of the field for people.
    package var description: String {
        switch self {
        case .message: "Message"
        case .startLine: "Start Line"
        case .requestURI: "Request-URI"
        case .uri: "URI"
        case .header(let name): name.text
        }
    }
}
