/// The server that mail is handed to, and how.
package struct MailServer: Sendable, Equatable {
    /// How a session with it is kept from others.
    package enum Security: Sendable {
        /// Not at all.
        case none
        /// By STARTTLS, or nothing is sent.
        case startTLS
        /// From the first byte.
        case tls
    }

    /// A name, or an address; of IPv6 in brackets.
    package let host: String
    package let port: Int
    package let security: Security
    /// Who logs in; `nil` is nobody.
    package var user: String?
    /// A file of certificates that the server's is checked against; `nil` is what the system trusts.
    package var certificates: String?
    /// What one mail may take until the server has it whole.
    package var limit = Duration.seconds(60)
    /// What the server may take then to say what became of it. Whoever does not wait sends it again, and servers that
    /// look for viruses take minutes (RFC 5321, section 4.5.3.2.6).
    package var answerLimit = Duration.seconds(600)

    package init(host: String, port: Int, security: Security) {
        self.host = host
        self.port = port
        self.security = security
    }

    var url: String { "\(security == .tls ? "smtps" : "smtp")://\(host):\(port)" }
}
