/// The content of an Authorization or Proxy-Authorization header with the Digest scheme (RFC 7616 section 3.4).
package struct DigestCredentials: Sendable {
    /// The user name, quotes and backslashes removed.
    package let username: String
    /// The realm the client answers for.
    package let realm: String
    /// The nonce as it came back.
    package let nonce: Text
    /// The URI as the client hashed it.
    package let uri: Text
    /// The digest, as bytes.
    let response: [UInt8]
    /// The hash; MD5 when the client names none.
    package let algorithm: DigestAlgorithm
    /// Nil when the client speaks RFC 2069, without quality of protection.
    package let protection: Protection?
    /// What the server sent along, returned.
    package let opaque: String?

    /// What comes with `qop=auth`.
    package struct Protection: Sendable {
        /// The number the client chose.
        package let cnonce: Text
        /// How often the client has used the nonce, this time included.
        package let nonceCount: UInt32
        /// The eight digits as the client hashed them.
        let nonceCountText: Text
    }

    /// The credentials for `realm` among the headers of this name; nil when there are none, or of another scheme.
    ///
    /// Malformed credentials throw only if they may be for this realm, so that what a client keeps for another server
    /// does no harm here.
    package static func find(
        in headers: Headers, _ name: HeaderName, realm: String
    ) throws(ParseError) -> DigestCredentials? {
        for value in headers.all(name) {
            guard let fields = DigestFields(value) else { continue }
            if let stated = fields["realm"]?.unquoted, stated != realm { continue }
            return try DigestCredentials(fields, field: name)
        }
        return nil
    }

    init(_ fields: DigestFields, field: HeaderName) throws(ParseError) {
        func failure(_ expected: String) -> ParseError {
            ParseError(.header(field), expected: expected, at: fields.value.extent.lower)
        }
        func required(_ name: String) throws(ParseError) -> Text {
            guard let value = fields[name], !value.isEmpty else { throw failure(name) }
            return value.withoutQuotes
        }
        guard !fields.isMalformed else { throw failure("name=value pairs, each name once") }
        guard let username = fields["username"]?.unquoted, !username.isEmpty else { throw failure("username") }
        self.username = username
        realm = fields["realm"]?.unquoted ?? ""
        guard !realm.isEmpty else { throw failure("realm") }
        nonce = try required("nonce")
        uri = try required("uri")
        let name = fields["algorithm"]?.unquoted ?? DigestAlgorithm.md5.rawValue
        guard let algorithm = DigestAlgorithm(name: name) else { throw failure("an algorithm that was offered") }
        self.algorithm = algorithm
        guard let digest = Hex.bytes(of: try required("response").bytes), digest.count == algorithm.byteCount else {
            throw failure("response of \(algorithm.byteCount * 2) hex digits")
        }
        response = digest
        opaque = fields["opaque"]?.unquoted
        guard let quality = fields["qop"] else {
            protection = nil
            return
        }
        guard quality.withoutQuotes.matches("auth") else { throw failure("qop=auth") }
        let count = try required("nc")
        guard count.count == 8, let number = UInt32(count.string, radix: 16), number > 0,
            Hex.bytes(of: count.bytes) != nil
        else { throw failure("nc of eight hex digits, from 1") }
        protection = Protection(cnonce: try required("cnonce"), nonceCount: number, nonceCountText: count)
    }
}

extension DigestCredentials: CustomStringConvertible {
    /// Who and where, without anything that could be replayed.
    package var description: String { "Digest username=\(username) realm=\(realm) algorithm=\(algorithm.rawValue)" }
}

/// `Digest name=value, name="value", …`, cut into its pairs.
struct DigestFields {
    let value: Text
    private var pairs: [(name: Text, value: Text)] = []
    private(set) var isMalformed = false

    /// The most pairs that are read; the RFCs define ten.
    private static let pairsMax = 32

    /// Nil when the scheme is not Digest.
    init?(_ value: Text) {
        self.value = value
        let source = value.source
        let text = source.span
        let end = value.extent.upper
        let schemeEnd = text.skip(.token, from: value.extent.lower, to: end)
        guard text.matches("Digest", from: value.extent.lower, to: schemeEnd) else { return nil }
        for element in Text(source, Extent(schemeEnd, end)).listElements {
            let (start, last) = (element.extent.lower, element.extent.upper)
            let nameEnd = text.skip(.token, from: start, to: last)
            let equals = text.skipBlank(from: nameEnd, to: last)
            let name = Text(source, Extent(start, nameEnd))
            guard nameEnd > start, equals < last, text[equals] == UInt8(ascii: "="),
                pairs.count < Self.pairsMax, !pairs.contains(where: { $0.name.matches(name) })
            else {
                isMalformed = true
                return
            }
            pairs.append((name, Text(source, Extent(text.skipBlank(from: equals + 1, to: last), last))))
        }
    }

    subscript(_ name: String) -> Text? { pairs.first { $0.name.matches(name) }?.value }
}

extension Text {
    /// The bytes between the quotes, backslashes kept: what a digest is computed over.
    var withoutQuotes: Text {
        guard count >= 2, bytes.first == UInt8(ascii: "\""), bytes.last == UInt8(ascii: "\"") else { return self }
        return Text(source, Extent(extent.lower + 1, extent.upper - 1))
    }
}
