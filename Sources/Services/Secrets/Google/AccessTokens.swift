import Foundation

/// The access token of this machine's service account, from the metadata server, kept until shortly before it expires.
///
/// Callers that come while the first token is fetched fetch their own: the metadata server gives all of them the same.
actor AccessTokens {
    private let metadata: String
    private let get: BoundedGet
    private let now: @Sendable () -> ContinuousClock.Instant
    private var kept: (token: Secret, until: ContinuousClock.Instant)?

    /// A token that ends while its request is under way would be refused.
    private static let margin = Duration.seconds(60)

    init(metadata: String, get: BoundedGet, now: @escaping @Sendable () -> ContinuousClock.Instant) {
        self.metadata = metadata
        self.get = get
        self.now = now
    }

    /// A token that is good for another minute.
    /// - Parameter reference: what it is wanted for, for errors.
    func token(for reference: SecretReference) async throws(SecretError) -> Secret {
        if let kept, now() < kept.until { return kept.token }
        let asked = now()
        let (token, lifetime) = try Self.read(try await fetch(reference), reference)
        kept = (token, asked + lifetime - Self.margin)
        return token
    }

    /// Forgets the token, which Google did not take although it should be good.
    func forget() { kept = nil }

    private func fetch(_ reference: SecretReference) async throws(SecretError) -> BoundedGet.Reply {
        guard let url = URL(string: "\(metadata)/computeMetadata/v1/instance/service-accounts/default/token") else {
            throw SecretError(.configuration, reference, "the metadata server's address is not a URL: \(metadata)")
        }
        do {
            return try await get(url, headers: ["Metadata-Flavor": "Google"])
        } catch {
            throw error.secretError(
                "the metadata server \(metadata) gave no access token; "
                    + "outside of Google Cloud keep the secret in env: or file:", reference)
        }
    }

    private static func read(
        _ reply: BoundedGet.Reply, _ reference: SecretReference
    ) throws(SecretError) -> (token: Secret, lifetime: Duration) {
        switch reply.status {
        case 200: break
        case 404: throw SecretError(.refused, reference, "this machine has no service account; give it one")
        default: throw SecretError(.unavailable, reference, "the metadata server answered HTTP \(reply.status)")
        }
        // The decoder's own error would repeat parts of the text, so it is dropped.
        guard let token = try? JSONDecoder().decode(TokenReply.self, from: Data(reply.body)),
            !token.access_token.isEmpty, token.access_token.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
        else {
            throw SecretError(.damaged, reference, "what the metadata server answered is not an access token")
        }
        return (Secret(token.access_token), .seconds(min(max(token.expires_in, 0), 86_400)))
    }

    /// As the metadata server writes it.
    private struct TokenReply: Decodable {
        let access_token: String
        /// Seconds.
        let expires_in: Int
    }
}
