/// A SIP, SIPS or tel URI, or one of another scheme that is kept unread (RFC 3261 section 19.1, RFC 3966).
///
/// It points into the message it was read from. `description` leaves out a password.
package struct URI: Sendable {
    /// The part before the first colon.
    package enum Scheme: Sendable, Hashable {
        case sip, sips, tel
        /// Any other scheme, in lower case. Nothing of such a URI is read.
        case other(String)
    }

    /// What kind of URI it is.
    package let scheme: Scheme
    let source: [UInt8]
    let whole: Extent
    let userExtent: Extent
    let passwordExtent: Extent
    let hostExtent: Extent
    let parameterExtent: Extent
    let headerExtent: Extent
    /// The port when one is written.
    package let port: UInt16?

    /// The URI as it came.
    package var text: Text { Text(source, whole) }

    /// The user part, decoded; nil when there is none. For a tel URI, its number and parameters as written.
    package var user: String? { userExtent.isEmpty ? nil : Text(source, userExtent).unescaped }

    /// The host name or address, without the brackets of IPv6; nil for tel and other schemes.
    package var host: Text? { hostExtent.isEmpty ? nil : Text(source, hostExtent) }

    /// Whether the host was written as an IPv6 reference.
    package var hostIsIPv6: Bool { host?.bytes.contains(UInt8(ascii: ":")) ?? false }

    /// The parameters after the host of a SIP URI, or after the number of a tel URI.
    package var parameters: Parameters { Parameters(source, parameterExtent) }

    /// Whether headers follow (`?name=value`), which no Request-URI may have.
    package var hasHeaders: Bool { !headerExtent.isEmpty }

    /// The headers after `?`, escaped as they came.
    package var headers: Text? { headerExtent.isEmpty ? nil : Text(source, headerExtent) }
}

extension URI.Scheme: CustomStringConvertible {
    /// The scheme as written, in lower case.
    package var description: String {
        switch self {
        case .sip: "sip"
        case .sips: "sips"
        case .tel: "tel"
        case .other(let name): name
        }
    }
}

extension URI: CustomStringConvertible {
    /// The URI as it came, a password replaced by `…`.
    package var description: String {
        guard !passwordExtent.isEmpty else { return text.string }
        let before = Text(source, Extent(whole.lower, userExtent.upper))
        let after = Text(source, Extent(passwordExtent.upper, whole.upper))
        return "\(before.string):…\(after.string)"
    }
}

extension URI {
    /// The telephone number in the URI: a tel URI's number, or a SIP user part up to its first `;`.
    ///
    /// Visual separators are taken out of a tel number and of a user part that starts with `+` or a digit; any other
    /// user part is given as it is, decoded, since it may be a name. Nil without a user part.
    package var number: String? {
        let end = source.span.find(UInt8(ascii: ";"), from: userExtent.lower, to: userExtent.upper)
        guard end > userExtent.lower else { return nil }
        let subscriber = Text(source, Extent(userExtent.lower, end)).unescaped
        guard let first = subscriber.utf8.first, first == UInt8(ascii: "+") || ByteSet.digit.contains(first),
            subscriber.utf8.contains(where: { ByteSet.visualSeparator.contains($0) })
        else { return subscriber }
        return String(decoding: subscriber.utf8.filter { !ByteSet.visualSeparator.contains($0) }, as: UTF8.self)
    }

    /// The parameters of the number: after a tel number, or inside a SIP user part
    /// (`sip:+12155551212;npdi;rn=+12155550000@host`, RFC 4694 and RFC 3261 section 19.1.6).
    package var numberParameters: Parameters {
        if scheme == .tel { return parameters }
        let text = source.span
        let start = text.find(UInt8(ascii: ";"), from: userExtent.lower, to: userExtent.upper)
        return Parameters(source, Extent(start, userExtent.upper))
    }

    /// Whether two URIs name the same resource: scheme, user and host are equal, the default port is 5060.
    ///
    /// This is the part of RFC 3261 section 19.1.4 that decides where a request goes; parameters are not compared.
    package func names(sameAs other: URI) -> Bool {
        guard scheme == other.scheme, userExtent.isEmpty == other.userExtent.isEmpty else { return false }
        switch (host, other.host) {
        case (nil, nil): return text.matches(other.text.string)
        case (let mine?, let theirs?):
            return mine.matches(theirs.string) && user == other.user && effectivePort == other.effectivePort
        default: return false
        }
    }

    private var effectivePort: UInt16 { port ?? (scheme == .sips ? 5061 : 5060) }
}
