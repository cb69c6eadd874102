import Foundation

/// A request to Heddle's API, before it is known to which server it goes.
package struct APICall: Sendable {
    /// What is done there.
    package enum Method: String, Sendable, CaseIterable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    /// What is sent along.
    package enum Body: Sendable {
        case empty
        case bytes([UInt8], type: String)
        /// - told: hears how many bytes were sent so far.
        case file(UploadedFile, type: String, told: @Sendable (Int64) -> Void)
    }

    package let method: Method
    package let body: Body
    /// By which the server knows the request again: every write has one.
    package let idempotencyKey: String?
    /// Encoded, without parameters.
    private let path: String
    /// Parameters, each encoded.
    private var query: [String]
    private let headers: [HeaderField]

    /// What takes no key, for it lets somebody in or out: a session that is renewed twice is taken for a stolen one.
    private static let unkeyed = [
        "/oauth/", "/v1/auth/login", "/v1/auth/logout", "/v1/auth/password/", "/v1/auth/session/", "/v1/me/",
        "/v1/support/",
    ]
    private static let mostBytes = 32 << 10

    /// - Parameters:
    ///   - path: as `/v1/accounts/accounts`, perhaps with parameters behind a question mark.
    ///   - query: more parameters, `name=value`, as they are.
    ///   - headers: `Name: value`.
    ///   - idempotencyKey: of a write; a random one otherwise.
    /// - Throws: `RequestFault`.
    package init(
        _ method: Method, _ path: String, query: [String] = [], headers: [String] = [], body: Body = .empty,
        idempotencyKey: String? = nil
    ) throws(RequestFault) {
        let parts = path.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let bare = parts.first ?? ""
        guard !bare.isEmpty, !bare.contains("://"), !bare.hasPrefix("//") else {
            throw RequestFault(
                "the path is \"\(path.forDisplay(100))\", expected one of the API, as /v1/routing/trunks")
        }
        self.method = method
        self.body = body
        self.path = (bare.hasPrefix("/") ? bare : "/" + bare).percentEncoded(also: "/%:@!$&'()*+,;=")
        var pairs = parts.dropFirst().flatMap { $0.split(separator: "&") }.map {
            $0.percentEncoded(also: "/%:@!$'()*+,;=?")
        }
        for parameter in query { pairs.append(try Self.pair(parameter)) }
        self.query = pairs
        var fields: [HeaderField] = []
        for line in headers { fields.append(try HeaderField(line: line)) }
        self.headers = fields
        if let idempotencyKey {
            guard (1...255).contains(idempotencyKey.utf8.count),
                idempotencyKey.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
            else { throw RequestFault("--idempotency-key is 1 to 255 letters, digits and marks") }
        }
        self.idempotencyKey = idempotencyKey ?? (method == .get ? nil : UUID().text)
        guard target.utf8.count <= Self.mostBytes else {
            throw RequestFault("path and parameters have more than \(Self.mostBytes) bytes; ask for less at once")
        }
    }

    /// Path and parameters, as they are sent.
    package var target: String { query.isEmpty ? path : "\(path)?\(query.joined(separator: "&"))" }

    /// Whether the same once more does nothing more than once.
    package var isRepeatable: Bool { method == .get || !Self.unkeyed.contains(where: path.hasPrefix) }

    /// All that is sent before the body, but what is the connection's.
    package var fields: [HeaderField] {
        var fields = headers
        switch body {
        case .empty: break
        case .bytes(_, let type), .file(_, let type, _):
            if !fields.contains(where: { $0.name.lowercased() == "content-type" }) {
                fields.append(HeaderField("Content-Type", type))
            }
        }
        if let idempotencyKey { fields.append(HeaderField("Idempotency-Key", idempotencyKey)) }
        return fields
    }

    /// The same, for the page of a list after another one.
    /// - Parameters:
    ///   - cursor: the `next_cursor` of the page before.
    ///   - rows: of a page, unless the request says it itself.
    func page(after cursor: String?, rows: Int) -> APICall {
        var call = self
        if !query.contains(where: { $0.hasPrefix("limit=") }) { call.query.append("limit=\(rows)") }
        guard let cursor else { return call }
        call.query.removeAll { $0.hasPrefix("cursor=") }
        call.query.append("cursor=\(cursor.percentEncoded())")
        return call
    }

    private static func pair(_ text: String) throws(RequestFault) -> String {
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
            throw RequestFault("--query is \"\(text.forDisplay(100))\", expected name=value")
        }
        return "\(text[..<equals].percentEncoded())=\(text[text.index(after: equals)...].percentEncoded())"
    }
}
