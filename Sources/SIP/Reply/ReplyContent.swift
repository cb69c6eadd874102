/// A header line to be sent. Control characters in it become spaces, so no value can start a line of its own.
package struct HeaderLine: Sendable, Hashable {
    /// The field name.
    package let name: String
    /// The field value.
    package let value: String

    /// A line; nothing is checked until it is written.
    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// What the application says in a response; the rest is copied from the request.
package struct ReplyContent: Sendable, Hashable {
    /// The status code.
    package var status: Status
    /// The reason phrase; nil is the usual one.
    package var reason: String?
    /// Lines besides the copied ones, Content-Type and Content-Length.
    package var headers: [HeaderLine]
    /// The type of `body`; needed when there is one.
    package var contentType: String?
    /// The body, empty for none.
    package var body: [UInt8]

    /// A response with the usual reason phrase and nothing else, unless told otherwise.
    package init(
        _ status: Status, reason: String? = nil, headers: [HeaderLine] = [], contentType: String? = nil,
        body: [UInt8] = []
    ) {
        self.status = status
        self.reason = reason
        self.headers = headers
        self.contentType = contentType
        self.body = body
    }
}

/// A response on the wire.
package struct Reply: Sendable, Hashable {
    /// The status code.
    package let status: Status
    /// The datagram.
    package let bytes: [UInt8]
    /// Where it goes (RFC 3261 section 18.2.2 and RFC 3581 section 4).
    package let destination: Endpoint
}
