/// What a user agent server takes. The checks of RFC 3261 section 8.2, in its order.
package struct Acceptance: Sendable {
    /// The methods that are taken, in the order of the Allow header.
    package var methods: [Method]
    /// The schemes a Request-URI may have.
    package var schemes: [URI.Scheme]
    /// Option tags that may stand in Require.
    package var extensions: [String]
    /// Types of body that may come with an INVITE or another request, lower case; empty takes any.
    package var contentTypes: [String]

    /// Takes SIP, SIPS and tel URIs, no extension and any body, unless told otherwise.
    package init(
        methods: [Method], schemes: [URI.Scheme] = [.sip, .sips, .tel], extensions: [String] = [],
        contentTypes: [String] = []
    ) {
        self.methods = methods
        self.schemes = schemes
        self.extensions = extensions
        self.contentTypes = contentTypes
    }

    /// The answer to a request that is not taken, nil for one that is.
    ///
    /// An ACK is never answered; a CANCEL is answered by what it cancels, so only its method is looked at.
    package func refusal(of request: Request) -> ReplyContent? {
        if request.method == .ack { return nil }
        if let refusal = headRefusal(of: request) { return refusal }
        if request.method == .cancel { return nil }
        let unknown = request.headers.list(.require).filter { tag in !extensions.contains { tag.matches($0) } }
        guard unknown.isEmpty else {
            let tags = unknown.map(\.string).joined(separator: ", ")
            return ReplyContent(.badExtension, headers: [HeaderLine("Unsupported", tags)])
        }
        return bodyRefusal(of: request)
    }

    /// The answer to a request whose method or Request-URI is not taken: the part of ``refusal(of:)`` that also
    /// concerns a server on the way to the one that is meant.
    package func headRefusal(of request: Request) -> ReplyContent? {
        guard methods.contains(request.method) else {
            let status: Status = request.method.isKnown ? .methodNotAllowed : .notImplemented
            return ReplyContent(status, headers: [HeaderLine("Allow", methods.map(\.name).joined(separator: ", "))])
        }
        guard request.method == .cancel || schemes.contains(request.uri.scheme) else {
            return ReplyContent(.unsupportedURIScheme)
        }
        return nil
    }

    private func bodyRefusal(of request: Request) -> ReplyContent? {
        guard !request.body.isEmpty else { return nil }
        if let encoding = request.headers.first(.contentEncoding), !encoding.matches("identity") {
            return ReplyContent(.unsupportedMediaType, headers: [HeaderLine("Accept-Encoding", "identity")])
        }
        guard !contentTypes.isEmpty, let type = request.headers.first(.contentType) else { return nil }
        let media = type.string.split(separator: ";").first.map { $0.filter { $0 != " " }.lowercased() } ?? ""
        guard !contentTypes.contains(media) else { return nil }
        let accepted = contentTypes.joined(separator: ", ")
        return ReplyContent(.unsupportedMediaType, headers: [HeaderLine("Accept", accepted)])
    }
}
