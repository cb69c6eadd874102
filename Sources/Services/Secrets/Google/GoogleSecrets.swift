import Foundation

/// Google Cloud's Secret Manager by its REST interface (v1, `projects.secrets.versions.access`), as the service account
/// of the machine that we run on.
///
/// Both servers are asked directly: a proxy of the environment is not used.
package struct GoogleSecrets: Sendable {
    private let endpoint: String
    private let get: BoundedGet
    private let tokens: AccessTokens

    /// The service itself.
    package static let standard = GoogleSecrets()

    /// - Parameters:
    ///   - endpoint: where the service is: https, or http to this machine (for tests).
    ///   - metadata: where access tokens come from; it speaks http on a link of the machine's own.
    ///   - timeout: for each request; a secret takes one or two, four when its token was revoked.
    ///   - now: the clock that tokens expire by.
    package init(
        endpoint: String = "https://secretmanager.googleapis.com",
        metadata: String = "http://metadata.google.internal",
        timeout: Duration = .seconds(5),
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.endpoint = endpoint
        // A third more than the largest secret, for base64, and the names around it.
        get = BoundedGet(timeout: timeout, byteCountMax: ResolveSecret.byteCountMax * 4 / 3 + 4096)
        tokens = AccessTokens(metadata: metadata, get: get, now: now)
    }

    /// What the version holds, checked against the checksum that it was stored with.
    func access(_ version: SecretReference.SecretVersion) async throws(SecretError) -> Secret {
        let reference = SecretReference.secretManager(version)
        guard let url = URL(string: "\(endpoint)/v1/\(version.name):access"), Self.isConfidential(url) else {
            throw SecretError(.configuration, reference, "Secret Manager's address must be https: \(endpoint)")
        }
        var reply = try await request(url, reference)
        if reply.status == 401 {
            // Tokens can be revoked before their time; a new one tells whether it was that.
            await tokens.forget()
            reply = try await request(url, reference)
        }
        guard reply.status == 200 else { throw Self.refusal(reply.status, version) }
        return try Self.secret(in: reply.body, reference)
    }

    private func request(_ url: URL, _ reference: SecretReference) async throws(SecretError) -> BoundedGet.Reply {
        let token = try await tokens.token(for: reference).text
        do {
            return try await get(url, headers: ["Authorization": "Bearer \(token)"])
        } catch {
            throw error.secretError("Secret Manager at \(endpoint) gave no answer", reference)
        }
    }

    /// Whether nobody on the way can read along.
    private static func isConfidential(_ url: URL) -> Bool {
        switch url.scheme {
        case "https": true
        case "http": ["127.0.0.1", "::1", "[::1]", "localhost"].contains(url.host)
        default: false
        }
    }

    /// The reply's body is not repeated: the status says enough.
    private static func refusal(_ status: Int, _ version: SecretReference.SecretVersion) -> SecretError {
        let reference = SecretReference.secretManager(version)
        return switch status {
        case 400: SecretError(.missing, reference, "this version is disabled or destroyed; enable it or name another")
        case 401: SecretError(.refused, reference, "Google does not take the access token of this machine")
        case 403:
            SecretError(
                .refused, reference,
                "this machine's service account may not read it; grant it roles/secretmanager.secretAccessor on "
                    + "projects/\(version.project)/secrets/\(version.secret), "
                    + "and the machine the access scope cloud-platform")
        case 404: SecretError(.missing, reference, "there is no such secret, or no such version")
        default: SecretError(.unavailable, reference, "Secret Manager answered HTTP \(status)")
        }
    }

    // MARK: Reply

    private static func secret(in body: [UInt8], _ reference: SecretReference) throws(SecretError) -> Secret {
        // The decoder's own error would repeat parts of the text, so it is dropped.
        guard let reply = try? JSONDecoder().decode(AccessReply.self, from: Data(body)),
            let data = Data(base64Encoded: reply.payload.data ?? "")
        else {
            throw SecretError(.damaged, reference, "what Secret Manager answered is not a secret")
        }
        let bytes = Array(data)
        if let checksum = reply.payload.dataCrc32c, checksum != String(CRC32C.checksum(bytes)) {
            throw SecretError(.damaged, reference, "it does not match its checksum: it was damaged on the way")
        }
        return Secret(bytes)
    }

    /// As the service writes it: 64-bit numbers are text in the JSON of protocol buffers, and empty bytes are left out.
    private struct AccessReply: Decodable {
        let payload: Payload
        struct Payload: Decodable {
            let data: String?
            let dataCrc32c: String?
        }
    }
}

extension BoundedGet.Failure {
    /// The failure as the reader of a reference hears of it.
    func secretError(_ sentence: String, _ reference: SecretReference) -> SecretError {
        switch self {
        case .timedOut: SecretError(.unavailable, reference, "\(sentence) (timed out)")
        case .tooLarge: SecretError(.tooLarge, reference, "\(sentence) (the answer is too large)")
        case .cancelled: SecretError(.cancelled, reference, "cancelled")
        case .unreachable(let said): SecretError(.unavailable, reference, "\(sentence) (\(said))")
        }
    }
}
