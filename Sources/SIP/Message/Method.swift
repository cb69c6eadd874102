/// A request method. Names are case-sensitive (RFC 3261 section 7.1).
package enum Method: Sendable, Hashable {
    case invite, ack, bye, cancel, options, register
    case prack, subscribe, notify, publish, info, refer, message, update
    /// A token that is no method known here.
    case other(String)

    /// The method of this name.
    package init(_ name: String) {
        self = Self.known.first { $0.name == name } ?? .other(name)
    }

    /// The name on the wire.
    package var name: String {
        switch self {
        case .invite: "INVITE"
        case .ack: "ACK"
        case .bye: "BYE"
        case .cancel: "CANCEL"
        case .options: "OPTIONS"
        case .register: "REGISTER"
        case .prack: "PRACK"
        case .subscribe: "SUBSCRIBE"
        case .notify: "NOTIFY"
        case .publish: "PUBLISH"
        case .info: "INFO"
        case .refer: "REFER"
        case .message: "MESSAGE"
        case .update: "UPDATE"
        case .other(let name): name
        }
    }

    /// Whether the method is one of the cases above, so that refusing it is 405 rather than 501.
    package var isKnown: Bool {
        if case .other = self { false } else { true }
    }

    private static let known: [Method] = [
        .invite, .ack, .bye, .cancel, .options, .register, .prack, .subscribe, .notify, .publish, .info, .refer,
        .message, .update,
    ]

    /// Reads the token in `extent`, which the caller has checked. INVITE and ACK, nearly all traffic, are tried first.
    init(_ bytes: [UInt8], _ extent: Extent) {
        let text = Text(bytes, extent)
        self = Self.known.first { text == $0.name } ?? .other(text.string)
    }
}

extension Method: CustomStringConvertible {
    /// As ``name``.
    package var description: String { name }
}
