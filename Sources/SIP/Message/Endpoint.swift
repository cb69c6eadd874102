/// An IP address and port, as text without brackets. Where a datagram came from, or goes.
package struct Endpoint: Sendable, Hashable {
    /// The address; an IPv6 one without brackets.
    package let host: String
    /// The UDP port.
    package let port: UInt16

    /// An endpoint; the text is not checked.
    package init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }
}

extension Endpoint: CustomStringConvertible {
    /// `host:port`, with brackets around an IPv6 address.
    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
