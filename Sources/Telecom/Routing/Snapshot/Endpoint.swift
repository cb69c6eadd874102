/// A host to which calls are sent.
package struct Endpoint: Sendable, Hashable {
    /// How SIP messages travel.
    package enum Transport: String, Sendable, Hashable, CaseIterable {
        case udp, tcp, tls
    }

    /// A name or an address; IPv6 with or without brackets.
    package let host: String
    package let port: Int
    package let transport: Transport
    /// The host as a SIP URI writes it: IPv6 in brackets.
    package let uriHost: String

    package init(host: String, port: Int = 5060, transport: Transport = .udp) {
        self.host = host
        self.port = port
        self.transport = transport
        uriHost = host.contains(":") && host.first != "[" ? "[" + host + "]" : host
    }

    /// `192.0.2.1:5060`, `[2001:db8::1]:5060`.
    package var authority: String { uriHost + ":" + String(port) }

    /// The URI of the next hop: `sip:192.0.2.1:5060;transport=udp`.
    package var uri: String { "sip:" + authority + ";transport=" + transport.rawValue }
}
